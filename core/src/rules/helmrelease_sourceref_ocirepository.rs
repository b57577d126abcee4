use super::support::chart_ref;
use super::{Check, FixKind, Rule, Stage, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::{Chart, Kind, Kinds};
use crate::yaml::patch::{self, Value};

pub(super) const RULE: Rule = Rule {
    id: "helmrelease-sourceref-ocirepository",
    summary: "an OCIRepository named by chart.spec.sourceRef, where only chartRef can name one",
    severity: Severity::Error,
    fix: FixKind::Safe,
    stage: Stage::Admission,
    silences: &["invalid-value"],
    kinds: Kinds::of(&[Kind::HelmRelease]),
    check: Check::Object(check),
    page: page!("helmrelease-sourceref-ocirepository"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(release) = ctx.helm_release() else { return };
    let Some(chart) = &release.chart else { return };
    let Some(source_ref) = &chart.source_ref else { return };
    let Some(kind) = source_ref.kind.as_ref().filter(|kind| kind.known() == Some("OCIRepository")) else { return };
    let lost = lost_fields(chart);
    let fragment = ctx.is_fragment();
    // In v2beta1 there is no chartRef yet, and beside a `chart` of the patched object a second one is
    // refused.
    let safe = lost.is_empty() && !fragment && release.object.version() != "v2beta1";
    let edits = chart_ref::replace_chart(release);
    let name = source_ref.name.as_ref().map_or("…", |name| name.as_str());
    let mut wanted = vec![("kind", "OCIRepository"), ("name", name)];
    wanted.extend(source_ref.namespace.as_ref().map(|namespace| ("namespace", namespace.as_str())));
    let mut help = format!("replace chart: by\n{}", patch::render_block("chartRef", &Value::strings(&wanted), 0));
    if !lost.is_empty() {
        help.push_str(&format!("\n{} has no place there: {}", lost.join(", "), remedy(&lost)));
    }
    let finding = ctx.report(kind.text_span(), "chart.spec.sourceRef cannot name an OCIRepository");
    finding
        .why(
            "the API server refuses it: spec.chart.spec.sourceRef.kind: Unsupported value: \"OCIRepository\": \
             supported values: \"HelmRepository\", \"GitRepository\", \"Bucket\"",
        )
        .help(help);
    if let Some(edits) = edits {
        let applicability = if safe { Applicability::Safe } else { Applicability::Unsafe };
        finding.fix(applicability, "Name the OCIRepository with chartRef", edits);
    }
}

/// What the chart template says and a `chartRef` cannot.
fn lost_fields(chart: &Chart<'_>) -> Vec<&'static str> {
    let mut lost = Vec::new();
    if chart.version.is_some() {
        lost.push("version");
    }
    if chart.values_files.is_some() {
        lost.push("valuesFiles");
    }
    if chart.verify.is_some() {
        lost.push("verify");
    }
    lost
}

fn remedy(lost: &[&str]) -> &'static str {
    match lost {
        ["version"] => "the version belongs in the OCIRepository's spec.ref",
        ["verify"] => "verification belongs in the OCIRepository's spec.verify",
        ["version", "verify"] => "they belong in the OCIRepository's spec.ref and spec.verify",
        _ => "values come from spec.values and spec.valuesFrom, version and verification from the OCIRepository",
    }
}
