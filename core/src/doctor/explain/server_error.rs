//! 5xx, and answers that are none.

use super::say::say;
use super::{Context, Said};

pub(super) fn explain(context: &Context<'_>) -> Said {
    let Some(failure) = context.failure() else { return Ok(None) };
    let host = if failure.host.is_empty() { context.host() } else { failure.host.clone() };
    let text = match failure.status {
        Some(status @ 500..) => format!(
            "\"{host}\" fails by itself (status {status}). The controller tries again at growing intervals, and so does this."
        ),
        Some(status) => format!(
            "\"{host}\" answers with status {status}, which is none that a registry is to answer with here: it may be no registry, or something stands before it."
        ),
        None => return Ok(None),
    };
    let said = say(text);
    Ok(Some(match failure.status {
        Some(500..) => said.advise("look at the registry's own status"),
        _ => said.paste("look at what answers", format!("curl -sv https://{host}/v2/")),
    }))
}
