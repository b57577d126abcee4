//! What the thing under the pointer means.

use crate::lint::Linter;
use crate::model::File;
use crate::text::Span;

/// What is said of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub span: Span,
    /// Markdown.
    pub markdown: String,
}

/// What is said of the field or value at `offset`.
pub fn hover<'a>(_linter: &Linter<'a>, _file: &'a File, _offset: usize) -> Option<Hover> {
    None
}
