use super::support::short;
use super::{Check, Rule, page};
use crate::compat::semver::{Constraint, ConstraintErrorKind};
use crate::context::Context;
use crate::diag::Severity;

pub(super) const RULE: Rule = Rule {
    id: "ref-semver-parse",
    summary: "a range that cannot be read",
    severity: Severity::Error,
    check: Check::Object(check),
    page: page!("ref-semver-parse"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(semver) = ctx.oci().and_then(|oci| oci.reference.effective_semver()) else { return };
    let Some(text) = semver.known() else { return };
    let Err(error) = Constraint::parse(text) else { return };
    let span = error.span().map_or(semver.text_span(), |(start, end)| semver.part(start, end));
    let finding = ctx
        .report(span, format!("the range \"{}\" cannot be read", short(text)))
        .why(format!("the source fails: semver '{}' parse error: {error}", short(text)))
        .help(match error.kind() {
            ConstraintErrorKind::Improper if text.chars().all(|c| c.is_ascii_alphabetic() || c == '-') => {
                "a name belongs into ref.tag; a range compares versions, such as \">=1.2.0 <2.0.0\""
            }
            _ => "a range compares versions, such as \">=1.2.0 <2.0.0\", \"1.x\" or \"~1.2 || ^2.1\"",
        });
    match error.kind() {
        ConstraintErrorKind::MixedWildcard => finding.mark("an \"x\" or \"*\" stands for a whole number"),
        ConstraintErrorKind::NumberTooLarge => finding.mark("a number of more than 64 bits"),
        ConstraintErrorKind::LeadingZero => finding.mark("a number in a pre-release has no leading zero"),
        _ => finding,
    };
}
