//! `no such host`; a proxy that is not there.

use super::say::say;
use super::{Context, Said};
use crate::doctor::evidence::Cause;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let host = context.host();
    let said = match context.failure().and_then(|failure| failure.cause.as_ref()) {
        Some(Cause::UnknownHost) if is_cluster_name(&host) => say(format!(
            "\"{host}\" is a name within the cluster, which nobody outside of it can look up. What the controller sees there is not known here."
        ))
        .advise("run this within the cluster, or forward the registry's port and look at it under localhost"),
        Some(Cause::UnknownHost) => say(format!("There is no host \"{host}\", as far as the DNS here knows."))
            .advise("check the host in the URL"),
        Some(Cause::Proxy) => say("The proxy cannot be reached, or does not let the request through.")
            .advise("check the address in the Secret of proxySecretRef"),
        _ => return Ok(None),
    };
    Ok(Some(said))
}

fn is_cluster_name(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or(host);
    name.ends_with(".svc") || name.contains(".svc.") || name.ends_with(".cluster.local")
}
