use super::support::{edits, short};
use super::{Check, FixKind, Rule, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};

pub(super) const RULE: Rule = Rule {
    id: "ref-semver-shadows-tag",
    summary: "a tag beside a range, which alone decides",
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("ref-semver-shadows-tag"),
    severity: Severity::Warning,
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    // What is only known later may come out empty.
    let Some(semver) = oci.reference.effective_semver().filter(|semver| !semver.is_opaque()) else { return };
    let Some(tag) = oci.reference.tag.as_ref().filter(|tag| !tag.is_opaque()) else { return };
    let edit = oci.reference.node.and_then(|reference| edits::remove(reference, "tag"));
    let finding = ctx
        .report(
            tag.text_span(),
            format!("the tag \"{}\" is ignored: the range \"{}\" decides", short(tag.as_str()), short(semver.as_str())),
        )
        .label(oci.object.locate(semver.span()), "decides")
        .why("where both are set, source-controller takes the highest tag in the range and never looks at ref.tag")
        .help("remove the tag to follow the range, or the range to stay at the tag");
    if let Some(edit) = edit {
        finding.fix(Applicability::Unsafe, "Remove the tag", vec![edit]);
    }
}
