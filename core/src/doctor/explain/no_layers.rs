//! `no layers found in artifact`

use super::say::{is_signature, kind as in_words, say, shell};
use super::{Context, Said};
use crate::artifact::Kind;
use crate::doctor::fault::Fault;

pub(super) fn explain(context: &Context<'_>) -> Said {
    if context.fault() != Some(&Fault::NoLayers) {
        return Ok(None);
    }
    let Some(manifest) = &context.walk.manifest else { return Ok(None) };
    let kind = match (context.walk.kind.unwrap_or(Kind::Other), manifest.has_subject) {
        (kind, _) if is_signature(kind) => in_words(kind).to_owned(),
        (_, true) => "something that is attached to another manifest, such as an SBOM".to_owned(),
        (kind, false) => format!(
            "{} with a configuration ({}) and nothing else",
            in_words(kind),
            config(&manifest.config.media_type)
        ),
    };
    let text = format!("What the reference points at is {kind}. There is no content in it to take.");
    Ok(Some(
        say(text)
            .paste(
                "push the content under this tag",
                format!("flux push artifact {} --path . --source URL --revision REV", shell(&tagged(context))),
            )
            .paste("or point at a tag that has some", format!("kubectl oci list oci://{}", context.location())),
    ))
}

fn config(media_type: &str) -> &str {
    if media_type.is_empty() { "of no type" } else { media_type }
}

fn tagged(context: &Context<'_>) -> String {
    format!("oci://{}:{}", context.location(), context.walk.tag.as_deref().unwrap_or("TAG"))
}
