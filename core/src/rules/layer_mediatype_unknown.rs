use super::support::{edits, media_type, short};
use super::{Check, FixKind, Rule, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};

pub(super) const RULE: Rule = Rule {
    id: "layer-mediatype-unknown",
    summary: "a media type that no layer is known to have",
    severity: Severity::Warning,
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("layer-mediatype-unknown"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(selected) = ctx.oci().and_then(|oci| oci.layer.media_type.as_ref()) else { return };
    let Some(text) = selected.known() else { return };
    if media_type::is_layer(text) || media_type::no_content(text).is_some() {
        return;
    }
    let meant = media_type::meant(text);
    let is_media_type = text.split_once('/').is_some_and(|(kind, name)| !kind.is_empty() && !name.is_empty());
    let edit = meant.and_then(|meant| edits::set(selected, meant));
    let finding = ctx
        .report(selected.text_span(), format!("no layer is known to have the media type \"{}\"", short(text)))
        .why(format!(
            "media types are compared letter by letter; without such a layer the source fails: failed to find layer with media type '{text}' in artifact"
        ))
        .help(match meant {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => "`kubectl oci inspect` shows the layers of an artifact with their types".to_owned(),
        });
    if meant.is_none() && is_media_type {
        finding.severity(Severity::Info);
    }
    if let Some(edit) = edit {
        finding.fix(Applicability::Unsafe, "Write the media type that is known", vec![edit]);
    }
}
