//! YAML as Kubernetes reads it, with the place of everything.
//!
//! A text becomes a [`Tree`]: an arena of nodes with byte spans. Reading recovers at the next
//! document, so one broken document costs nothing but itself. Types are those of
//! sigs.k8s.io/yaml, proved by `tests/vectors/yaml.jsonl`.

mod json;
mod parse;
pub mod patch;
mod scalar;
mod tree;

pub use json::{JsonError, JsonErrorKind, decode_base64, duplicate_keys, to_json};
pub use parse::{MAX_DEPTH, SyntaxError, parse};
pub use scalar::Scalar;
pub use tree::{Document, Entry, Kind, Node, NodeId, Style, Tag, Tree};

/// A comment: from its `#` to the end of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands, the line break left out.
    pub span: crate::text::Span,
    /// True where nothing but blanks stands before it on its line.
    pub own_line: bool,
}

/// The comments of a text, in order.
pub fn comments<'a>(text: &'a str, _tree: &'a Tree) -> impl Iterator<Item = Comment> + 'a {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(found) = text.get(at..).and_then(|rest| rest.find('#')) {
            let start = at + found;
            let line = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |line| line + 1);
            let before = text.get(line..start).unwrap_or_default();
            let end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |len| start + len);
            if before.is_empty() || before.ends_with([' ', '\t']) {
                at = end;
                return Some(Comment {
                    span: crate::text::Span::new(start, end),
                    own_line: before.trim_matches([' ', '\t']).is_empty(),
                });
            }
            at = start + 1;
        }
        None
    })
}
