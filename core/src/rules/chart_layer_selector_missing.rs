use super::support::edits;
use super::support::sources::may_be_completed;
use super::{Check, FixKind, Rule, Scope, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::{CHART_MEDIA_TYPE, OciRepository, Use};
use crate::text::Edit;
use crate::yaml::Node;
use crate::yaml::patch::{self, Value};

pub(super) const RULE: Rule = Rule {
    id: "chart-layer-selector-missing",
    summary: "a source of a HelmRelease that takes the first layer, whatever it is",
    severity: Severity::Warning,
    scope: Scope::Set,
    fix: FixKind::Safe,
    check: Check::Object(check),
    page: page!("chart-layer-selector-missing"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    if oci.layer.media_type.is_some() || oci.url.is_none() {
        return;
    }
    let mut release = None;
    let mut is_only_charts = true;
    for consumer in ctx.set().consumers_of(oci.object) {
        match consumer.by {
            Use::ChartRef => release = release.or(Some(consumer)),
            _ => is_only_charts = false,
        }
    }
    let Some(release) = release else { return };
    if may_be_completed(ctx, "spec.layerSelector") {
        return;
    }
    let what = if oci.layer.node.is_some() { "no mediaType" } else { "no layerSelector" };
    let edits = if is_only_charts { select_chart(oci) } else { None };
    let url = oci.url.as_ref().map(|url| url.to_cow()).unwrap_or_default();
    let is_proven = ctx.set().sources().is_helm_chart(&url) || is_place_of_charts(&url);
    let finding = ctx
        .report(oci.object.key_span("spec.layerSelector"), format!("{} takes the first layer, whatever it is", release.title()))
        .mark(what)
        .label(release.place(), "used as a Helm chart here")
        .why(if oci.layer.is_copy() {
            "once the publisher signs the chart, its provenance comes first: the source stays Ready, and the release fails with \"Could not load chart: gzip: invalid header\""
        } else {
            "once the publisher signs the chart, its provenance comes first, and the source fails with \"requires gzip-compressed body: gzip: invalid header\""
        })
        .help(if is_proven {
            "select the layer of the chart by its media type"
        } else {
            "select the layer of the chart by its media type, unless `flux push artifact` pushed it: that has its own"
        });
    if let Some(edits) = edits {
        // A folder that Flux packed holds a chart as well, in a layer of Flux's own type.
        let applicability = if is_proven { Applicability::Safe } else { Applicability::Unsafe };
        finding.fix(applicability, "Select the layer of the chart", edits);
    }
}

/// True where a folder of the URL says what Helm pushes there: `charts`, `helm-charts`, `helm`.
fn is_place_of_charts(url: &str) -> bool {
    let folders = url.rsplit_once('/').map_or("", |(folders, _)| folders);
    folders.split('/').skip(3).any(|folder| folder.split('-').any(|word| matches!(word, "chart" | "charts" | "helm")))
}

fn select_chart(oci: &OciRepository<'_>) -> Option<Vec<Edit>> {
    let selector = oci.layer.node.filter(|selector| selector.entries().next().is_some());
    let Some(selector) = selector else {
        let behind = ["ref", "url"].into_iter().find_map(|key| edits::own_entry(oci.spec, key))?;
        let written = oci.spec.get("layerSelector").is_some_and(|node| !node.is_null() && !node.is_mapping());
        if written {
            return None;
        }
        let selector = Value::strings(&[("mediaType", CHART_MEDIA_TYPE), ("operation", "copy")]);
        return Some(match edits::own_entry(oci.spec, "layerSelector") {
            Some(empty) => vec![patch::replace_entry(oci.spec, empty, "layerSelector", &selector)],
            None if oci.spec.entry("layerSelector").is_some() => return None,
            None => vec![patch::insert_after(oci.spec, behind, "layerSelector", &selector)?],
        });
    };
    let written = |key: &str| selector.get(key).is_some_and(|node: Node<'_>| !node.is_null());
    if selector.get("mediaType").is_some() {
        // Written, and empty: what stands there is replaced.
        return Some(vec![edits::put(selector, "mediaType", CHART_MEDIA_TYPE, "mediaType")?]);
    }
    // An operation that is written stays as it is: both do for a chart.
    let behind = written("operation").then_some("operation")?;
    Some(vec![edits::put(selector, "mediaType", CHART_MEDIA_TYPE, behind)?])
}
