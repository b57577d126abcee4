use super::support::short;
use super::{Check, Rule, page};
use crate::compat::semver::Constraint;
use crate::context::Context;
use crate::diag::Severity;

pub(super) const RULE: Rule = Rule {
    id: "ref-semver-unsatisfiable",
    summary: "a range that no version satisfies",
    severity: Severity::Error,
    check: Check::Object(check),
    page: page!("ref-semver-unsatisfiable"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(semver) = ctx.oci().and_then(|oci| oci.reference.effective_semver()) else { return };
    let Some(text) = semver.known() else { return };
    if !Constraint::parse(text).is_ok_and(|range| range.is_unsatisfiable()) {
        return;
    }
    ctx.report(semver.text_span(), format!("no version satisfies the range \"{}\"", short(text)))
        .why(format!("whatever tags there are, the source fails: no match found for semver: {}", short(text)))
        .help("terms that a blank or a comma parts must all hold at once; write \"||\" between ranges of which one is enough");
}
