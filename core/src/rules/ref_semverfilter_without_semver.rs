use super::support::sources::may_be_completed;
use super::support::{edits, short};
use super::{Check, FixKind, Rule, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::Text;

pub(super) const RULE: Rule = Rule {
    id: "ref-semverfilter-without-semver",
    summary: "a semverFilter with no range in force, which filters nothing",
    severity: Severity::Warning,
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("ref-semverfilter-without-semver"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let reference = &oci.reference;
    let Some(filter) = &reference.semver_filter else { return };
    // What is only known later may come out empty.
    let is_opaque = [Some(filter), reference.digest.as_ref()].into_iter().flatten().any(Text::is_opaque);
    if reference.effective_semver().is_some() || is_opaque {
        return;
    }
    let (decides, taken) = match (&reference.digest, &reference.tag) {
        (Some(_), _) => ("the digest decides", "the digest"),
        (None, Some(_)) => ("the tag decides", "the tag"),
        (None, None) => ("there is no range", "the tag \"latest\""),
    };
    if reference.digest.is_none() && may_be_completed(ctx, "spec.ref.semver") {
        return;
    }
    let fix = reference.node.and_then(|node| match reference.is_empty() {
        true => Some((
            Applicability::Display,
            "Select the highest that passes",
            edits::put(node, "semver", "*", "semverFilter")?,
        )),
        false => Some((Applicability::Unsafe, "Remove the filter", edits::remove(node, "semverFilter")?)),
    });
    let finding = ctx
        .report(filter.text_span(), format!("the filter \"{}\" has no effect: {decides}", short(filter.as_str())))
        .why(format!("source-controller lists and filters tags only for ref.semver; here it takes {taken}"))
        .help(if reference.is_empty() {
            "add the range to choose from with ref.semver"
        } else {
            "remove the filter, or what decides in its place"
        });
    if let Some((applicability, title, edit)) = fix {
        finding.fix(applicability, title, vec![edit]);
    }
}
