use super::support::edits;
use super::support::sources::may_be_completed;
use super::{Check, FixKind, Rule, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};

pub(super) const RULE: Rule = Rule {
    id: "ignore-has-no-effect-with-copy",
    summary: "spec.ignore beside operation copy, which stores everything",
    severity: Severity::Warning,
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("ignore-has-no-effect-with-copy"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let Some(ignore) = oci.ignore.as_ref().filter(|ignore| !ignore.as_str().trim().is_empty()) else { return };
    let Some(operation) = oci.layer.operation.as_ref().filter(|_| oci.layer.is_copy()) else { return };
    if may_be_completed(ctx, "spec.layerSelector.operation") {
        return;
    }
    let span = oci.object.key_span("spec.ignore");
    let edit = edits::remove(oci.spec, "ignore");
    let rules = ignore.as_str().lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).count();
    let finding = ctx
        .report(span, "spec.ignore has no effect: the layer is copied as it is")
        .mark(if rules == 1 { "1 pattern".to_owned() } else { format!("{rules} patterns") })
        .label(oci.object.locate(operation.span()), "stores everything")
        .why("source-controller applies exclusions while it extracts; with operation: copy it stores the archive untouched")
        .help("remove spec.ignore, or extract the layer");
    if let Some(edit) = edit {
        finding.fix(Applicability::Unsafe, "Remove spec.ignore", vec![edit]);
    }
}
