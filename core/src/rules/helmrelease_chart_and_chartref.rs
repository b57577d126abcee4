use super::{Check, FixKind, Rule, Stage, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::{Kind, Kinds};
use crate::yaml::{Node, patch};

pub(super) const RULE: Rule = Rule {
    id: "helmrelease-chart-and-chartref",
    summary: "a HelmRelease with both chart and chartRef, or with neither",
    severity: Severity::Error,
    fix: FixKind::Suggested,
    stage: Stage::Admission,
    silences: &["invalid-value"],
    kinds: Kinds::of(&[Kind::HelmRelease]),
    check: Check::Object(check),
    page: page!("helmrelease-chart-and-chartref"),
    ..Rule::DEFAULT
};

const WHY: &str = "the API server refuses it: spec: Invalid value: either chart or chartRef must be set";

fn check(ctx: &mut Context<'_, '_>) {
    let object = ctx.object();
    let Some(spec) = object.spec() else { return };
    // v2beta1 requires a chart and knows no chartRef: other rules say so.
    if object.version() == "v2beta1" {
        return;
    }
    let set = |key: &str| spec.get(key).is_some_and(|value| !value.is_null());
    match (set("chart"), set("chartRef")) {
        (true, true) => both(ctx, spec),
        // A document without an interval is no whole release: something else completes it.
        (false, false) if spec.get("interval").is_some() => neither(ctx),
        _ => {}
    }
}

fn both(ctx: &mut Context<'_, '_>, spec: Node<'_>) {
    let object = ctx.object();
    // A patch may take one of the two away.
    let rewritten = |field| ctx.surroundings().may_rewrite(object, field);
    if ctx.is_fragment() || rewritten("chart") {
        return;
    }
    let chart = object.locate(object.key_span("spec.chart"));
    let edit = spec.entry("chart").and_then(|entry| patch::remove_entry(spec, entry));
    let finding = ctx.report(object.key_span("spec.chartRef"), "both chart and chartRef are set");
    finding
        .mark("a second chart")
        .label(chart, "the first one")
        .why(WHY)
        .help("keep chartRef for an OCIRepository, chart for a HelmRepository, a GitRepository or a Bucket");
    if let Some(edit) = edit {
        finding.fix(Applicability::Unsafe, "Remove chart", vec![edit]);
    }
}

fn neither(ctx: &mut Context<'_, '_>) {
    if ctx.may_be_supplied("spec.chart") || ctx.may_be_supplied("spec.chartRef") {
        return;
    }
    let span = ctx.object().key_span("spec");
    ctx.report(span, "neither chart nor chartRef is set")
        .mark("no chart")
        .why(WHY)
        .help("name the chart's OCIRepository: chartRef: {kind: OCIRepository, name: …}");
}
