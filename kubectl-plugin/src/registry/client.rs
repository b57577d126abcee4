//! A way to registries: TLS, proxy and credentials, for any number of repositories.

use std::sync::{Arc, Mutex, PoisonError};

use kubectl_oci_core::compat::image_name;

use super::credentials::{Credentials, Keychain};
use super::error::Result;
use super::options::Options;
use super::repository::Repository;
use super::scopes::Action;
use super::session::{Session, SharedSession};
use super::transport::Transport;

/// One set-up for many registries. What is learnt of a registry (scheme, challenge, tokens) is kept.
#[derive(Debug)]
pub(crate) struct Client {
    transport: Transport,
    keychain: Keychain,
    sessions: Mutex<Vec<SharedSession>>,
}

impl Client {
    /// # Errors
    ///
    /// Certificates, a key or a proxy's address that cannot be used.
    pub(crate) fn new(options: Options, keychain: Keychain) -> Result<Self> {
        Ok(Self { transport: Transport::new(options)?, keychain, sessions: Mutex::default() })
    }

    /// A repository, with the credentials that the keychain has for it. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// A credential helper that fails.
    pub(crate) async fn repository(&self, name: &image_name::Repository, action: Action) -> Result<Repository> {
        let credentials = self.keychain.credentials(name).await?;
        Ok(self.repository_as(name, action, credentials))
    }

    /// A repository with these credentials.
    pub(crate) fn repository_as(
        &self,
        name: &image_name::Repository,
        action: Action,
        credentials: Credentials,
    ) -> Repository {
        let (host, offers_http) = (name.registry_host(), name.offers_plain_http());
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let known = sessions.iter().find(|session| session.is(host, offers_http, &credentials));
        let session = known.cloned().unwrap_or_else(|| {
            let session = Arc::new(Session::new(self.transport.clone(), host.to_owned(), offers_http, credentials));
            sessions.push(Arc::clone(&session));
            session
        });
        Repository::new(session, name.repository_name(), action)
    }

    /// What registries warned of, each once.
    pub(crate) fn take_warnings(&self) -> Vec<String> {
        self.transport.take_warnings()
    }

    /// The certificates that a host showed when it was last asked, in DER, its own first.
    pub(crate) fn certificates_of(&self, host: &str) -> Vec<Vec<u8>> {
        self.transport.certificates_of(host)
    }
}
