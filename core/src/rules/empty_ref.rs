use super::{Check, FixKind, Rule, Stage, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::is_opaque;
use crate::yaml::{Node, patch};

pub(super) const RULE: Rule = Rule {
    id: "empty-ref",
    summary: "a ref that sets nothing",
    severity: Severity::Warning,
    fix: FixKind::Safe,
    stage: Stage::Controller,
    check: Check::Object(check),
    page: page!("empty-ref"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let Some(entry) = oci.spec.entry("ref") else { return };
    let unset = |value: Node<'_>| value.scalar().is_some() && (value.is_null() || value.text().is_empty());
    let empty = entry.value.is_mapping()
        && entry.value.entries().all(|field| unset(field.value) && !is_opaque(field.key.text()))
        && entry.value.effective_entries().iter().all(|field| unset(field.value));
    let fields = ["spec.ref.tag", "spec.ref.semver", "spec.ref.digest"];
    if !empty || fields.iter().any(|field| ctx.may_be_supplied(field)) {
        return;
    }
    let edit = patch::remove_entry(oci.spec, entry);
    let finding = ctx.report(entry.key.span(), "the ref sets no tag, range or digest");
    finding
        .why("source-controller counts an empty string as unset, and takes the tag latest")
        .help("name a tag, a semver range or a digest; without ref it is latest too");
    if let Some(edit) = edit {
        finding.fix(Applicability::Safe, "Remove the empty ref", vec![edit]);
    }
}
