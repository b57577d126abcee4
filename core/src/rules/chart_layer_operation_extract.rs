use super::support::edits;
use super::support::sources::may_be_completed;
use super::{Check, FixKind, Rule, Scope, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::{Text, Use};

pub(super) const RULE: Rule = Rule {
    id: "chart-layer-operation-extract",
    summary: "a chart that is unpacked and packed anew, without what is excluded by default",
    severity: Severity::Info,
    scope: Scope::Set,
    fix: FixKind::Safe,
    check: Check::Object(check),
    page: page!("chart-layer-operation-extract"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let operation = oci.layer.operation.as_ref();
    if !oci.layer.is_chart() || operation.is_some_and(|operation| operation.as_str() != "extract") {
        return;
    }
    // With exclusions of its own the default ones do not apply; and what is no HelmRelease may
    // want the files.
    let is_set = |text: &Option<Text<'_>>| text.as_ref().is_some_and(|text| !text.is_empty());
    let wants_files = || ctx.set().consumers_of(oci.object).any(|consumer| consumer.by != Use::ChartRef);
    let supplied = || ["spec.layerSelector.operation", "spec.ignore"].iter().any(|route| may_be_completed(ctx, route));
    if oci.url.is_none() || is_set(&oci.ignore) || wants_files() || supplied() {
        return;
    }
    let Some(media_type) = &oci.layer.media_type else { return };
    let place = operation.unwrap_or(media_type);
    let edit = oci.layer.node.and_then(|selector| edits::put(selector, "operation", "copy", "mediaType"));
    let finding = ctx
        .report(place.text_span(), "the chart is unpacked and packed anew, not kept as it was published")
        .mark(if operation.is_some() { "unpacks it" } else { "without operation: copy it is unpacked" })
        .why("source-controller leaves out what its default exclusions name: pictures, .zip and .tar.gz files, CI files, .sops.yaml, .flux.yaml")
        .help("keep it whole with operation: copy");
    if let Some(edit) = edit {
        finding.fix(Applicability::Safe, "Keep the chart as it is", vec![edit]);
    }
}
