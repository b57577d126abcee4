//! Who we are to a registry, and where that is written.

mod docker_config;
mod helper;

use kubectl_oci_core::compat::image_name::Repository;
use kubectl_oci_core::compat::pull_secret::{self, Keyring};

pub(crate) use docker_config::DockerConfig;

use super::error::Result;
use super::secret::Secret;

/// What may be shown to a registry. Empty is anonymous.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) username: Secret,
    pub(crate) password: Secret,
    /// A refresh token for the token server.
    pub(crate) identity_token: Secret,
    /// A bearer token for the registry itself.
    pub(crate) registry_token: Secret,
}

impl Credentials {
    pub(crate) fn basic_auth(username: &str, password: Secret) -> Self {
        Self { username: Secret::new(username), password, ..Self::default() }
    }

    pub(crate) fn is_anonymous(&self) -> bool {
        *self == Self::default()
    }
}

impl From<&pull_secret::Credentials> for Credentials {
    fn from(found: &pull_secret::Credentials) -> Self {
        Self {
            username: Secret::new(found.username_bytes()),
            password: Secret::new(found.password_bytes()),
            identity_token: Secret::new(found.identity_token()),
            registry_token: Secret::new(found.registry_token()),
        }
    }
}

/// Where credentials come from.
#[derive(Debug, Clone, Default)]
pub(crate) enum Keychain {
    /// Nowhere.
    #[default]
    Anonymous,
    /// Given by hand.
    Given(Credentials),
    /// Pull Secrets, matched as the kubelet matches them.
    PullSecrets(Keyring),
    /// Docker's or Podman's configuration.
    DockerConfig(DockerConfig),
}

impl Keychain {
    /// What a repository is to be asked with.
    ///
    /// # Errors
    ///
    /// A credential helper that fails.
    pub(crate) async fn credentials(&self, repository: &Repository) -> Result<Credentials> {
        match self {
            Self::Anonymous => Ok(Credentials::default()),
            Self::Given(credentials) => Ok(credentials.clone()),
            Self::PullSecrets(keyring) => Ok(first(keyring, repository)),
            Self::DockerConfig(config) => config.credentials(repository).await,
        }
    }
}

/// What the first key that fits holds; anonymous where none does.
fn first(keyring: &Keyring, repository: &Repository) -> Credentials {
    keyring.resolve(repository).first().map(|entry| entry.credentials().into()).unwrap_or_default()
}
