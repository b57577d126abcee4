use super::support::schema_errors::{errors_of, may_be_newer, parent, refusal};
use super::{Check, FixKind, Rule, Stage, page};
use crate::collections::Gather;
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::Kinds;
use crate::model::schema::{self, Schema, SchemaError, is_legacy_field};
use crate::text::nearest;
use crate::yaml::{Entry, patch};

pub(super) const RULE: Rule = Rule {
    id: "unknown-field",
    summary: "a field that the kind does not have",
    severity: Severity::Error,
    fix: FixKind::Suggested,
    stage: Stage::Admission,
    kinds: Kinds::FLUX,
    check: Check::Object(check),
    page: page!("unknown-field"),
    ..Rule::DEFAULT
};

/// Names from earlier versions and other tools, with the fields that are meant.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("filterTags", "semverFilter"),
    ("verification", "verify"),
    ("version", "semver"),
    ("valuesFile", "valuesFiles"),
    ("auth", "secretRef"),
    ("pullSecret", "secretRef"),
    ("caSecretRef", "certSecretRef"),
];

fn check(ctx: &mut Context<'_, '_>) {
    let kind = ctx.object().kind_name();
    for error in errors_of(ctx, RULE.id) {
        let Some(key) = error.key else { continue };
        let name = key.text();
        let place = parent(&error.route, name);
        let message = match place {
            "" => format!("{kind} has no field \"{name}\""),
            place => format!("{kind} has no field \"{name}\" in {place}"),
        };
        let newer = may_be_newer(ctx);
        let remedy = remedy(ctx, error, name);
        let finding = ctx.report(key.span(), message);
        finding.mark("unknown field");
        if newer {
            finding.severity(Severity::Warning);
        }
        finding.why(format!("{}; a lax client drops it without a word", refusal(error)));
        match remedy {
            Remedy::Rename(to) => {
                let entry = Entry { key, value: error.node };
                finding.help(format!("did you mean {to}?"));
                if !key.is_alias() {
                    finding.fix(
                        Applicability::Unsafe,
                        format!("Rename it to {to}"),
                        vec![patch::rename_key(entry, to)],
                    );
                }
            }
            Remedy::Elsewhere(route) => {
                finding.help(format!("{name} belongs in {route}"));
            }
            Remedy::Gone => {
                finding.help("the field went with an earlier API version; remove it");
            }
            Remedy::None if newer => {
                finding.help("remove it, unless a newer release has it");
            }
            Remedy::None => {
                finding.help(known(error.schema));
            }
        }
    }
}

enum Remedy {
    Rename(&'static str),
    Elsewhere(String),
    Gone,
    None,
}

fn remedy(ctx: &Context<'_, '_>, error: &SchemaError<'_>, name: &str) -> Remedy {
    let free = |to: &&str| {
        ctx.object().at(&super::support::schema_errors::steps(&sibling(parent(&error.route, name), to))).is_none()
    };
    let names = error.schema.fields().iter().map(|field| field.name);
    let other = OTHER_NAMES.iter().find(|(other, meant)| *other == name && error.schema.field(meant).is_some());
    if let Some(to) = other.map(|(_, meant)| *meant).or_else(|| nearest(name, names)).filter(free) {
        return Remedy::Rename(to);
    }
    if is_legacy_field(name) && error.route.starts_with("spec") {
        return Remedy::Gone;
    }
    let spec = schema::at(ctx.object().kind(), "spec");
    match spec.and_then(|spec| only_place(spec, name)) {
        Some(route) => Remedy::Elsewhere(route),
        None => Remedy::None,
    }
}

fn sibling(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

/// The mapping that has a field of that name, where there is exactly one below `spec`.
fn only_place(spec: &'static Schema, name: &str) -> Option<String> {
    fn look(schema: &'static Schema, name: &str, route: &str, depth: usize, found: &mut Vec<String>) {
        if depth == 0 {
            return;
        }
        if schema.field(name).is_some() {
            found.push(route.to_owned());
        }
        for field in schema.fields() {
            look(field.schema, name, &format!("{route}.{}", field.name), depth - 1, found);
        }
    }
    let mut found = Vec::new();
    look(spec, name, "spec", 4, &mut found);
    if found.len() == 1 { found.pop() } else { None }
}

fn known(schema: &'static Schema) -> String {
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name).gather();
    match names.len() {
        0 => "remove it".to_owned(),
        1..=8 => format!("remove it; the fields here are {}", names.join(", ")),
        _ => "remove it, or look the field up in the API reference".to_owned(),
    }
}
