//! The words of comments that silence findings.

use super::{Completion, CompletionKind, begins_with};
use crate::collections::Gather;
use crate::diag::DIRECTIVES;
use crate::model::File;
use crate::rules::RULES;
use crate::text::{Edit, Span};

const MARKER: &str = "kubectl-oci:";

/// The rules, in the list of a comment; what such a comment may say, in front of it.
pub(super) fn names(file: &File, offset: usize) -> Vec<Completion> {
    let line = file.lines().span(&file.text, file.lines().line(offset));
    let Some(before) = file.parsed_text().get(line.start()..offset) else { return Vec::new() };
    let comment = before.rsplit_once('#').map_or("", |(_, comment)| comment.trim_start());
    let Some(written) = comment.strip_prefix(MARKER).map(str::trim_start) else { return Vec::new() };
    let word = written.rsplit(['[', ',', ' ']).next().unwrap_or_default();
    let span = Span::new(offset - word.len(), offset);
    let offer = |label: &str, detail: Option<&str>, end: &str| Completion {
        label: label.to_owned(),
        kind: CompletionKind::Value,
        detail: detail.map(str::to_owned),
        documentation: None,
        edit: Edit::replace(span, [label, end].concat()),
    };
    match written.rsplit_once('[') {
        Some((_, list)) if !list.contains(']') => {
            let fit = RULES.iter().filter(|rule| begins_with(rule.id, word));
            fit.map(|rule| offer(rule.id, Some(rule.summary), "")).gather()
        }
        None if word.len() == written.len() => {
            let fit = DIRECTIVES.iter().filter(|directive| begins_with(directive, word));
            fit.map(|directive| offer(directive, None, "[")).gather()
        }
        _ => Vec::new(),
    }
}
