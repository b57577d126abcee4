//! `requires gzip-compressed body: gzip: invalid header`

use super::layer_absent::{layers, selector};
use super::say::{is_signature, say, shell};
use super::{Context, Said};
use crate::compat::manifest::{Descriptor, Manifest};
use crate::doctor::fault::Fault;
use crate::doctor::unpack::{LayerFault, Magic};
use crate::doctor::verdict::Explanation;
use crate::model::CHART_MEDIA_TYPE;
use crate::rules::support::media_type::FLUX_CONTENT;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let Some(Fault::Layer(LayerFault::NotGzip(_))) = context.fault() else { return Ok(None) };
    let walk = context.walk;
    let (Some(manifest), Some(layer), Some(facts)) = (&walk.manifest, &walk.layer, &walk.facts) else {
        return Ok(None);
    };
    let media_type = manifest.media_type_of(layer);
    let which = match context.case.fields.media_type.is_empty() {
        true => "the first, since there is no layerSelector",
        false => "the one that layerSelector names",
    };
    let mut text = format!(
        "The layer that is taken holds {}, and only tar in gzip is unpacked. It is {which}: {media_type}.",
        facts.magic.in_words()
    );
    if facts.magic == Magic::Provenance {
        text.push_str(" Helm lists the provenance of a signed chart before the chart.");
    }
    if manifest.layers.len() > 1 {
        text.push_str(&format!(" The layers are:\n{}", layers(manifest)));
    }
    let said = say(text);
    Ok(Some(match better(manifest, layer) {
        Some(better) => {
            said.paste("select the layer that holds the content", selector(better, better == CHART_MEDIA_TYPE))
        }
        None => no_better(context, said, facts.magic),
    }))
}

/// Another layer that is surely meant.
fn better<'m>(manifest: &'m Manifest, taken: &Descriptor) -> Option<&'m str> {
    let others = || {
        manifest.layers.iter().filter(|layer| layer.digest != taken.digest).map(|layer| manifest.media_type_of(layer))
    };
    let known = [CHART_MEDIA_TYPE, FLUX_CONTENT].into_iter().find(|known| others().any(|other| other == *known));
    known.or_else(|| others().find(|other| other.ends_with("tar+gzip") || other.ends_with("tar.gzip")))
}

fn no_better(context: &Context<'_>, said: Explanation, magic: Magic) -> Explanation {
    if context.walk.kind.is_some_and(is_signature) {
        return said.advise("the reference points at a signature: point it at what was signed");
    }
    let said = said.paste(
        "push the content as Flux does: a folder, in tar and gzip",
        format!(
            "flux push artifact {} --path ./deploy --source URL --revision REV",
            shell(&format!("oci://{}:{}", context.location(), context.walk.tag.as_deref().unwrap_or("TAG")))
        ),
    );
    match magic {
        Magic::Tar | Magic::Zstd => {
            said.advise("or compress the layer with gzip: other compressions, and none, are not read")
        }
        _ => said
            .paste("or keep the layer as it is, for a consumer that reads it so", "layerSelector:\n  operation: copy"),
    }
}
