use super::support::{edits, short};
use super::{Check, FixKind, Rule, page};
use crate::compat::semver::Constraint;
use crate::context::Context;
use crate::diag::{Applicability, Severity};

pub(super) const RULE: Rule = Rule {
    id: "ref-semver-is-exact",
    summary: "a range that is one version, for which all tags are listed",
    severity: Severity::Info,
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("ref-semver-is-exact"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let Some(semver) = oci.reference.effective_semver() else { return };
    let Some(range) = semver.known().and_then(|text| Constraint::parse(text).ok()) else { return };
    let Some(version) = range.exact() else { return };
    let version = version.original();
    // A tag beside it, and which of them is meant, is for ref-semver-shadows-tag.
    let edits = oci.reference.node.and_then(|reference| edits::rename(reference, "semver", "tag", version));
    let finding = ctx
        .report(semver.text_span(), format!("the range \"{}\" is one version alone", short(semver.as_str())))
        .why("source-controller lists all tags of the repository at each interval, to find the one that is named here")
        .help(format!(
            "write tag: {}, as the registry has it (with or without a \"v\")",
            crate::yaml::patch::scalar_text(version)
        ));
    if let Some(edits) = edits {
        finding.fix(Applicability::Unsafe, "Write it as tag", edits);
    }
}
