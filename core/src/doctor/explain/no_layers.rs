//! `no layers found in artifact`

use super::kinds::Artifact;
use super::say::say;
use super::{Context, Said};
use crate::doctor::fault::Fault;

pub(super) fn explain(context: &Context<'_>) -> Said {
    if context.fault() != Some(&Fault::NoLayers) {
        return Ok(None);
    }
    let Some(manifest) = &context.walk.manifest else { return Ok(None) };
    let kind = match (Artifact::of(manifest), manifest.has_subject) {
        (kind @ Artifact::Signature, _) => kind.in_words().to_owned(),
        (_, true) => "something that is attached to another manifest, such as an SBOM".to_owned(),
        (kind, false) => format!(
            "{} with a configuration ({}) and nothing else",
            kind.in_words(),
            config(&manifest.config.media_type)
        ),
    };
    let text = format!("What the reference points at is {kind}. There is no content in it to take.");
    Ok(Some(
        say(text)
            .paste(
                "push the content under this tag",
                format!("flux push artifact oci://{} --path . --source URL --revision REV", tagged(context)),
            )
            .paste("or point at a tag that has some", format!("kubectl oci list oci://{}", context.location())),
    ))
}

fn config(media_type: &str) -> &str {
    if media_type.is_empty() { "of no type" } else { media_type }
}

fn tagged(context: &Context<'_>) -> String {
    format!("{}:{}", context.location(), context.walk.tag.as_deref().unwrap_or("TAG"))
}
