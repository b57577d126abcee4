use super::support::source_ref::Reference;
use super::{Check, Rule, Scope, page};
use crate::context::Context;
use crate::diag::Severity;
use crate::model::{Found, HelmRepository, Kind, Kinds, Object};

pub(super) const RULE: Rule = Rule {
    id: "helmrelease-verify-needs-oci",
    summary: "chart.spec.verify on a source whose signatures Flux cannot check",
    severity: Severity::Error,
    scope: Scope::Set,
    kinds: Kinds::of(&[Kind::HelmRelease]),
    check: Check::Object(check),
    page: page!("helmrelease-verify-needs-oci"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(release) = ctx.helm_release() else { return };
    if release.chart_ref.is_some() || release.chart.as_ref().is_none_or(|chart| chart.verify.is_none()) {
        return;
    }
    let Some(reference) = Reference::of(ctx) else { return };
    let object = ctx.object();
    if ctx.is_fragment() {
        return;
    }
    let at = object.key_span("spec.chart.spec.verify");
    let help = "remove verify, or take the chart from an OCIRepository (chartRef) with its own spec.verify";
    match reference.kind {
        Kind::GitRepository | Kind::Bucket => {
            let kind = reference.kind.name();
            let place = reference.node.kind.as_ref().map(|text| object.locate(text.span()));
            let finding = ctx.report(at, format!("a chart from a {kind} cannot be verified"));
            finding
                .why(
                    "helm-controller makes a HelmChart of it, which the API server refuses: \
                     spec.verify is only supported when spec.sourceRef.kind is 'HelmRepository'",
                )
                .help(help);
            if let Some(place) = place {
                finding.label(place, "holds files, no signatures");
            }
        }
        Kind::HelmRepository => {
            let name = reference.name.as_str();
            let Found::Some(found) = ctx.set().find(reference.kind, reference.namespace(object), name) else { return };
            if !found.iter().all(|repository| is_certainly_http(ctx, *repository)) {
                return;
            }
            let Some(first) = found.first() else { return };
            let place = first.locate(first.key_span("spec.url"));
            ctx.report(at, format!("charts of the HelmRepository \"{name}\" cannot be verified"))
                .label(place, "not a registry")
                .why("source-controller verifies charts of type: oci alone: chart verification error: not implemented")
                .help(help);
        }
        _ => {}
    }
}

/// A repository with an index, and nothing in view that makes it another.
fn is_certainly_http<'a>(ctx: &Context<'_, 'a>, object: Object<'a>) -> bool {
    let Some(repository) = HelmRepository::of(object) else { return false };
    let Some(url) = repository.url.as_ref().and_then(|url| url.known()) else { return false };
    let is_default = repository.repository_type.as_ref().is_none_or(|text| matches!(text.as_str(), "" | "default"));
    is_default
        && (url.starts_with("https://") || url.starts_with("http://"))
        && !ctx.surroundings().is_fragment(ctx.set(), object)
        && !ctx.surroundings().may_supply(ctx.set(), object, "spec.type")
}
