//! Comments that silence findings.
//!
//! `# kubectl-oci: ignore[rule-id, …] reason` speaks of its own line, or of the next one where it
//! stands on a line of its own; `ignore-document[…]` of its document, `ignore-file[…]` of its file.

use crate::collections::Gather;
use crate::text::{LineIndex, Span};
use crate::yaml::{self, Tree};

const MARKER: &str = "kubectl-oci:";

/// How far a suppression reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SuppressionScope {
    /// One line (from 0).
    Line(usize),
    /// The document with this number (from 0).
    Document(usize),
    /// Everything in the file.
    File,
    /// Nothing: the word behind the marker is no directive, or its list is empty or has no end.
    Nowhere,
}

/// The directives, as they are written behind the marker.
pub const DIRECTIVES: &[&str] = &["ignore", "ignore-document", "ignore-file"];

/// One suppression comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The whole comment, `#` included.
    pub span: Span,
    /// How far it reaches.
    pub scope: SuppressionScope,
    /// The word behind the marker.
    pub directive: Span,
    /// The rules it names, each with the place of its name. Empty means all rules.
    pub rules: Vec<(String, Span)>,
    /// Why, in the author's words; empty where none is given.
    pub reason: String,
    /// True where the comment has its line to itself.
    pub own_line: bool,
}

/// Finds the suppressions of a text. Costs one substring search where there are none: `lines` is
/// asked for only where there are some.
pub fn suppressions<'l>(text: &str, tree: &Tree, lines: impl FnOnce() -> &'l LineIndex) -> Vec<Suppression> {
    if crate::text::find(text.as_bytes(), MARKER.as_bytes()).is_none() {
        return Vec::new();
    }
    let lines = lines();
    // Comments are often stacked: what follows the first of them follows the others.
    let mut last = (0, 0);
    let mut next_content = |line| {
        if !(last.0..last.1).contains(&line) {
            last = (line, next_content_line(text, lines, line));
        }
        last.1
    };
    yaml::comments(text, tree)
        .filter_map(|comment| {
            let own_line = comment.own_line;
            parse(text, comment.span, |kind| match kind {
                "ignore" => {
                    let line = lines.line(comment.span.start());
                    Some(SuppressionScope::Line(if own_line { next_content(line) } else { line }))
                }
                "ignore-document" => {
                    let before = |document: &yaml::Document| document.span.start <= comment.span.start;
                    Some(SuppressionScope::Document(tree.documents().partition_point(before).saturating_sub(1)))
                }
                "ignore-file" => Some(SuppressionScope::File),
                _ => None,
            })
            .map(|suppression| Suppression { own_line, ..suppression })
        })
        .gather()
}

/// The next line that holds more than blanks and comments: several suppressions may be stacked.
fn next_content_line(text: &str, lines: &LineIndex, line: usize) -> usize {
    (line + 1..lines.len())
        .find(|&next| {
            let content = lines.span(text, next).of(text).trim_start();
            !content.is_empty() && !content.starts_with('#')
        })
        .unwrap_or(line + 1)
}

/// `None` for a comment that is none of ours. `scope` says how far a directive reaches.
fn parse(text: &str, span: Span, scope: impl FnOnce(&str) -> Option<SuppressionScope>) -> Option<Suppression> {
    let comment = span.of(text);
    let after_marker = comment.trim_start_matches('#').trim_start().strip_prefix(MARKER)?;
    let directive = after_marker.trim_start();
    let word_start = span.end() - directive.len();
    let word_len = directive.find(|c: char| !(c.is_ascii_alphabetic() || c == '-')).unwrap_or(directive.len());
    let (word, rest) = directive.split_at_checked(word_len)?;
    let mut out = Suppression {
        span,
        scope: scope(word).unwrap_or(SuppressionScope::Nowhere),
        directive: Span::new(word_start, word_start + word_len),
        rules: Vec::new(),
        reason: rest.trim().to_owned(),
        own_line: false,
    };
    let Some(list) = rest.trim_start().strip_prefix('[') else {
        return Some(out);
    };
    let Some((list, reason)) = list.split_once(']') else {
        // Without its end the list cannot be told from the reason, and it must not come to mean
        // all rules.
        out.scope = SuppressionScope::Nowhere;
        return Some(out);
    };
    out.reason = reason.trim().to_owned();
    let mut at = span.end() - reason.len() - 1 - list.len();
    for name in list.split(',') {
        let trimmed = name.trim();
        let start = at + (name.len() - name.trim_start().len());
        if !trimmed.is_empty() {
            out.rules.push((trimmed.to_owned(), Span::new(start, start + trimmed.len())));
        }
        at += name.len() + 1;
    }
    if out.rules.is_empty() {
        out.scope = SuppressionScope::Nowhere;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directive_is_read_with_the_places_of_its_names() {
        let text = "# kubectl-oci: ignore[one, two-b ] because\n\na: 1 # kubectl-oci:ignore\n---\n#kubectl-oci: ignore-document [x]\nb: 2\n# kubectl-oci: ignore[x\n# kubectl-oci: skip[x]\n";
        let tree = yaml::parse(text);
        let lines = LineIndex::new(text);
        let found = suppressions(text, &tree, || &lines);
        let names =
            |at: usize| found[at].rules.iter().map(|(name, span)| (name.as_str(), span.of(text))).collect::<Vec<_>>();
        assert_eq!(names(0), [("one", "one"), ("two-b", "two-b")]);
        assert_eq!((found[0].scope, found[0].reason.as_str()), (SuppressionScope::Line(2), "because"));
        assert_eq!((found[1].scope, found[1].directive.of(text)), (SuppressionScope::Line(2), "ignore"));
        assert_eq!((found[2].scope, names(2)), (SuppressionScope::Document(1), vec![("x", "x")]));
        assert_eq!((found[3].scope, found[4].scope), (SuppressionScope::Nowhere, SuppressionScope::Nowhere));
        assert_eq!(found[4].directive.of(text), "skip");
    }
}
