//! A container image: the object is ready, and nothing comes of it.

use super::say::say;
use super::{Context, Said};
use crate::artifact::Kind;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let walk = context.walk;
    let holds_a_system = walk.facts.as_ref().is_some_and(|facts| facts.contents.is_root_file_system());
    if walk.failed.is_some() || walk.kind != Some(Kind::Image) || !holds_a_system {
        return Ok(None);
    }
    let text = "The reference points at a container image, which is to be run. The object becomes ready, with the root of a system as its content: a Kustomization applies nothing of it, and no HelmRelease finds a chart in it.";
    Ok(Some(
        say(text)
            .advise("point it at the repository and tag that hold the manifests or the chart")
            .paste("see what the tags are", format!("kubectl oci list oci://{} -o wide", context.location())),
    ))
}
