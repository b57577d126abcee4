use super::support::media_type::FLUX_CONTENT;
use super::{Check, Rule, Scope, page};
use crate::context::Context;
use crate::diag::Severity;
use crate::model::{Kind, Kinds, Object, Text};

pub(super) const RULE: Rule = Rule {
    id: "helmrelease-consumes-manifests",
    summary: "a HelmRelease on a source that Flux packed, not Helm",
    severity: Severity::Warning,
    scope: Scope::Set,
    kinds: Kinds::of(&[Kind::HelmRelease]),
    check: Check::Object(check),
    page: page!("helmrelease-consumes-manifests"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(release) = ctx.helm_release() else { return };
    let Some(reference) = &release.chart_ref else { return };
    let likely = ctx.set().meant(reference, release.object);
    let is_flux = |source: &Object<'_>| {
        source.kind() == Kind::OciRepository
            && source.text("spec.layerSelector.mediaType").is_some_and(|media_type| media_type.as_str() == FLUX_CONTENT)
    };
    let Some(source) = likely.first().filter(|_| likely.iter().all(is_flux)) else { return };
    let name = source.name();
    let selector = source.locate(source.key_span("spec.layerSelector.mediaType"));
    let span = reference.name.as_ref().map_or(reference.node.span(), Text::text_span);
    ctx.report(span, format!("OCIRepository \"{name}\" holds what Flux packed, not a Helm chart"))
        .label(selector, "selects Flux content here")
        .why("an artifact of `flux push artifact` loads as a chart only where it holds nothing but a folder with the chart; else: Could not load chart: chart illegally contains content outside the base directory")
        .help("apply manifests with a Kustomization; push a chart with `helm push`, or `kubectl oci push --as helm-chart`");
}
