use super::{FixKind, Rule, page};
use crate::collections::Gather;
use crate::diag::{Applicability, DIRECTIVES, Diagnostic, Location, Severity, Suppression};
use crate::model::File;
use crate::text::{Edit, Span, nearest};

pub(super) const RULE: Rule = Rule {
    id: "unused-suppression",
    summary: "a suppression comment that suppresses nothing",
    severity: Severity::Warning,
    fix: FixKind::Safe,
    page: page!("unused-suppression"),
    ..Rule::DEFAULT
};

const WHY: &str = "once something is found here, the comment will hide it";

/// A comment of which nothing is of use.
pub(crate) fn whole(file: &File, suppression: &Suppression) -> Diagnostic {
    let names: Vec<&str> = suppression.rules.iter().map(|(name, _)| name.as_str()).gather();
    let message = match names.as_slice() {
        [] => "this comment suppresses nothing".to_owned(),
        [one] => format!("this comment suppresses nothing: {one} finds nothing here"),
        _ => format!("this comment suppresses nothing: {} find nothing here", names.join(", ")),
    };
    let mut finding = new(file, suppression.span, message);
    finding.why(WHY).help("remove the comment").fix(
        Applicability::Safe,
        "Remove the comment",
        vec![Edit::remove(comment_with_room(file.parsed_text(), suppression))],
    );
    finding
}

/// One name of a comment of which others are of use.
pub(crate) fn name(file: &File, suppression: &Suppression, index: usize) -> Option<Diagnostic> {
    let (name, span) = suppression.rules.get(index)?;
    let mut finding = new(file, *span, format!("{name} finds nothing here to suppress"));
    let before = index.checked_sub(1).and_then(|before| suppression.rules.get(before));
    let removed = match (before, suppression.rules.get(index + 1)) {
        (_, Some((_, next))) => Span::new(span.start(), next.start()),
        (Some((_, before)), None) => Span::new(before.end(), span.end()),
        (None, None) => *span,
    };
    finding.why(WHY).help("remove the name").fix(
        Applicability::Safe,
        format!("Remove {name}"),
        vec![Edit::remove(removed)],
    );
    Some(finding)
}

/// A comment that reaches nothing, whatever is found.
pub(crate) fn broken(file: &File, suppression: &Suppression) -> Diagnostic {
    let word = suppression.directive.of(file.parsed_text());
    if DIRECTIVES.contains(&word) {
        let mut finding = new(file, suppression.span, "the list of rules in this comment is empty or has no end");
        finding.why("the comment suppresses nothing").help(format!("write # kubectl-oci: {word}[rule-id] reason"));
        return finding;
    }
    let span = if word.is_empty() { suppression.span } else { suppression.directive };
    let mut finding = new(file, span, format!("\"{word}\" is nothing that such a comment can say"));
    finding.why("the comment suppresses nothing");
    match nearest(word, DIRECTIVES.iter().copied()) {
        Some(near) => finding.help(format!("did you mean {near}?")).fix(
            Applicability::Unsafe,
            format!("Write {near}"),
            vec![Edit::replace(span, near)],
        ),
        None => finding.help(format!("write {}", DIRECTIVES.join(", "))),
    };
    finding
}

/// A comment that gives no reason, where the profile wants one.
pub(crate) fn without_reason(file: &File, suppression: &Suppression) -> Diagnostic {
    let mut finding = new(file, suppression.span, "this suppression gives no reason");
    finding
        .why("the strict profile wants to know why something is left as it is")
        .help("write it behind the list: # kubectl-oci: ignore[rule-id] reason");
    finding
}

fn new(file: &File, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(RULE.id, RULE.severity, Location { file: file.id, span }, message)
}

/// A comment with the blanks before it, or with its line where it has that to itself.
fn comment_with_room(text: &str, suppression: &Suppression) -> Span {
    let span = suppression.span;
    let before = text.get(..span.start()).unwrap_or_default();
    let start = before.trim_end_matches([' ', '\t']).len();
    if !suppression.own_line {
        return Span::new(start, span.end());
    }
    let behind = text.get(span.end()..).unwrap_or_default();
    let rest = behind.strip_prefix("\r\n").or_else(|| behind.strip_prefix('\n')).unwrap_or(behind);
    Span::new(start, text.len() - rest.len())
}
