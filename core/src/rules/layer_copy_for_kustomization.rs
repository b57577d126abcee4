use super::support::edits;
use super::support::sources::may_be_completed;
use super::{Check, FixKind, Rule, Scope, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::Use;

pub(super) const RULE: Rule = Rule {
    id: "layer-copy-for-kustomization",
    summary: "operation copy for a source of manifests",
    severity: Severity::Info,
    scope: Scope::Set,
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("layer-copy-for-kustomization"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let Some(operation) = oci.layer.operation.as_ref().filter(|_| oci.layer.is_copy() && !oci.layer.is_chart()) else {
        return;
    };
    let mut consumer = None;
    for found in ctx.set().consumers_of(oci.object) {
        match found.by {
            Use::Kustomization => consumer = consumer.or(Some(found)),
            // Somebody wants it as it is.
            _ => return,
        }
    }
    let Some(consumer) = consumer.filter(|_| !may_be_completed(ctx, "spec.layerSelector.operation")) else { return };
    let edit = edits::set(operation, "extract");
    let finding = ctx
        .report(operation.text_span(), format!("{} gets the layer as it is, not its files", consumer.title()))
        .label(consumer.place(), "used as manifests here")
        .why("nothing is excluded and nothing is checked: neither spec.ignore nor .sourceignore applies, and a layer that is no archive makes the Kustomization fail instead of the source")
        .help("leave operation at extract");
    if let Some(edit) = edit {
        finding.fix(Applicability::Unsafe, "Extract the files", vec![edit]);
    }
}
