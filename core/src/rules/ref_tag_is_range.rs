use super::support::{edits, short};
use super::{Check, FixKind, Rule, page};
use crate::compat::image_name::is_valid_tag;
use crate::compat::semver::Constraint;
use crate::context::Context;
use crate::diag::{Applicability, Severity};

pub(super) const RULE: Rule = Rule {
    id: "ref-tag-is-range",
    summary: "a range of versions in ref.tag, which takes one tag by its name",
    severity: Severity::Error,
    fix: FixKind::Suggested,
    silences: &["ref-tag-invalid"],
    check: Check::Object(check),
    page: page!("ref-tag-is-range"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let Some(tag) = oci.reference.effective_tag() else { return };
    let Some(text) = tag.known() else { return };
    let is_tag = is_valid_tag(text);
    if is_tag && !has_wildcard(text) || !is_range(text) {
        return;
    }
    let edit = oci.reference.node.and_then(|reference| edits::rename(reference, "tag", "semver", text));
    let finding = ctx
        .report(tag.text_span(), format!("the tag \"{}\" is a range of versions", short(text)))
        .help(format!("write semver: {}", crate::yaml::patch::scalar_text(text)));
    if is_tag {
        finding.severity(Severity::Warning).why(format!(
            "ref.tag is a name, not a range: source-controller asks for the one manifest that is tagged \"{text}\""
        ));
    } else {
        finding.why("ref.tag is a name, not a range: source-controller asks for a manifest of that name, and gets 404 Not Found");
    }
    if let Some(edits) = edit {
        finding.fix(Applicability::Unsafe, "Write it as semver", edits);
    }
}

fn is_range(text: &str) -> bool {
    Constraint::parse(text).is_ok_and(|range| !range.is_exact())
}

/// `1.x`, `v1.2.X`: a number, and an `x` for one behind it. `1.2` is a tag like any other.
fn has_wildcard(text: &str) -> bool {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    text.starts_with(|c: char| c.is_ascii_digit()) && text.split('.').any(|part| matches!(part, "x" | "X"))
}
