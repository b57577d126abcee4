//! The way to a registry that an object describes: its certificates, its client certificate, its proxy.

use kubectl_oci_core::doctor::{ClientCertificate, Connection, Proxy as ObjectProxy};

use crate::registry::{Options, Proxy, Secret};

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
