//! A range takes less than what is deployed: a tag was removed, or the range was narrowed.

use super::say::{say, yaml};
use super::{Context, Said};
use crate::compat::semver::Version;
use crate::reference::By;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let (walk, case) = (context.walk, context.case);
    let (Some(tag), None, By::Semver) = (&walk.tag, &walk.failed, case.fields.reference().by()) else {
        return Ok(None);
    };
    let Some((deployed, digest)) = case.deployed.split_once('@') else { return Ok(None) };
    // As in a chart's tag, `_` begins what does not count: no other tag with one is a version.
    let versions = (Version::parse_chart_tag(tag), Version::parse_chart_tag(deployed));
    if !matches!(versions, (Ok(wins), Ok(runs)) if wins < runs) {
        return Ok(None);
    }
    let is_there = context.tags()?.iter().any(|tag| tag == deployed);
    let why = match is_there {
        true => "is there still, and spec.ref does not let it in",
        false => "is in the repository no more",
    };
    let text = format!(
        "The range takes {tag}, which is less than what is deployed, {deployed} (status.artifact.revision). The tag \"{deployed}\" {why}: the controller goes back to {tag} with its next reconcile."
    );
    let hold = format!("ref:\n  tag: {}\n  digest: {digest}", yaml(deployed));
    Ok(Some(match is_there {
        true => say(text).paste("to keep what is deployed, pin it", hold).advise("or let it into the range"),
        false => say(text)
            .advise(format!("push {deployed} again, or a higher version"))
            .paste("or pin it, while the registry still has its digest", hold),
    }))
}
