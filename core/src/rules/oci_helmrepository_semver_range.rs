use super::support::short;
use super::{Check, Rule, Scope, page};
use crate::collections::Gather;
use crate::compat::semver::{Constraint, Version};
use crate::context::Context;
use crate::diag::Severity;
use crate::model::{HelmRepository, Kind, Kinds};

pub(super) const RULE: Rule = Rule {
    id: "oci-helmrepository-semver-range",
    summary: "a range of chart versions over a HelmRepository of type oci",
    severity: Severity::Warning,
    scope: Scope::Set,
    kinds: Kinds::of(&[Kind::HelmRelease]),
    check: Check::Object(check),
    page: page!("oci-helmrepository-semver-range"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(release) = ctx.helm_release() else { return };
    let Some(chart) = &release.chart else { return };
    let Some(reference) = &chart.source_ref else { return };
    // One whole version is asked for by its name, without a list.
    let is_range = |text: &str| {
        let is_whole = Version::parse(text).is_ok() && text.split('.').count() >= 3;
        !is_whole && Constraint::parse(text).is_ok()
    };
    let version = chart.version.as_ref();
    if version.is_some_and(|version| !version.known().is_some_and(is_range)) {
        return;
    }
    let likely = ctx.set().meant(reference, release.object);
    let sources: Vec<HelmRepository<'_>> = likely.iter().copied().filter_map(HelmRepository::of).gather();
    let Some(source) = sources.first().filter(|_| sources.iter().all(HelmRepository::is_oci)) else { return };
    if version.is_none() && ctx.may_be_supplied("spec.chart.spec.version") {
        return;
    }
    let (span, message) = match version {
        Some(version) => {
            let message = format!("the version \"{}\" is a range over an OCI registry", short(version.as_str()));
            (version.text_span(), message)
        }
        None => {
            let message = "there is no version, so the range \"*\" is taken over an OCI registry".to_owned();
            (release.object.key_span("spec.chart.spec.version"), message)
        }
    };
    let kind = source.object.locate(source.object.key_span("spec.type"));
    ctx.report(span, message)
        .label(kind, "an OCI registry")
        .why("source-controller lists all tags of the chart each time it looks at it, without a filter and without showing in the source's status what it found")
        .help("name one version, or let an OCIRepository choose with ref.semver, and name it in spec.chartRef");
}
