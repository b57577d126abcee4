//! The objects of a file, as an outline.

use crate::model::File;
use crate::text::Span;

/// What a symbol is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SymbolKind {
    /// An object of Kubernetes.
    Object,
    /// A field of one.
    Field,
}

/// Something with a name and a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// Its kind, or its value.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it.
    pub span: Span,
    /// What to jump to.
    pub selection: Span,
    /// What it holds.
    pub children: Vec<Symbol>,
}

/// The objects of a file with their fields, in order.
pub fn symbols(_file: &File) -> Vec<Symbol> {
    Vec::new()
}
