//! The clouds: what a login to their registries takes, and what comes of having none. Which hosts
//! are theirs says [`crate::compat::provider_host`].

mod aws;
mod azure;
mod gcp;
mod generic;
pub mod hosts;

pub use crate::compat::provider_host::Provider;

/// What a registry answers to a request without a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anonymous {
    /// It refuses all of them.
    Refused,
    /// It serves repositories that are made public.
    PublicOnes,
    /// It serves everything.
    Served,
}

/// A value of `spec.provider`.
pub struct Cloud {
    /// What its registries are called.
    pub registry: &'static str,
    /// A host of theirs, as an example.
    pub host: &'static str,
    /// What must be there for the login.
    pub identity: &'static str,
    /// What a host of theirs answers to a request without a login.
    pub anonymous: fn(host: &str) -> Anonymous,
}

/// What is known of a provider.
pub fn cloud(provider: Provider) -> &'static Cloud {
    match provider {
        Provider::Generic => &generic::CLOUD,
        Provider::Aws => &aws::CLOUD,
        Provider::Azure => &azure::CLOUD,
        Provider::Gcp => &gcp::CLOUD,
    }
}

/// True for a registry that serves HTTPS alone, with a certificate that every system trusts: the
/// well-known ones and the clouds'.
pub fn is_https_only(host: &str) -> bool {
    hosts::is_public(host) || Provider::of_host(host) != Provider::Generic
}
