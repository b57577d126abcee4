//! The objects of a file, as an outline.

use crate::collections::Gather;
use crate::model::File;
use crate::text::Span;
use crate::yaml::{Entry, Node};

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

/// How deep fields are listed below `spec`.
const DEPTH: usize = 2;

/// How many characters of a value are shown.
const SHOWN: usize = 80;

/// The objects of a file with their fields, in order: those directly below the object, and below
/// `spec` two levels more. Values of Secrets are not shown.
pub fn symbols(file: &File) -> Vec<Symbol> {
    let objects = file.objects().filter_map(|object| {
        let node = object.node()?;
        let name = match object.name() {
            "" => object.known_kind_name(),
            name => name,
        };
        let selection = object.at("metadata.name").map_or(object.place().span, Node::span);
        let children = fields(node).filter(|entry| !matches!(entry.key.text(), "apiVersion" | "kind" | "metadata"));
        let children = children.map(|entry| {
            let depth = if entry.key.text() == "spec" { DEPTH } else { 0 };
            field(entry, depth)
        });
        Some(Symbol {
            name: if name.is_empty() { "?" } else { name }.to_owned(),
            detail: object.kind_name().to_owned(),
            kind: SymbolKind::Object,
            span: node.span(),
            selection: if node.span().contains(selection) { selection } else { node.span() },
            children: children.gather(),
        })
    });
    objects.gather()
}

fn fields(node: Node<'_>) -> impl Iterator<Item = Entry<'_>> {
    node.entries().filter(|entry| !entry.key.text().is_empty())
}

fn field(entry: Entry<'_>, depth: usize) -> Symbol {
    let (key, value) = (entry.key, entry.value);
    let children = match depth {
        0 => Vec::new(),
        _ if value.is_alias() => Vec::new(),
        _ => fields(value).map(|entry| field(entry, depth - 1)).gather(),
    };
    let line = value.text().lines().next().unwrap_or_default();
    Symbol {
        name: key.text().to_owned(),
        detail: line.chars().take(SHOWN).collect(),
        kind: SymbolKind::Field,
        span: entry.span(),
        selection: key.span(),
        children,
    }
}
