//! `no child with platform linux/amd64 in index …`

use super::say::{list, say};
use super::{Context, Said};
use crate::doctor::fault::Fault;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let Some(Fault::NoPlatform { platforms }) = context.fault() else { return Ok(None) };
    let text = format!(
        "The reference is an index of several manifests, for {}. The controller always takes the first for linux/amd64, whatever its nodes are, and there is none.",
        list(platforms, 6)
    );
    Ok(Some(
        say(text)
            .advise("push the artifact as one manifest, or for linux/amd64 too: manifests and charts are the same everywhere")
            .paste("or pin the child that is meant, by its digest", format!("kubectl oci inspect oci://{}:{}", context.location(), context.walk.tag.as_deref().unwrap_or("TAG"))),
    ))
}
