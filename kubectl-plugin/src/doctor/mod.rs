//! Answers what `doctor` of the core asks: over the object's own way to its registry, as the controller would.

mod failure;
mod layer;

use std::sync::{Arc, Mutex, PoisonError};

use kubectl_oci_core::compat::image_name::{Repository as Name, SCHEME};
use kubectl_oci_core::doctor::{
    Access, Answer, Case, Challenge, Connection, Diagnosis, Evidence, Fetch, Login, Progress, RawManifest, Scheme, What,
};

use crate::registry::{self, Action, Client, Credentials, Error, NoLogin, Options, Repository, Result};
use crate::ways::{Way, WaysToClouds};

/// More rounds than any case takes: what asks on is broken.
const MOST_ROUNDS: usize = 64;

/// The ways to registries of a run. Objects that are reached in the same way share one, with all that was learnt.
#[derive(Debug, Default)]
pub(crate) struct Ways {
    known: Mutex<Vec<(Way, Arc<Client>)>>,
    logins: WaysToClouds,
}

/// Drives a case to its end.
///
/// # Errors
///
/// Where no way to the registry can be set up, which the controller would have refused before.
pub(crate) async fn diagnose(case: &Case, ways: &Ways) -> Result<Diagnosis> {
    let mut evidence = Evidence::default();
    for _ in 0..MOST_ROUNDS {
        let fetches = match case.step(&evidence) {
            Progress::Done(diagnosis) => return Ok(*diagnosis),
            Progress::Need(fetches) => fetches,
        };
        let Some(connection) = case.connection() else { break };
        let asked = fetches.iter().map(|fetch| answer(case, connection, fetch, ways));
        let answers = futures_util::future::join_all(asked).await;
        for (fetch, answer) in fetches.into_iter().zip(answers) {
            evidence.insert(fetch, answer?);
        }
    }
    Err(Error::malformed("the diagnosis has no end"))
}

async fn answer(case: &Case, connection: &Connection, fetch: &Fetch, ways: &Ways) -> Result<Answer> {
    if fetch.what == What::Login {
        return Ok(Answer::Login(match ways.login(connection).await {
            Some(Ok(login)) => Login::Done { identity: login.identity.clone() },
            Some(Err(no)) => Login::Unavailable(no.to_string()),
            None => Login::Unavailable("no cloud is asked for".to_owned()),
        }));
    }
    let lenient = fetch.access == Access::Insecure;
    let client = ways.to(connection, lenient)?;
    let credentials = match fetch.access {
        Access::Anonymous => Credentials::default(),
        Access::Unsent => case.unsent_credentials().map(Credentials::from).unwrap_or_default(),
        Access::Configured => ways.credentials(connection).await,
        // A cloud's token is not shown to whoever answers.
        Access::Insecure => connection.credentials.as_ref().map(Credentials::from).unwrap_or_default(),
    };
    let name = if lenient { offered_plain_http(&connection.repository) } else { connection.repository.clone() };
    let repository = client.repository_as(&name, Action::Pull, credentials.clone());
    Ok(match ask(case, &repository, &fetch.what).await {
        Ok(answer) => answer,
        Err(error) => Answer::Failed(failure::of(&error, &repository, &client, !credentials.is_anonymous()).await),
    })
}

async fn ask(case: &Case, repository: &Repository, what: &What) -> Result<Answer> {
    Ok(match what {
        What::Challenge => {
            let greeting = repository.greeting().await?;
            let scheme = match &greeting.challenge {
                None => Scheme::None,
                Some(_) if greeting.is_bearer() => Scheme::Bearer,
                Some(_) => Scheme::Basic,
            };
            Answer::Challenge(Challenge { scheme, plain_http: greeting.scheme == "http" })
        }
        // Answered before there is a repository to ask.
        What::Login => Answer::Login(Login::Unavailable(String::new())),
        What::Tags => Answer::Tags(repository.tags().await?),
        What::Digest { tag } => Answer::Digest(repository.digest_of(tag).await?),
        What::Manifest { digest } => {
            let manifest = repository.manifest(digest).await?;
            let media_type = manifest.media_type.split(';').next().unwrap_or_default().trim().to_owned();
            Answer::Manifest(RawManifest { media_type, text: String::from_utf8_lossy(&manifest.bytes).into_owned() })
        }
        What::Layer { digest, size, copy } => {
            Answer::Layer(layer::look_into(repository.blob(digest, *size).await?, *copy, case.ignore()).await?)
        }
        What::Repositories => Answer::Repositories(repository.neighbours().await?),
    })
}

/// The same repository as though `insecure` were set.
fn offered_plain_http(name: &Name) -> Name {
    Name::parse_url(&format!("{SCHEME}{name}"), true).unwrap_or_else(|_| name.clone())
}

impl Ways {
    /// The way that a connection describes; `lenient` for one that believes any certificate.
    fn to(&self, connection: &Connection, lenient: bool) -> Result<Arc<Client>> {
        let way = Way::of(connection, lenient);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = known.iter().find(|(other, _)| *other == way) {
            return Ok(Arc::clone(client));
        }
        // The controller has no credentials but those of the object.
        let client = Arc::new(Client::new(way.amend(Options::default()), registry::Keychain::Anonymous)?);
        known.push((way, Arc::clone(&client)));
        Ok(client)
    }

    /// The login of a cloud, made once; nothing where none is asked for, or for a host that is not the cloud's.
    async fn login(&self, connection: &Connection) -> Option<std::result::Result<Arc<registry::Login>, NoLogin>> {
        let provider =
            connection.login.filter(|provider| provider.login(&connection.repository.to_string()).is_ok())?;
        let logins = self.logins.through(connection.proxy.as_ref());
        Some(logins.login(provider, &connection.repository, Some(connection.login_timeout)).await)
    }

    /// What the controller would show to the registry.
    async fn credentials(&self, connection: &Connection) -> Credentials {
        if let Some(credentials) = &connection.credentials {
            return credentials.into();
        }
        let login = self.login(connection).await.and_then(std::result::Result::ok);
        login.map_or_else(Credentials::default, |login| login.credentials.clone())
    }

    /// What registries warned of, each once.
    pub(crate) fn take_warnings(&self) -> Vec<String> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().flat_map(|(_, client)| client.take_warnings()).collect()
    }
}
