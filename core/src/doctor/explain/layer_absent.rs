//! `failed to find layer with media type '…' in artifact`

use super::say::say;
use super::{Context, Said};
use crate::compat::manifest::Manifest;
use crate::doctor::fault::Fault;
use crate::doctor::walk::bytes_in_words;
use crate::model::CHART_MEDIA_TYPE;
use crate::rules::support::media_type::{NoContent, no_content};
use crate::text::nearest;

pub(super) fn explain(context: &Context<'_>) -> Said {
    if context.fault() != Some(&Fault::NoSuchLayer) {
        return Ok(None);
    }
    let Some(manifest) = &context.walk.manifest else { return Ok(None) };
    let wanted = &context.case.fields.media_type;
    let mut text = format!("No layer is of the type \"{wanted}\". The layers are:\n{}", layers(manifest));
    if *wanted == manifest.config.media_type {
        text.push_str("\nThat type is the configuration's, which is no layer.");
    } else if let Some((NoContent::Provenance, _)) = no_content(wanted) {
        text.push_str("\nThat type is a provenance file, which holds no content.");
    }
    let types: Vec<&str> = manifest.layers.iter().map(|layer| manifest.media_type_of(layer)).collect();
    let near = match types.as_slice() {
        [one] => Some(*one),
        several => nearest(wanted, several.iter().copied())
            .or_else(|| several.iter().copied().find(|known| *known == CHART_MEDIA_TYPE)),
    };
    let said = say(text);
    Ok(Some(match near {
        Some(near) => said.paste(
            if types.len() == 1 { "take the layer that there is".to_owned() } else { format!("did you mean {near}?") },
            selector(near, context.case.fields.copy || near == CHART_MEDIA_TYPE),
        ),
        None => said.advise("name one of these in layerSelector.mediaType, or leave it out to take the first"),
    }))
}

/// A `layerSelector`.
pub(super) fn selector(media_type: &str, copy: bool) -> String {
    let operation = if copy { "\n  operation: copy" } else { "" };
    format!("layerSelector:\n  mediaType: {media_type}{operation}")
}

/// The layers, one a line.
pub(super) fn layers(manifest: &Manifest) -> String {
    let line = |layer| format!("    {}  {}", manifest.media_type_of(layer), bytes_in_words(manifest.size_of(layer)));
    manifest.layers.iter().take(12).map(line).collect::<Vec<_>>().join("\n")
}
