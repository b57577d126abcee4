//! All is well, for somebody else than the controller.

use super::say::say;
use super::{Context, Said};
use crate::provider::cloud;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let walk = context.walk;
    let login = context.case.connection.as_ref().and_then(|connection| connection.login);
    let (None, Some(identity), Some(provider)) = (&walk.failed, &walk.identity, login) else { return Ok(None) };
    let text = format!(
        "This was read as {identity}, the identity of this machine. The controller logs in to {provider} as its own, which has to be let in too."
    );
    let advice = format!("on the controller, check the identity that it logs in with: {}", cloud(provider).identity);
    Ok(Some(say(text).advise(advice)))
}
