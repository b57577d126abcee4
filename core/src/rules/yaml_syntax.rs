use super::{Rule, Stage, page};
use crate::diag::{Diagnostic, Location, Severity};
use crate::model::{File, Object};
use crate::text::Span;
use crate::yaml::{JsonErrorKind, SyntaxError, json_error};

pub(super) const RULE: Rule = Rule {
    id: "yaml-syntax",
    summary: "text that the YAML reader refuses",
    severity: Severity::Error,
    stage: Stage::Admission,
    page: page!("yaml-syntax"),
    ..Rule::DEFAULT
};

/// What the reader says where it stopped in a document of Flux.
pub(crate) fn report(file: &File, error: &SyntaxError) -> Diagnostic {
    let at = Location { file: file.id, span: error.span };
    let mut finding = Diagnostic::new(RULE.id, RULE.severity, at, error.message.clone());
    finding
        .why("nothing reads the document behind this place: neither kubectl nor Flux, nor any rule")
        .help("the mistake may stand a little before it: an indentation, a quote, a colon without a blank");
    finding
}

/// What has no place in JSON, and so does not arrive at the API server although it is YAML.
pub(crate) fn report_json(object: Object<'_>) -> Option<Diagnostic> {
    let node = object.node()?;
    // Everything else is JSON whatever its values; most documents need not be looked through.
    let text = node.span().of(node.source()).as_bytes();
    if !(holds_marks(text) || node.tree().may_hold_no_numbers() && holds_no_numbers(text)) {
        return None;
    }
    let error = json_error(node)?;
    let (message, why) = match error.kind {
        // Other rules see to keys that stand twice.
        JsonErrorKind::DuplicateKey => return None,
        JsonErrorKind::Key => ("a mapping, a list or null cannot be a key", "every key becomes a string of JSON"),
        JsonErrorKind::NotANumber => ("JSON has no such number", "the API server is sent JSON"),
        JsonErrorKind::Tag => ("the tag does not fit the value", "the reader of Kubernetes refuses it"),
        JsonErrorKind::Merge => ("<< merges mappings and nothing else", "the reader of Kubernetes refuses it"),
    };
    let mut finding = Diagnostic::new(RULE.id, RULE.severity, object.locate(shown(node.source(), error.span)), message);
    finding.object = Some(object.object_name());
    finding.why(why);
    Some(finding)
}

/// True where a text holds a tag, a merge, a complex key, or what looks like one.
fn holds_marks(text: &[u8]) -> bool {
    let at = |index: usize| text.get(index).copied().unwrap_or_default();
    memchr::memchr3_iter(b'!', b'<', b'?', text).any(|mark| match at(mark) {
        b'?' => at(mark + 1) == b' ',
        same => at(mark + 1) == same,
    })
}

/// True where a text holds infinity or not-a-number, or what looks like one.
fn holds_no_numbers(text: &[u8]) -> bool {
    let at = |index: usize| text.get(index).copied().unwrap_or_default();
    memchr::memchr_iter(b'.', text).any(|dot| {
        let word = [1, 2, 3].map(|offset| at(dot + offset).to_ascii_lowercase());
        word == *b"inf" || word == *b"nan"
    })
}

/// The first line of a span.
fn shown(text: &str, span: Span) -> Span {
    let len = span.of(text).find(['\n', '\r']).unwrap_or(span.len());
    span.part(0, len)
}
