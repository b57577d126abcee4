//! A repository of a registry, as the commands use it. What can be done with it is in `manifest`, `tags`, `blob`,
//! `referrers` and `upload`.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Url;

use super::error::{Error, Result};
use super::ping::Greeting;
use super::scopes::{Action, Scopes};
use super::session::SharedSession;
use super::transport::{Request, Response};

/// Cheap to clone, and to be used by many requests at a time.
#[derive(Debug, Clone)]
pub(crate) struct Repository {
    session: SharedSession,
    name: String,
    scopes: Scopes,
}

impl Repository {
    pub(super) fn new(session: SharedSession, name: String, action: Action) -> Self {
        let scopes = Scopes::new(&name, action);
        Self { session, name, scopes }
    }

    /// `host:port`
    pub(crate) fn host(&self) -> &str {
        self.session.host()
    }

    /// The path in the registry, `library/` included.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The URL of something of the repository: `manifests/1.0.0`.
    pub(super) async fn url(&self, path: &str) -> Result<Url> {
        self.session.url(&format!("/v2/{}/{path}", self.name)).await
    }

    /// The URL of something of the registry.
    pub(super) async fn registry_url(&self, path: &str) -> Result<Url> {
        self.session.url(path).await
    }

    /// How the registry wants to be spoken to. It is asked once.
    pub(crate) async fn greeting(&self) -> Result<&Greeting> {
        self.session.greet().await
    }

    /// Whether credentials are shown to the registry or to its token server.
    pub(crate) async fn shows_credentials(&self) -> Result<bool> {
        let greeting = self.session.greet().await?;
        Ok(self.session.shows_credentials(greeting))
    }

    pub(super) async fn send(&self, request: Request) -> Result<Response> {
        self.session.send(&self.scopes, request).await
    }

    pub(super) async fn send_once(&self, request: Request, body: reqwest::Body) -> Result<Response> {
        self.session.send_once(&self.scopes, request, body).await
    }

    /// A small answer to a request that changes nothing, read whole.
    pub(super) async fn get(&self, request: &Request, limit: u64) -> Result<(Response, Bytes)> {
        let answer = self.send(request.clone()).await?.expect(&[200]).await?;
        self.body(request, answer, limit).await
    }

    /// The body of an answer to a request that changes nothing: where it breaks off, it is asked for again. The answer
    /// is the one that the body is of.
    pub(super) async fn body(&self, request: &Request, mut answer: Response, limit: u64) -> Result<(Response, Bytes)> {
        let mut tries = self.tries();
        loop {
            match answer.bytes(limit).await {
                Ok(body) => return Ok((answer, body)),
                Err(error) => self.before_next_try(&mut tries, error).await?,
            }
            answer = self.send(request.clone()).await?.expect(&[200]).await?;
        }
    }

    /// Waits, if what went wrong may go right another time.
    pub(super) async fn before_next_try(&self, tries: &mut usize, error: Error) -> Result<()> {
        self.session.transport().before_next_try(tries, error).await
    }

    pub(super) fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    /// How often a request is tried, for what is tried again as a whole.
    pub(super) fn tries(&self) -> usize {
        self.session.transport().options().tries
    }

    /// How long is waited before that.
    pub(super) fn retry_delay(&self) -> Duration {
        self.session.transport().options().retry_delay
    }

    /// Whether it is in the same registry, so that blobs can be mounted from one into the other.
    pub(crate) fn shares_registry_with(&self, other: &Self) -> bool {
        self.host() == other.host()
    }
}

impl std::fmt::Display for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.host(), self.name)
    }
}
