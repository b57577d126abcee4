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

/// The comments of a text, in order. A `#` inside a scalar begins none: what stands in quotes or in
/// a block scalar is a value.
pub fn comments<'a>(text: &'a str, tree: &'a Tree) -> impl Iterator<Item = Comment> + 'a {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr(b'#', rest.as_bytes())) {
            let start = at + found;
            if let Some(scalar) = tree.scalar_over(start) {
                at = scalar.end().max(start + 1);
                continue;
            }
            let line = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |line| line + 1);
            let before = text.get(line..start).unwrap_or_default();
            let end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |len| start + len);
            if before.is_empty() || before.ends_with([' ', '\t']) {
                at = end;
                let end = if text.get(start..end).is_some_and(|line| line.ends_with('\r')) { end - 1 } else { end };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_value_is_no_comment() {
        let text = "# one\r\na: \"x # no\" # two\nb: |\n  # no\n  y\n# three\nc: 'it''s # no'\nd: a#b\ne: >-\n  z # no\n\n  # no\n\nf: # four\n  - g # five\n";
        let tree = parse(text);
        let found: Vec<(&str, bool)> = comments(text, &tree).map(|c| (c.span.of(text), c.own_line)).collect();
        let wanted = [("# one", true), ("# two", false), ("# three", true), ("# four", false), ("# five", false)];
        assert_eq!(found, wanted);
    }
}
