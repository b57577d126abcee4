//! How the controller would speak to the registry.

use std::fmt;
use std::time::Duration;

use crate::compat::image_name::Repository;
use crate::compat::provider_host::Provider;
use crate::compat::pull_secret::Credentials;

/// How requests of [`Access::Configured`](super::Access) are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The repository, with whether plain HTTP is offered.
    pub repository: Repository,
    /// What is sent; `None` for anonymous requests.
    pub credentials: Option<Credentials>,
    /// The cloud to log in to instead.
    pub login: Option<Provider>,
    /// How long that may take: `spec.timeout`.
    pub login_timeout: Duration,
    /// Authorities in PEM that are trusted beside the system's.
    pub authorities: Option<Vec<u8>>,
    /// The client's certificate.
    pub client: Option<ClientCertificate>,
    /// Certificates are not checked: `insecure` without `certSecretRef`.
    pub skip_verification: bool,
    /// The proxy.
    pub proxy: Option<Proxy>,
}

/// A certificate of the client's with its key, both in PEM. `Debug` shows neither.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The chain.
    pub certificate: Vec<u8>,
    /// The private key.
    pub key: Vec<u8>,
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate(…)")
    }
}

/// A proxy. `Debug` shows its address without credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// `http://host:port`, `https://…` or `socks5://…`.
    pub address: String,
    /// From the Secret; what stands in the address is overruled by it.
    pub username: Option<String>,
    /// From the Secret; without a name it is not used.
    pub password: Option<String>,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").field("address", &crate::text::mask_credentials(&self.address)).finish_non_exhaustive()
    }
}
