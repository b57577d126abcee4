//! A manifest that cannot be used.

use super::say::say;
use super::{Context, Said};
use crate::doctor::fault::Fault;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let (Some(Fault::Manifest), Some(failed)) = (context.fault(), context.failed()) else { return Ok(None) };
    let text = match failed.message.contains("unsupported MediaType") {
        true => "The manifest is of Docker's first format (schema 1), which is not read any more.",
        false => {
            "What the registry has under this reference is no manifest: something else was pushed, or something on the way changed it."
        }
    };
    Ok(Some(say(text).advise("push it anew with a tool of today: flux push artifact, helm push, oras, crane")))
}
