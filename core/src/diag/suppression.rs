//! Comments that silence findings.
//!
//! `# kubectl-oci: ignore[rule-id, …] reason` speaks of its own line, or of the next one where it
//! stands on a line of its own; `ignore-document[…]` of its document, `ignore-file[…]` of its file.

use crate::text::{LineIndex, Span};
use crate::yaml::{self, Tree};

const MARKER: &str = "kubectl-oci:";

/// How far a suppression reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuppressionScope {
    /// One line (from 0).
    Line(usize),
    /// The document with this number (from 0).
    Document(usize),
    /// Everything in the file.
    File,
}

/// One suppression comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The whole comment, `#` included.
    pub span: Span,
    /// How far it reaches.
    pub scope: SuppressionScope,
    /// The rules it names, each with the place of its name. Empty means all rules.
    pub rules: Vec<(String, Span)>,
    /// Why, in the author's words; empty where none is given.
    pub reason: String,
    /// True where the comment has its line to itself.
    pub own_line: bool,
}

/// Finds the suppressions of a text. Costs one substring search where there are none.
pub fn suppressions(text: &str, tree: &Tree, lines: &LineIndex) -> Vec<Suppression> {
    if memchr::memmem::find(text.as_bytes(), MARKER.as_bytes()).is_none() {
        return Vec::new();
    }
    yaml::comments(text, tree)
        .filter_map(|comment| {
            let own_line = comment.own_line;
            parse(text, comment.span, |kind| match kind {
                "ignore" => {
                    let line = lines.line(comment.span.start());
                    Some(SuppressionScope::Line(if own_line { next_content_line(text, lines, line) } else { line }))
                }
                "ignore-document" => {
                    let before = |document: &&yaml::Document| document.span.start <= comment.span.start;
                    Some(SuppressionScope::Document(
                        tree.documents().iter().take_while(before).count().saturating_sub(1),
                    ))
                }
                "ignore-file" => Some(SuppressionScope::File),
                _ => None,
            })
            .map(|suppression| Suppression { own_line, ..suppression })
        })
        .collect()
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

fn parse(text: &str, span: Span, scope: impl Fn(&str) -> Option<SuppressionScope>) -> Option<Suppression> {
    let comment = span.of(text);
    let after_marker = comment.trim_start_matches('#').trim_start().strip_prefix(MARKER)?;
    let directive = after_marker.trim_start();
    let kind_len = directive.find(|c: char| !(c.is_ascii_alphabetic() || c == '-')).unwrap_or(directive.len());
    let (kind, rest) = directive.split_at_checked(kind_len)?;
    let scope = scope(kind)?;
    let mut rules = Vec::new();
    let mut reason = rest;
    if let Some((list, after)) = rest.strip_prefix('[').and_then(|list| list.split_once(']')) {
        let mut at = span.end() - rest.len() + 1;
        for name in list.split(',') {
            let trimmed = name.trim();
            let start = at + (name.len() - name.trim_start().len());
            if !trimmed.is_empty() {
                rules.push((trimmed.to_owned(), Span::new(start, start + trimmed.len())));
            }
            at += name.len() + 1;
        }
        reason = after;
    }
    Some(Suppression { span, scope, rules, reason: reason.trim().to_owned(), own_line: false })
}
