use super::support::short;
use super::{Check, Rule, Scope, page};
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
    let Some(version) = chart.version.as_ref() else { return };
    let Some(text) = version.known() else { return };
    let Some(reference) = &chart.source_ref else { return };
    // One whole version is asked for by its name, without a list.
    let is_whole = Version::parse(text).is_ok() && text.split('.').count() >= 3;
    if is_whole || Constraint::parse(text).is_err() {
        return;
    }
    let likely = ctx.set().meant(reference, release.object);
    let sources: Vec<HelmRepository<'_>> = likely.into_iter().filter_map(HelmRepository::of).collect();
    let Some(source) = sources.first().filter(|_| sources.iter().all(HelmRepository::is_oci)) else { return };
    let kind = source.object.locate(source.object.key_span("spec.type"));
    ctx.report(version.text_span(), format!("the version \"{}\" is a range over an OCI registry", short(text)))
        .label(kind, "an OCI registry")
        .why("source-controller lists all tags of the chart each time it looks at it, without a filter and without showing in the source's status what it found")
        .help("name one version, or let an OCIRepository choose with ref.semver: `kubectl oci migrate`");
}
