//! Names to addresses, remembering what they came to: an error names the address that refused.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The system's resolver.
#[derive(Debug, Clone, Default)]
pub(super) struct Resolver(Arc<Mutex<BTreeMap<String, IpAddr>>>);

/// There is no such host.
#[derive(Debug)]
pub(crate) struct UnknownHost;

impl fmt::Display for UnknownHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no such host")
    }
}

impl Error for UnknownHost {}

impl Resolver {
    /// `address:port` of a URL's host, as far as it was asked for.
    pub(super) fn address_of(&self, url: &Url) -> Option<String> {
        let port = url.port_or_known_default()?;
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner).get(url.host_str()?).copied();
        let address = crate::registry::address::address(url).or_else(known)?;
        Some(SocketAddr::new(address, port).to_string())
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let known = Arc::clone(&self.0);
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let addresses: Vec<SocketAddr> = match tokio::net::lookup_host((host.as_str(), 0)).await {
                Ok(addresses) => addresses.collect(),
                Err(_) => return Err(UnknownHost.into()),
            };
            let Some(first) = addresses.first() else { return Err(UnknownHost.into()) };
            known.lock().unwrap_or_else(PoisonError::into_inner).insert(host, first.ip());
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}
