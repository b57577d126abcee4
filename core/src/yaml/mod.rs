//! YAML as Kubernetes reads it, with the place of everything.
//!
//! A text becomes a [`Tree`]: an arena of nodes with byte spans. Reading recovers at the next
//! document, so one broken document costs nothing but itself. Types are those of
//! sigs.k8s.io/yaml, proved by `tests/vectors/yaml.jsonl`.

mod comments;
mod float;
mod json;
mod keys;
mod parse;
pub mod patch;
mod scalar;
mod timestamp;
mod tree;

pub use comments::{Comment, comments};
pub use json::{JsonError, JsonErrorKind, decode_base64, json_error, scalar_text, to_json};
pub use keys::duplicate_keys;
pub use parse::{MAX_DEPTH, SyntaxError, parse};
pub use scalar::Scalar;
pub use tree::{Document, Entry, Kind, Node, NodeId, Style, Tag, Tree, entries_of, items_of};
