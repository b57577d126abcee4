use super::{Rule, page};
use crate::collections::Gather;
use crate::diag::{Diagnostic, Location, Severity};
use crate::model::schema;
use crate::model::{File, Object};
use crate::text::Span;

pub(super) const RULE: Rule = Rule {
    id: "document-skipped",
    summary: "a template, a fragment or an encrypted document, and what was not checked in it",
    severity: Severity::Info,
    page: page!("document-skipped"),
    ..Rule::DEFAULT
};

/// A template: `span` is the first thing in it that is no YAML.
pub(crate) fn template(file: &File, span: Span) -> Diagnostic {
    let at = Location { file: file.id, span };
    let mut finding = Diagnostic::new(RULE.id, RULE.severity, at, "a template is not checked");
    finding
        .why("it is no YAML before it is rendered")
        .help("render it and check the outcome: helm template … | kubectl oci lint -");
    finding
}

/// An encrypted document.
pub(crate) fn encrypted(object: Object<'_>) -> Diagnostic {
    let span = object.key_span("sops");
    let message = format!("the values of the encrypted {} \"{}\" are not checked", object.kind_name(), object.name());
    let mut finding = Diagnostic::new(RULE.id, RULE.severity, object.locate(span), message);
    finding.object = Some(object.object_name());
    finding.why("they are known only to those who hold the key");
    finding
}

/// A part of an object. `None` where nothing was left unchecked: it has whatever its kind requires.
pub(crate) fn fragment(object: Object<'_>) -> Option<Diagnostic> {
    let spec = object.spec();
    let required = schema::at(object.kind(), "spec")?.fields().iter().filter(|field| field.required);
    let missing: Vec<&str> = required
        .filter(|field| spec.is_none_or(|spec| spec.get(field.name).is_none()))
        .map(|field| field.name)
        .gather();
    let (last, rest) = missing.split_last()?;
    let fields = if rest.is_empty() { (*last).to_owned() } else { format!("{} and {last}", rest.join(", ")) };
    let be = if rest.is_empty() { "is" } else { "are" };
    let message = format!("{fields} of this part of a {} {be} not checked", object.kind_name());
    let mut finding = Diagnostic::new(RULE.id, RULE.severity, object.place(), message);
    finding.object = Some(object.object_name());
    finding.why("it is a patch, or completed by another document: what is missing stands there");
    Some(finding)
}
