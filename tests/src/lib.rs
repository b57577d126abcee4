//! What the project's tests share: conformance against the Go libraries behind Flux, goldens, and
//! the generator of everything derived.

pub mod conformance;
pub mod r#gen;
pub mod golden;
pub mod lsp;
pub mod mutate;
pub mod pages;
pub mod recorded;
pub mod registry;
pub mod run;
