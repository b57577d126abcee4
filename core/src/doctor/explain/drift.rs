//! A digest is pinned, and the tag beside it has moved on.

use super::say::{say, yaml};
use super::{Context, Said};
use crate::doctor::evidence::{Answer, Fetch, What};

pub(super) fn explain(context: &Context<'_>) -> Said {
    let fields = &context.case.fields;
    let (tag, pinned) = (&fields.tag, &fields.digest);
    if context.walk.failed.is_some() || tag.is_empty() || pinned.is_empty() {
        return Ok(None);
    }
    let Answer::Digest(digest) = context.ask_one(Fetch::configured(What::Digest { tag: tag.clone() }))? else {
        return Ok(None);
    };
    if digest == pinned {
        return Ok(None);
    }
    let text = format!(
        "The tag \"{tag}\" is another digest by now, {digest}. The pinned digest decides, and the tag beside it is only a label, which is no longer true."
    );
    Ok(Some(
        say(text)
            .paste("follow the tag", format!("ref:\n  tag: {}\n  digest: {digest}", yaml(tag)))
            .advise("or keep the pinned digest, and name the tag that it was pushed under"),
    ))
}
