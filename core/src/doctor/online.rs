//! The rules that ask the registry: each is a fact that the doctor learns.
//!
//! What is said of an object by a row of the explanations becomes a finding of a rule, at the field
//! that it is about. Rows about what is found offline have their own rules there.

use crate::diag::{Diagnostic, Location, Severity};
use crate::model::Object;
use crate::reference::By;
use crate::rules::{Rule, rule};

use super::Case;
use super::verdict::Diagnosis;

/// The row that speaks, and the rule whose finding that is.
const FINDINGS: [(&str, &str, Field); 14] = [
    ("unknown", "ref-not-found", Field::Reference),
    ("no-match", "ref-no-semver-match", Field::Reference),
    ("tie", "ref-ambiguous-v-prefix", Field::Reference),
    ("downgrade", "ref-would-downgrade", Field::Reference),
    ("chart-version", "chart-version-mismatch", Field::Reference),
    ("drift", "ref-tag-digest-drift", Field::Tag),
    ("path-missing", "kustomization-path-missing", Field::Url),
    ("layer-absent", "layer-mediatype-absent", Field::Layer),
    ("not-gzip", "layer-first-is-not-gzip", Field::Layer),
    ("container-image", "artifact-is-container-image", Field::Url),
    ("runnable-image", "artifact-is-container-image", Field::Url),
    ("stale-credentials", "auth-anonymous-would-work", Field::Secret),
    ("untrusted-authority", "tls-untrusted-ca", Field::Url),
    ("plain-http", "http-only-registry", Field::Url),
];

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Url,
    Reference,
    Tag,
    Layer,
    Secret,
}

/// Where the fields stand that findings are about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    url: Location,
    reference: Location,
    tag: Location,
    layer: Location,
    secret: Location,
}

impl Places {
    pub(super) fn of(object: Object<'_>, by: By) -> Self {
        let at = |routes: &[&str]| {
            let found = routes.iter().find_map(|route| object.at(route));
            object.locate(found.map_or_else(|| object.key_span("spec.url"), crate::yaml::Node::span))
        };
        let reference = match by {
            By::Digest => "spec.ref.digest",
            By::Semver => "spec.ref.semver",
            By::Tag => "spec.ref.tag",
            By::Default => "spec.url",
        };
        Self {
            url: at(&["spec.url"]),
            reference: at(&[reference, "spec.url"]),
            tag: at(&["spec.ref.tag", "spec.url"]),
            layer: at(&["spec.layerSelector.mediaType", "spec.url"]),
            secret: at(&["spec.secretRef.name", "spec.serviceAccountName", "spec.url"]),
        }
    }

    fn at(&self, field: Field) -> Location {
        match field {
            Field::Url => self.url,
            Field::Reference => self.reference,
            Field::Tag => self.tag,
            Field::Layer => self.layer,
            Field::Secret => self.secret,
        }
    }
}

impl Case {
    /// What a diagnosis of the object is to the linter: the findings of the rules that ask a registry.
    pub fn findings(&self, diagnosis: &Diagnosis) -> Vec<Diagnostic> {
        let Some(explanation) = &diagnosis.explanation else { return Vec::new() };
        let found = FINDINGS.iter().find(|(row, ..)| *row == explanation.row);
        let Some((rule, field)) = found.and_then(|(_, id, field)| Some((rule(id)?, *field))) else { return Vec::new() };
        let Rule { id, severity, .. } = rule;
        // The first sentence is the finding, the rest stands in the explanation.
        let (message, rest) = first_sentence(&explanation.text);
        // What only the controller would do matters once the object is resumed.
        let severity = if self.suspended { Severity::Info } else { *severity };
        let (place, object) = match &explanation.about {
            Some((place, object)) => (*place, object.clone()),
            None => (self.places.at(field), self.object.clone()),
        };
        let mut out = Diagnostic::new(id, severity, place, message);
        out.object = Some(object);
        if !diagnosis.verdict.ready {
            out.why(format!("the source fails: {}", diagnosis.verdict.message.trim_end()));
        } else if !rest.is_empty() {
            out.why(rest.to_owned());
        }
        if let Some(action) = explanation.actions.first() {
            out.help(action.to_help());
        }
        vec![out]
    }

    /// Whether a diagnosis says nothing of the object because nobody could be asked.
    pub fn is_offline(diagnosis: &Diagnosis) -> bool {
        let row = diagnosis.explanation.as_ref().map(|explanation| explanation.row);
        matches!(row, Some("unknown-host" | "nobody-listens" | "timeout"))
    }
}

/// The first sentence of a text, without its full stop and in lower case, and what follows it.
fn first_sentence(text: &str) -> (String, &str) {
    let end = text.match_indices(['.', ':', '\n']).map(|(at, _)| at).find(|at| {
        let behind = text.get(at + 1..).unwrap_or_default();
        behind.is_empty()
            || behind.starts_with([' ', '\n'])
            || text.get(*at..).is_some_and(|rest| rest.starts_with('\n'))
    });
    let (first, rest) = text.split_at_checked(end.unwrap_or(text.len())).unwrap_or((text, ""));
    let rest = rest.trim_start_matches(['.', ':']).trim_start();
    let mut characters = first.chars();
    let lower = match characters.next() {
        Some(c) if characters.clone().next().is_some_and(|c| c.is_lowercase() || c == ' ') => {
            c.to_lowercase().chain(characters).collect()
        }
        _ => first.to_owned(),
    };
    (lower, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_its_rule() {
        for (row, id, _) in FINDINGS {
            let rule = rule(id).unwrap_or_else(|| panic!("{row} names the rule {id}, and there is none"));
            assert_eq!(rule.scope, crate::rules::Scope::Registry, "{id}");
        }
    }

    #[test]
    fn sentences_become_messages() {
        for (text, message, rest) in [
            ("The tag 1.0.0 is gone. It was there.", "the tag 1.0.0 is gone", "It was there."),
            ("None of 2 tags is in the range:\n  1  a", "none of 2 tags is in the range", "1  a"),
            ("\"a.b\" is there", "\"a.b\" is there", ""),
            ("HTTP is spoken.", "HTTP is spoken", ""),
        ] {
            assert_eq!(first_sentence(text), (message.to_owned(), rest), "{text}");
        }
    }
}
