//! `context deadline exceeded`, `i/o timeout`.

use super::say::say;
use super::{Context, Said};
use crate::doctor::evidence::Cause;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let Some(failure) = context.failure() else { return Ok(None) };
    let is_timeout = failure.cause == Some(Cause::Timeout) || failure.text.contains("context deadline exceeded");
    if !is_timeout {
        return Ok(None);
    }
    let text = format!(
        "\"{}\" did not answer in time. spec.timeout bounds the login to a cloud and the verification of signatures; listing, looking up and pulling run without it, so a longer timeout mends none of these.",
        context.host()
    );
    Ok(Some(say(text).advise("check that a firewall or a proxy lets the controller through to the registry")))
}
