use super::support::{edits, short};
use super::{Check, FixKind, Rule, page};
use crate::compat::image_name::is_valid_tag;
use crate::context::Context;
use crate::diag::{Applicability, Severity};

pub(super) const RULE: Rule = Rule {
    id: "ref-tag-plus-sign",
    summary: "a + in ref.tag, for which registries hold _",
    severity: Severity::Error,
    fix: FixKind::Safe,
    silences: &["ref-tag-invalid"],
    check: Check::Object(check),
    page: page!("ref-tag-plus-sign"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let Some(tag) = oci.reference.effective_tag() else { return };
    let Some(text) = tag.known() else { return };
    let Some(plus) = text.find('+') else { return };
    let fixed = text.replace('+', "_");
    // Anything else that is wrong with it is for others to say.
    if !is_valid_tag(&fixed) {
        return;
    }
    let applicability = if oci.layer.is_chart() { Applicability::Safe } else { Applicability::Unsafe };
    let edit = edits::set(tag, &fixed);
    let finding = ctx
        .report(tag.part(plus, plus + 1), format!("the tag \"{}\" holds a \"+\", which no tag may hold", short(text)))
        .mark("\"_\" in the registry")
        .why("Helm writes \"_\" for \"+\" when it pushes a chart; source-controller asks for the tag as it is written here, and gets 404 Not Found")
        .help(format!("write {fixed}"));
    if let Some(edit) = edit {
        finding.fix(applicability, "Write \"_\" for \"+\"", vec![edit]);
    }
}
