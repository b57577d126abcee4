use super::{Check, FixKind, Rule, Stage, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::schema::{is_legacy_field, served, versions};
use crate::model::{Kind, Kinds};
use crate::yaml::{Node, entries_of, items_of, patch};

pub(super) const RULE: Rule = Rule {
    id: "api-version-removed",
    summary: "an API version that the target Flux no longer serves, or soon will not",
    severity: Severity::Error,
    fix: FixKind::Safe,
    stage: Stage::Admission,
    kinds: Kinds::FLUX.or(Kinds::of(&[Kind::OtherFlux])),
    check: Check::Object(check),
    page: page!("api-version-removed"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let object = ctx.object();
    let flux = ctx.flux();
    let kind = object.known_kind_name();
    let Some(old) = served(kind, object.version()) else { return };
    let (Some(removed), Some(api_version)) = (old.removed, object.text("apiVersion")) else { return };
    if flux.major != 2 || api_version.is_opaque() {
        return;
    }
    let Some(new) = versions(kind).iter().rfind(|new| new.since <= flux.minor && new.removed.is_none()) else { return };
    let is_gone = removed <= flux.minor;
    let text = api_version.as_str();
    let group = text.strip_suffix(old.version).unwrap_or_default();
    let fixed = format!("{group}{}", new.version);
    let dropped = dropped_field(object.spec());
    let edit = patch::set_string(api_version.node, &fixed);
    let span = api_version.part(group.len(), text.len());
    let message = match is_gone {
        true => format!("Flux 2.{removed} removed version {} of {kind}", old.version),
        false => format!("version {} of {kind} is deprecated, and gone with Flux 2.{removed}", old.version),
    };
    let finding = ctx.report(span, message);
    if is_gone {
        finding.why(format!("the API server knows it no more: no matches for kind \"{kind}\" in version \"{text}\""));
    } else {
        finding.severity(Severity::Warning).why("the API server still takes it; the next releases do not");
    }
    // Between versions of kinds without a table, more than the name may have changed.
    let is_known = Kinds::FLUX.has(object.kind());
    match dropped {
        Some(field) => finding.help(format!("write {fixed}, and replace {field}, which it does not have")),
        None if is_known => finding.help(format!("write {fixed}; the fields used here are the same")),
        None => finding.help(format!("write {fixed}, and see what changed between the two")),
    };
    let safe = is_known && dropped.is_none();
    let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
    finding.fix(applicability, format!("Use the version {}", new.version), vec![edit]);
}

/// A field in use that the newest version does not have.
fn dropped_field(spec: Option<Node<'_>>) -> Option<&str> {
    let spec = spec?;
    let mut places = vec![Some(spec), spec.at("chart.spec")];
    places.extend(items_of(spec.get("postRenderers")).map(|renderer| renderer.get("kustomize")));
    places
        .into_iter()
        .find_map(|place| entries_of(place).map(|entry| entry.key.text()).find(|key| is_legacy_field(key)))
}
