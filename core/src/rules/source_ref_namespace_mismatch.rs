use super::support::source_ref::{Reference, list};
use super::{Check, FixKind, Rule, Scope, page};
use crate::collections::{Arrange, Gather};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::{Found, Kinds, Object};
use crate::yaml::patch::{self, Value};

pub(super) const RULE: Rule = Rule {
    id: "source-ref-namespace-mismatch",
    summary: "a reference to a source whose name exists in another namespace only",
    scope: Scope::Set,
    fix: FixKind::Suggested,
    silences: &["cross-namespace-source-ref"],
    kinds: Kinds::CONSUMERS,
    check: Check::Object(check),
    page: page!("source-ref-namespace-mismatch"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let object = ctx.object();
    let Some(reference) = Reference::of(ctx) else { return };
    let Some(namespace) = reference.namespace(object) else { return };
    let (set, surroundings) = (ctx.set(), ctx.surroundings());
    let (kind, name) = (reference.kind, reference.name.as_str());
    let Found::OtherNamespace(others) = set.find(kind, Some(namespace), name) else { return };
    let inclusion = surroundings.inclusion(set);
    // What is written may be replaced on the way to the cluster.
    let own_is_certain = reference.node.namespace.is_some() || !inclusion.sets_namespace(&object.file.path);
    if !own_is_certain
        || ctx.is_fragment()
        || inclusion.is_partial(&object.file.path)
        || others.iter().any(|other| inclusion.sets_namespace(&other.file.path))
        || surroundings.may_rewrite(object, reference.field)
        || surroundings.unanswered(set).may_exist(set, kind, name, false)
    {
        return;
    }
    let mut namespaces: Vec<String> = others.iter().filter_map(|other| other.namespace()).map(str::to_owned).gather();
    namespaces.arrange();
    namespaces.dedup();
    let span = reference.node.namespace.as_ref().map_or(reference.name.text_span(), |text| text.text_span());
    let edit = namespaces.first().filter(|_| namespaces.len() == 1).and_then(|one| set_namespace(&reference, one));
    let (own, kind_name) = (namespace.to_owned(), kind.name());
    let sure =
        surroundings.unanswered(set).is_whole(kind) || others.iter().any(|other| other.file.id == object.file.id);
    let severity = if sure { Severity::Warning } else { Severity::Info };
    let finding = ctx.report(span, format!("the {kind_name} \"{name}\" is not in the namespace \"{own}\""));
    finding
        .severity(severity)
        .why(format!("the controller looks there alone: {kind_name}.source.toolkit.fluxcd.io \"{name}\" not found"))
        .help(format!("write namespace: {} in the reference, or move one of the two", list(&namespaces)));
    for other in others.iter().take(3) {
        finding.label(namespace_of(*other), "its namespace");
    }
    if let Some(edit) = edit {
        finding.fix(Applicability::Unsafe, "Name the namespace of the source", vec![edit]);
    }
}

fn namespace_of(object: Object<'_>) -> crate::diag::Location {
    let node = object.at("metadata.namespace").map_or(object.place().span, |node| node.span());
    object.locate(node)
}

fn set_namespace(reference: &Reference<'_, '_>, namespace: &str) -> Option<crate::text::Edit> {
    match &reference.node.namespace {
        Some(text) => Some(patch::set_string(text.node, namespace)),
        None => {
            let mapping = reference.node.node;
            let name = mapping.entries().find(|entry| entry.key.text() == "name")?;
            (!mapping.is_alias()).then(|| patch::insert_after(mapping, name, "namespace", &Value::string(namespace)))?
        }
    }
}
