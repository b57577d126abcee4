//! Through whom requests go.

use kubectl_oci_core::compat::secrets::check_proxy_address;
use kubectl_oci_core::render::Failure;
use reqwest::ClientBuilder;

pub(super) use crate::registry::address::is_this_machine;
use crate::registry::cause::Cause;
use crate::registry::error::{Error, Result};
use crate::registry::options::Proxy;

/// What the environment may say. Proxies are asked for by hand only where one of these is set.
const VARIABLES: [&str; 6] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

pub(super) fn apply(builder: ClientBuilder, proxy: &Proxy) -> Result<ClientBuilder> {
    let (address, username, password) = match proxy {
        Proxy::Environment => return Ok(builder),
        Proxy::Never => return Ok(builder.no_proxy()),
        Proxy::Always { address, username, password } => (address, username, password),
    };
    let refused = |why: String| Error::local(Failure::new("the proxy's address cannot be used").why(why));
    check_proxy_address(address.as_bytes()).map_err(|error| refused(error.to_string()))?;
    // The library's own words would show the address, and a password in it.
    let mut proxy = reqwest::Proxy::all(address.as_str()).map_err(|_| refused("it is no URL".to_owned()))?;
    if !username.is_empty() {
        proxy = proxy.basic_auth(username, &String::from_utf8_lossy(password.expose()));
    }
    Ok(builder.proxy(proxy))
}

/// Who did not answer: the proxy, where everything goes through one, or where nobody asked for the registry's own
/// address (`is_known`).
pub(super) fn to_blame(proxy: &Proxy, cause: Cause, is_known: bool) -> Cause {
    match (proxy, &cause) {
        (Proxy::Always { address, .. }, Cause::ConnectionRefused { .. } | Cause::UnknownHost { .. }) => {
            let url = address.parse::<reqwest::Url>().ok();
            let host = url.as_ref().and_then(reqwest::Url::host_str).unwrap_or_default();
            let port = url.as_ref().and_then(reqwest::Url::port_or_known_default).unwrap_or(80);
            Cause::Proxy(match cause {
                Cause::UnknownHost { .. } => format!("dial tcp: lookup {host}: no such host"),
                _ => format!("dial tcp {host}:{port}: connect: connection refused"),
            })
        }
        (Proxy::Environment, Cause::ConnectionRefused { .. }) if !is_known => {
            Cause::Proxy("connect: connection refused".to_owned())
        }
        _ => cause,
    }
}

/// Whether requests to this machine go past the proxy, as Go's `ProxyFromEnvironment` has it.
pub(super) fn spares_this_machine(proxy: &Proxy) -> bool {
    matches!(proxy, Proxy::Environment) && VARIABLES.iter().any(|name| std::env::var_os(name).is_some())
}
