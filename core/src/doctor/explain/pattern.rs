//! `semver '…' parse error`, `error parsing regexp`.

use super::say::{say, yaml};
use super::{Context, Said};
use crate::compat::regex::ErrorKind;
use crate::compat::semver::ConstraintErrorKind;
use crate::doctor::fault::Fault;
use crate::doctor::verdict::Explanation;
use crate::reference::SelectError;

pub(super) fn explain(context: &Context<'_>) -> Said {
    Ok(match context.fault() {
        Some(Fault::Select(SelectError::Filter(error))) => {
            let filter = &context.case.fields.semver_filter;
            let span = error.span();
            let text = format!(
                "ref.semverFilter is no regular expression to Go:\n{}\n{}",
                pointed(filter, span.start, span.end),
                filter_words(error.kind())
            );
            Some(say(text).advise(filter_remedy(error.kind())))
        }
        Some(Fault::Select(SelectError::Constraint { semver, error })) => {
            let (start, end) = error.span().unwrap_or((0, semver.len()));
            let text = format!(
                "ref.semver is no range:\n{}\n{}",
                pointed(semver, start, end),
                range_words(semver, error.kind())
            );
            Some(with_range(say(text), semver))
        }
        _ => None,
    })
}

/// The text with marks below a part of it.
fn pointed(text: &str, start: usize, end: usize) -> String {
    let before = text.get(..start).map_or(0, |before| before.chars().count());
    let marked = text.get(start..end).map_or(1, |part| part.chars().count()).max(1);
    format!("    {text}\n    {}{}", " ".repeat(before), "^".repeat(marked))
}

fn filter_words(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidPerlOp | ErrorKind::InvalidNamedCapture => {
            "Go's syntax (RE2) has no look-around, atomic groups or comments."
        }
        ErrorKind::InvalidEscape => "Go's syntax (RE2) has no back-references and few escapes.",
        ErrorKind::MissingParen | ErrorKind::UnexpectedParen => "A parenthesis has no partner.",
        ErrorKind::MissingBracket => "A bracket has no partner.",
        ErrorKind::MissingRepeatArgument => "What is to be repeated is missing: a filter is no glob.",
        ErrorKind::InvalidRepeatOp => "Two repetitions stand in a row.",
        ErrorKind::TrailingBackslash => "A backslash stands at the end.",
        _ => "This part cannot be read.",
    }
}

fn filter_remedy(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidPerlOp | ErrorKind::InvalidNamedCapture => {
            "leave pre-releases out by the range, which takes none without -0; or match what is wanted instead: ^v?[0-9]+\\.[0-9]+\\.[0-9]+$"
        }
        ErrorKind::InvalidEscape => "write \\d, \\w, \\s, \\b or \\. and quote the value with single quotes",
        ErrorKind::MissingParen | ErrorKind::UnexpectedParen => {
            "complete the pair, or write \\( and \\) for the characters"
        }
        ErrorKind::MissingBracket => "complete the pair, or write \\[ for the character",
        ErrorKind::MissingRepeatArgument => "write .* for \"anything\", where * alone stood",
        _ => "write it in Go's syntax (RE2): https://pkg.go.dev/regexp/syntax",
    }
}

fn range_words(semver: &str, kind: ConstraintErrorKind) -> &'static str {
    match kind {
        ConstraintErrorKind::Improper if is_name(semver) => "It is the name of a tag, which belongs into ref.tag.",
        ConstraintErrorKind::Improper if semver.contains("&&") => "Terms are joined by a blank or a comma, not by &&.",
        ConstraintErrorKind::Improper => "This is no term of a range.",
        ConstraintErrorKind::MixedWildcard => "An \"x\" or \"*\" stands for a whole number.",
        ConstraintErrorKind::NumberTooLarge => "A number has more than 64 bits.",
        ConstraintErrorKind::LeadingZero => "A number in a pre-release has no leading zero.",
        ConstraintErrorKind::TooLong | ConstraintErrorKind::VersionTooLong => "It is too long.",
        ConstraintErrorKind::TooManyGroups => "It joins too many groups by ||.",
    }
}

fn is_name(semver: &str) -> bool {
    semver.starts_with(|c: char| c.is_ascii_alphabetic())
        && !semver.contains(|c: char| c.is_whitespace() || "<>=~^".contains(c))
}

fn with_range(said: Explanation, semver: &str) -> Explanation {
    if is_name(semver) {
        return said
            .paste("take the tag as it is", format!("ref:\n  tag: {}", yaml(semver)))
            .paste("or any version", "ref:\n  semver: '*'");
    }
    if semver.contains("&&") {
        let joined = semver.split("&&").map(str::trim).collect::<Vec<_>>().join(" ");
        return said.paste("write", format!("ref:\n  semver: {}", yaml(&joined)));
    }
    said.paste("write a range of versions, such as", "ref:\n  semver: '>=1.2.0 <2.0.0'   # or '1.x', '~1.2 || ^2.1'")
}
