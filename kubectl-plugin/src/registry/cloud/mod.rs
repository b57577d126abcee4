//! Logins to the registries of clouds, which take no password that a person could keep.
//!
//! Each cloud has a row of places where an identity of this machine may lie (its sources, asked in the order of the
//! cloud's own tools), and a way to change that identity for credentials of its registry. A source that is not set up
//! here is passed over; one that is set up and fails ends the login, as in the clouds' own libraries: whoever names a
//! key file does not want to be somebody else when it cannot be read.
//!
//! No library does this for us. `reqsign` knows AWS and Google (43 crates, 1.8 MB), but goes on where a source fails and
//! keeps to itself which it tried and why each gave nothing, which is what a person needs; its Azure side is for storage
//! alone. What is left to write without it is one signature (`aws/signature.rs`), one JWT and a few forms: no crate, and
//! 0.6 MB of a build without optimisation.

#[cfg(feature = "cloud")]
mod aws;
#[cfg(feature = "cloud")]
mod azure;
#[cfg(feature = "cloud")]
mod gcp;
#[cfg(feature = "cloud")]
mod http;
#[cfg(feature = "cloud")]
mod jwt;
#[cfg(feature = "cloud")]
mod machine;
#[cfg(feature = "cloud")]
mod program;
mod tried;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kubectl_oci_core::compat::image_name::Repository;
use kubectl_oci_core::compat::provider_host::{Login as Wanted, Provider};
use tokio::sync::OnceCell;

pub(crate) use tried::NoLogin;

use super::credentials::Credentials;
use super::options::Options;

/// A login that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) credentials: Credentials,
    /// Whose it is, and where that was found: for people.
    pub(crate) identity: String,
}

/// What a login is made for, and what came of it.
type Known = BTreeMap<String, Arc<OnceCell<Result<Arc<Login>, NoLogin>>>>;

/// The logins of a run. Each is made once, however many repositories want it.
#[derive(Debug)]
pub(crate) struct Logins {
    options: Options,
    known: Mutex<Known>,
}

impl Logins {
    /// Cloud endpoints are asked through the proxy of these options, in their time, and under their authorities. A
    /// registry's client certificate is not for them, and `insecure_skip_verify` neither.
    pub(crate) fn new(options: &Options) -> Self {
        let mut options = options.clone();
        options.tls.identity = None;
        options.tls.insecure_skip_verify = false;
        Self { options, known: Mutex::default() }
    }

    /// Credentials of a cloud for a repository. `limit` is how long it may take, where an object says so.
    ///
    /// # Errors
    ///
    /// A host that is not the cloud's, an identity that is not found or refused, and one that takes too long.
    pub(crate) async fn login(
        &self,
        provider: Provider,
        name: &Repository,
        limit: Option<Duration>,
    ) -> Result<Arc<Login>, NoLogin> {
        let host = name.registry_host();
        let wanted = provider.login(&format!("{host}/{}", name.repository_name())).map_err(|error| {
            let fitting = Provider::of_host(host);
            NoLogin::of_host(provider, fitting, error.to_string())
        })?;
        let cell = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            // Google's tokens are for all of its hosts.
            let key = if wanted == Wanted::Gcp { "" } else { host };
            Arc::clone(known.entry(format!("{provider} {key} {limit:?}")).or_default())
        };
        let making = async {
            let login = self.make(provider, &wanted, host);
            let made = match limit {
                Some(limit) => tokio::time::timeout(limit, login).await.unwrap_or(Err(NoLogin::late(provider, limit))),
                None => login.await,
            };
            made.map(Arc::new)
        };
        cell.get_or_init(|| making).await.clone()
    }

    #[cfg(feature = "cloud")]
    async fn make(&self, provider: Provider, wanted: &Wanted, host: &str) -> Result<Login, NoLogin> {
        let machine = machine::Machine::new(&self.options).map_err(|error| NoLogin::here(provider, error))?;
        match wanted {
            Wanted::None => Ok(Login { credentials: Credentials::default(), identity: "nobody".to_owned() }),
            Wanted::PublicEcr => aws::login(&machine, &aws::Registry::public()).await,
            Wanted::Ecr { region } => aws::login(&machine, &aws::Registry::private(host, region)?).await,
            Wanted::Acr { host } => azure::login(&machine, host).await,
            Wanted::Gcp => gcp::login(&machine).await,
        }
    }

    #[cfg(not(feature = "cloud"))]
    #[expect(clippy::unused_async, reason = "the other one asks the cloud")]
    async fn make(&self, provider: Provider, _: &Wanted, _: &str) -> Result<Login, NoLogin> {
        Err(NoLogin::here(provider, "this program was built without the feature \"cloud\"".to_owned()))
    }
}
