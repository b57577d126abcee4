//! What editors ask: hover, completion, code actions, symbols, links. Pure; the language server and
//! the browser convert positions and show what it says.
//!
//! Every question is about a file of a [`Linter`](crate::lint::Linter)'s set and a place in it, in bytes of its text.
//! Half-typed text is the usual case: an answer that cannot be known is none.

mod actions;
mod completion;
mod cursor;
mod fields;
mod hover;
mod links;
mod place;
mod symbols;
mod workspace;

pub use actions::{Action, ActionKind, actions};
pub use completion::{Completion, CompletionKind, completions};
pub use hover::{Hover, hover};
pub use links::{definition, references};
pub use symbols::{Symbol, SymbolKind, symbols};
pub use workspace::Workspace;
