use super::{Check, FixKind, Rule, Stage, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::{HelmRelease, Kind, Kinds};
use crate::yaml::{items_of, patch};

pub(super) const RULE: Rule = Rule {
    id: "helmrelease-chartref-needs-v2",
    summary: "a HelmRelease of API version v2beta1 with chartRef alone, where that version requires chart",
    severity: Severity::Error,
    fix: FixKind::Safe,
    stage: Stage::Admission,
    kinds: Kinds::of(&[Kind::HelmRelease]),
    check: Check::Object(check),
    page: page!("helmrelease-chartref-needs-v2"),
    ..Rule::DEFAULT
};

const V2: &str = "helm.toolkit.fluxcd.io/v2";

/// The releases of Flux 2 whose v2beta1 has `chartRef` and requires `chart`: helm-controller 1.1 to
/// 1.3. Flux 2.3 (helm-controller 1.0.1) brought the field, there without requiring `chart`; its
/// controller reads every version as v2, so that works. Before, field-needs-flux-version speaks, and
/// from 2.7 on api-version-removed.
const REQUIRES_CHART: std::ops::RangeInclusive<u32> = 4..=6;

fn check(ctx: &mut Context<'_, '_>) {
    let (object, flux) = (ctx.object(), ctx.flux());
    let Some(release) = ctx.helm_release() else { return };
    let is_concerned = object.version() == "v2beta1" && flux.major == 2 && REQUIRES_CHART.contains(&flux.minor);
    if !is_concerned || release.chart_ref.is_none() || release.spec.entry("chart").is_some() {
        return;
    }
    let Some(api_version) = object.at("apiVersion").filter(|_| !ctx.may_be_supplied("spec.chart")) else { return };
    let dropped = dropped_fields(release);
    let at = object.locate(api_version.span());
    let finding = ctx.report(object.key_span("spec.chartRef"), "v2beta1 requires chart, whatever chartRef says");
    finding
        .why("the API server refuses the object: spec.chart: Required value. The field is there for objects on their way to v2")
        .label(at, "the API version that requires it");
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
    let renderers = || items_of(release.spec.get("postRenderers"));
    for field in ["patchesStrategicMerge", "patchesJson6902"] {
        if renderers().any(|renderer| renderer.at("kustomize").is_some_and(|patches| patches.get(field).is_some())) {
            dropped.push(field);
        }
    }
    dropped
}
