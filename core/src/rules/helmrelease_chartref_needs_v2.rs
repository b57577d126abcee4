use super::{Check, FixKind, Rule, Stage, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::{HelmRelease, Kind, Kinds};
use crate::yaml::{Node, patch};

pub(super) const RULE: Rule = Rule {
    id: "helmrelease-chartref-needs-v2",
    summary: "chartRef in a HelmRelease of API version v2beta1, which has no such field",
    severity: Severity::Error,
    fix: FixKind::Safe,
    stage: Stage::Admission,
    silences: &["unknown-field"],
    kinds: Kinds::of(&[Kind::HelmRelease]),
    check: Check::Object(check),
    page: page!("helmrelease-chartref-needs-v2"),
    ..Rule::DEFAULT
};

const V2: &str = "helm.toolkit.fluxcd.io/v2";

fn check(ctx: &mut Context<'_, '_>) {
    let object = ctx.object();
    let Some(release) = ctx.helm_release() else { return };
    if object.version() != "v2beta1" || release.chart_ref.is_none() {
        return;
    }
    let Some(api_version) = object.at("apiVersion") else { return };
    let dropped = dropped_fields(release);
    let at = object.locate(api_version.span());
    let finding = ctx.report(object.key_span("spec.chartRef"), "v2beta1 has no chartRef");
    finding
        .why(
            "kubectl refuses the unknown field; a lax client drops it and leaves the release without a chart. \
             Flux 2.7 and later do not serve v2beta1 at all",
        )
        .label(at, "the API version without it");
    if dropped.is_empty() {
        finding.help(format!("write apiVersion: {V2}"));
    } else {
        finding.help(format!("write apiVersion: {V2}, and replace {}, which it does not have", dropped.join(" and ")));
    }
    let applicability = if dropped.is_empty() { Applicability::Safe } else { Applicability::Unsafe };
    finding.fix(applicability, "Use the API version v2", vec![patch::set_string(api_version, V2)]);
}

/// Fields that v2beta1 has and v2 has not.
fn dropped_fields(release: &HelmRelease<'_>) -> Vec<&'static str> {
    let mut dropped = Vec::new();
    if release.spec.at("chart.spec.valuesFile").is_some() {
        dropped.push("valuesFile");
    }
    let renderers = || release.spec.get("postRenderers").into_iter().flat_map(Node::items);
    for field in ["patchesStrategicMerge", "patchesJson6902"] {
        if renderers().any(|renderer| renderer.at("kustomize").is_some_and(|patches| patches.get(field).is_some())) {
            dropped.push(field);
        }
    }
    dropped
}
