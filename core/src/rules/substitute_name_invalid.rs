use super::{Check, Rule, Scope, page};
use crate::collections::Gather;
use crate::context::Context;
use crate::diag::Severity;
use crate::model::{Found, Kind, Kinds, Object, is_opaque};
use crate::yaml::{Node, entries_of, items_of};

pub(super) const RULE: Rule = Rule {
    id: "substitute-name-invalid",
    summary: "a post-build variable whose name Flux refuses",
    severity: Severity::Error,
    scope: Scope::Set,
    kinds: Kinds::of(&[Kind::Kustomization]),
    check: Check::Object(check),
    page: page!("substitute-name-invalid"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(post_build) = ctx.kustomization().and_then(|kustomization| kustomization.post_build) else { return };
    for entry in post_build.get("substitute").map(Node::effective_entries).unwrap_or_default() {
        let name = entry.key.text();
        if is_invalid(name) {
            report(ctx, entry.key.text_span(), name, Severity::Error);
        }
    }
    for item in items_of(post_build.get("substituteFrom")) {
        check_reference(ctx, item);
    }
}

/// A ConfigMap or Secret of the set: each of its keys becomes a variable.
fn check_reference<'a>(ctx: &mut Context<'_, 'a>, item: Node<'a>) {
    let text = |key: &str| item.get(key).map_or("", Node::text);
    let kind = match text("kind") {
        "ConfigMap" => Kind::ConfigMap,
        "Secret" => Kind::Secret,
        _ => return,
    };
    let object = ctx.object();
    let Found::Some(found) = ctx.set().find(kind, object.namespace(), text("name")) else { return };
    let invalid: Vec<(Object<'a>, Node<'a>)> = found.iter().filter_map(|o| Some((*o, invalid_key(*o)?))).gather();
    let (Some(name), Some((first, key))) = (item.get("name"), invalid.first()) else { return };
    // Where several objects of the name may be meant, some are fine.
    let severity = if invalid.len() == found.len() { Severity::Error } else { Severity::Warning };
    let at = first.locate(key.span());
    let finding = report(ctx, name.text_span(), key.text(), severity);
    finding.label(at, "the key");
}

fn invalid_key(object: Object<'_>) -> Option<Node<'_>> {
    ["data", "stringData"].into_iter().find_map(|field| {
        let mut keys = entries_of(object.at(field)).map(|entry| entry.key);
        keys.find(|key| !key.is_merge() && is_invalid(key.text()))
    })
}

fn report<'c>(
    ctx: &'c mut Context<'_, '_>,
    span: crate::text::Span,
    name: &str,
    severity: Severity,
) -> &'c mut crate::diag::Diagnostic {
    let help = match name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect::<String>() {
        plain if plain.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("name it _{plain}, there and where it is used")
        }
        plain => format!("name it {plain}, there and where it is used"),
    };
    ctx.report(span, format!("\"{name}\" cannot be the name of a variable"))
        .severity(severity)
        .why(format!(
            "kustomize-controller builds nothing: envsubst error: '{name}' var name is invalid, must match \
             '^[_[:alpha:]][_[:alpha:][:digit:]]*$'"
        ))
        .help(help)
}

/// Source: fluxcd/pkg/kustomize `varsubRegex`, whose classes are ASCII.
fn is_invalid(name: &str) -> bool {
    !is_opaque(name)
        && (name.is_empty()
            || name.starts_with(|c: char| c.is_ascii_digit())
            || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}
