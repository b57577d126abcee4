//! What could be written here.

use crate::lint::Linter;
use crate::model::File;
use crate::text::Edit;

/// What a completion stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionKind {
    /// A field.
    Field,
    /// A value.
    Value,
    /// The name of an object of the set.
    Reference,
    /// A whole object or block.
    Snippet,
}

/// Something that could be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What a list shows.
    pub label: String,
    /// What it stands for.
    pub kind: CompletionKind,
    /// A word or two beside the label: its type, its default.
    pub detail: Option<String>,
    /// Markdown: what it means.
    pub documentation: Option<String>,
    /// What writing it does to the text. Its span holds the offset that was asked for.
    pub edit: Edit,
}

/// What could be written at `offset`, the best first.
pub fn completions<'a>(_linter: &Linter<'a>, _file: &'a File, _offset: usize) -> Vec<Completion> {
    Vec::new()
}
