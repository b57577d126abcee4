use super::{Check, Rule, Scope, page};
use crate::context::Context;
use crate::diag::Severity;
use crate::model::{Kind, Kinds};

pub(super) const RULE: Rule = Rule {
    id: "oci-helmrepository-legacy",
    summary: "a HelmRepository of type oci, which is in maintenance mode",
    severity: Severity::Info,
    scope: Scope::Set,
    kinds: Kinds::of(&[Kind::HelmRepository]),
    check: Check::Object(check),
    page: page!("oci-helmrepository-legacy"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(repository) = ctx.helm_repository().filter(|repository| repository.is_oci()) else { return };
    let Some(kind) = &repository.repository_type else { return };
    let span = kind.text_span();
    let releases = ctx.set().consumers_of(repository.object).count();
    let finding = ctx
        .report(span, "HelmRepository of type oci is in maintenance mode")
        .why("an OCIRepository also verifies signatures without a HelmChart between, pins by digest, filters tags, and shows what it found in its status")
        .help("write an OCIRepository for each chart, and name it in spec.chartRef of the releases");
    if releases > 0 {
        let noun = if releases == 1 { "consumer" } else { "consumers" };
        finding.mark(format!("{releases} {noun} in view"));
    }
}
