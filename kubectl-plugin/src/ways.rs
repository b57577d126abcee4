//! The way to a registry that an object describes: its certificates, its client certificate, its proxy; and the logins to
//! clouds that go that way.

use std::sync::{Arc, Mutex, PoisonError};

use kubectl_oci_core::doctor::{ClientCertificate, Connection, Proxy as ObjectProxy};

use crate::registry::{Logins, Options, Proxy, Secret};

/// What makes one way differ from another. Objects that are reached in the same way share a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Way {
    authorities: Option<Vec<u8>>,
    client: Option<ClientCertificate>,
    skip_verification: bool,
    proxy: Option<ObjectProxy>,
}

impl Way {
    /// That of a connection; `lenient` for one that believes any certificate.
    pub(crate) fn of(connection: &Connection, lenient: bool) -> Self {
        Self {
            authorities: connection.authorities.clone(),
            client: connection.client.clone(),
            skip_verification: connection.skip_verification || lenient,
            proxy: connection.proxy.clone(),
        }
    }

    /// One that differs, if at all, by believing any certificate.
    pub(crate) fn insecure(is_insecure: bool) -> Self {
        Self { skip_verification: is_insecure, ..Self::default() }
    }

    /// The options with what the way says besides, or instead.
    pub(crate) fn amend(&self, mut options: Options) -> Options {
        if let Some(more) = &self.authorities {
            options.tls.authorities.get_or_insert_default().extend_from_slice(more);
        }
        if let Some(client) = &self.client {
            options.tls.identity = Some((client.certificate.clone(), Secret::new(client.key.clone())));
        }
        options.tls.insecure_skip_verify |= self.skip_verification;
        if let Some(proxy) = &self.proxy {
            options.proxy = Proxy::Always {
                address: proxy.address.clone(),
                username: proxy.username.clone().unwrap_or_default(),
                password: Secret::new(proxy.password.clone().unwrap_or_default()),
            };
        }
        options
    }
}

/// Logins to clouds, by the proxy that they go through: an object's, or none of its own. Its certificates are its
/// registry's alone, for the controller too.
#[derive(Debug, Default)]
pub(crate) struct WaysToClouds {
    options: Options,
    known: Mutex<Vec<(Option<ObjectProxy>, Arc<Logins>)>>,
}

impl WaysToClouds {
    pub(crate) fn new(options: &Options) -> Self {
        Self { options: options.clone(), known: Mutex::default() }
    }

    pub(crate) fn through(&self, proxy: Option<&ObjectProxy>) -> Arc<Logins> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, logins)) = known.iter().find(|(other, _)| other.as_ref() == proxy) {
            return Arc::clone(logins);
        }
        let way = Way { proxy: proxy.cloned(), ..Way::default() };
        let logins = Arc::new(Logins::new(&way.amend(self.options.clone())));
        known.push((way.proxy, Arc::clone(&logins)));
        logins
    }
}
