//! `failed to get proxy address`: the Secret has no address, or one that is refused.

use super::say::say;
use super::secret_missing::proxy;
use super::{Context, Said};
use crate::doctor::fault::Fault;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let namespace = &context.case.namespace;
    let said = match context.fault() {
        Some(Fault::ProxyKeyMissing { name, keys }) => say(format!(
            "The Secret \"{name}\" of proxySecretRef has no entry \"address\"; it has {keys}. Without a proxy's address the controller asks no registry."
        ))
        .paste("add the address", proxy(name, namespace)),
        Some(Fault::ProxyAddress { name, error }) => say(format!(
            "The \"address\" in the Secret \"{name}\" of proxySecretRef is refused: {error}."
        ))
        .paste("write the proxy's URL, with http, https or socks5", proxy(name, namespace)),
        _ => return Ok(None),
    };
    Ok(Some(said))
}
