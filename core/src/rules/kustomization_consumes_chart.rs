use super::{Check, Rule, Scope, page};
use crate::collections::Gather;
use crate::context::Context;
use crate::diag::Severity;
use crate::model::{CHART_MEDIA_TYPE, Kind, Kinds, Object, OciRepository, Text};

pub(super) const RULE: Rule = Rule {
    id: "kustomization-consumes-chart",
    summary: "a Kustomization on a source that holds a Helm chart",
    severity: Severity::Error,
    scope: Scope::Set,
    kinds: Kinds::of(&[Kind::Kustomization]),
    check: Check::Object(check),
    page: page!("kustomization-consumes-chart"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(kustomization) = ctx.kustomization() else { return };
    let Some(reference) = &kustomization.source_ref else { return };
    if reference.source_kind() != Some(Kind::OciRepository) {
        return;
    }
    let likely = ctx.set().meant(reference, kustomization.object);
    let is_chart = |source: &Object<'_>| {
        source.text("spec.layerSelector.mediaType").is_some_and(|media_type| media_type.as_str() == CHART_MEDIA_TYPE)
    };
    if likely.is_empty() || !likely.iter().all(is_chart) {
        return;
    }
    let sources: Vec<OciRepository<'_>> = likely.iter().copied().filter_map(OciRepository::of).gather();
    let Some(source) = sources.first() else { return };
    let name = source.object.name();
    let is_root = match &kustomization.path {
        Some(path) => path.known().is_some() && kustomization.folder().is_empty(),
        None => !ctx.may_be_supplied("spec.path"),
    };
    let is_certain = is_root
        && ctx.set().named(Kind::OciRepository, name).len() == 1
        && source.ignore.is_none()
        && !ctx.is_fragment();
    let selector = source.object.locate(source.object.key_span("spec.layerSelector.mediaType"));
    let span = reference.name.as_ref().map_or(reference.node.span(), Text::text_span);
    ctx.report(span, format!("OCIRepository \"{name}\" holds a Helm chart, not manifests"))
        .severity(if is_certain { Severity::Error } else { Severity::Warning })
        .label(selector, "selects the chart here")
        .why("kustomize-controller reads each YAML file below the path as a manifest and fails: failed to decode Kubernetes YAML from …/Chart.yaml: missing kind in object")
        .help("install it with a HelmRelease that names the source in spec.chartRef");
}
