use super::support::media_type::{NoContent, no_content};
use super::support::{edits, short};
use super::{Check, FixKind, Rule, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};

pub(super) const RULE: Rule = Rule {
    id: "layer-mediatype-is-config",
    summary: "a layer selected by the media type of a configuration or a signature",
    severity: Severity::Error,
    fix: FixKind::Suggested,
    silences: &["layer-mediatype-unknown", "chart-layer-selector-missing"],
    check: Check::Object(check),
    page: page!("layer-mediatype-is-config"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let Some(selected) = &oci.layer.media_type else { return };
    let Some(text) = selected.known() else { return };
    let Some((what, layer)) = no_content(text) else { return };
    let copies = oci.layer.operation.as_ref().is_some_and(|operation| operation.as_str() != "extract");
    let edit = edits::set(selected, layer);
    let finding = ctx
        .report(selected.text_span(), format!("the media type \"{}\" is not that of the content", short(text)))
        .mark(match what {
            NoContent::Config => "the artifact's configuration",
            NoContent::Provenance => "the chart's signature",
        })
        .why(match what {
            NoContent::Config => {
                format!("a configuration is no layer: failed to find layer with media type '{text}' in artifact")
            }
            NoContent::Provenance if copies => "the signature is stored in the place of the chart, and its consumers fail".to_owned(),
            NoContent::Provenance => {
                "it is a text, not an archive: failed to extract layer contents from artifact: requires gzip-compressed body: gzip: invalid header".to_owned()
            }
        })
        .help(format!("select the content: {layer}"));
    if copies {
        finding.severity(Severity::Warning);
    }
    if let Some(edit) = edit {
        finding.fix(Applicability::Unsafe, "Select the content", vec![edit]);
    }
}
