//! One registry, spoken to by one caller: which scheme it speaks, who we are to it, where we may say so.
//!
//! The rules are go-containerregistry's (0.21.6, `pkg/v1/remote/transport`): the first answer of `/v2/` decides how
//! to authenticate, credentials go to the registry's own host and to its token server's, at every hop anew.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::HeaderValue;
use reqwest::{StatusCode, Url};
use tokio::sync::OnceCell;

use super::challenge::{challenges, pick};
use super::credentials::Credentials;
use super::error::{Error, Kind, Result};
use super::ping::{Greeting, ping};
use super::scopes::Scopes;
use super::token::Tokens;
use super::transport::{Request, Response, Transport, host_and_port, next_hop};

/// Where and as whom.
#[derive(Debug)]
pub(crate) struct Session {
    transport: Transport,
    /// Host and port as they are written.
    host: String,
    offers_http: bool,
    credentials: Credentials,
    greeting: OnceCell<Greeting>,
    tokens: Tokens,
}

impl Session {
    pub(crate) fn new(transport: Transport, host: String, offers_http: bool, credentials: Credentials) -> Self {
        let tokens = Tokens::new(credentials.clone());
        Self { transport, host, offers_http, credentials, greeting: OnceCell::new(), tokens }
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Whether it is this registry, asked in this way by this caller.
    pub(crate) fn is(&self, host: &str, offers_http: bool, credentials: &Credentials) -> bool {
        self.host == host && self.offers_http == offers_http && self.credentials == *credentials
    }

    /// Asks the registry, once, what it speaks and what it wants.
    pub(crate) async fn greet(&self) -> Result<&Greeting> {
        self.greeting.get_or_try_init(|| ping(&self.transport, &self.host, self.offers_http)).await
    }

    /// Whether there is anything to show to a registry that greets so.
    pub(crate) fn shows_credentials(&self, greeting: &Greeting) -> bool {
        let of_token_server = greeting.is_bearer() && !self.credentials.identity_token.is_empty();
        of_token_server || self.credentials.for_registry().is_some()
    }

    /// A URL of the registry. The path may hold what Go would escape.
    pub(crate) async fn url(&self, path: &str) -> Result<Url> {
        let greeting = self.greet().await?;
        registry_url(greeting.scheme, &self.host, path)
    }

    /// Sends a request, follows where it is sent on, and returns the answer whatever its status.
    pub(crate) async fn send(&self, scopes: &Scopes, request: Request) -> Result<Response> {
        let greeting = self.greet().await?;
        let mut hop = self.at_home(greeting, request);
        let first = hop.url.clone();
        for hops in 1.. {
            let response = self.authorized(greeting, scopes, &hop).await?;
            let Some(next) = next_hop(&hop, &response, &first, hops)? else { return Ok(response) };
            response.drain().await;
            hop = self.at_home(greeting, next);
        }
        Err(Error::malformed("stopped after too many redirects"))
    }

    /// Sends a request with a body that can be sent only once: it is neither sent again nor on.
    pub(crate) async fn send_once(&self, scopes: &Scopes, request: Request, body: reqwest::Body) -> Result<Response> {
        let greeting = self.greet().await?;
        let request = self.at_home(greeting, request);
        let authorization = match self.is_home(greeting, &request.url) {
            true if greeting.is_bearer() => Some(self.tokens.get(self, greeting, scopes).await?),
            true => self.credentials.for_registry(),
            false => None,
        };
        self.transport.round_trip_once(&request, body, authorization.as_ref()).await
    }

    /// One hop, with what the registry wants to hear where the hop is the registry's.
    async fn authorized(&self, greeting: &Greeting, scopes: &Scopes, hop: &Request) -> Result<Response> {
        if !self.is_home(greeting, &hop.url) {
            return self.transport.round_trip(hop, None).await;
        }
        if !greeting.is_bearer() {
            return self.transport.round_trip(hop, self.credentials.for_registry().as_ref()).await;
        }
        let token = self.tokens.get(self, greeting, scopes).await?;
        let response = self.transport.round_trip(hop, Some(&token)).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        let wanted = challenges(response.headers());
        if wanted.is_empty() {
            return Ok(response);
        }
        // The token is too old, or for less than what was asked.
        scopes.grow(wanted.iter().filter_map(|challenge| challenge.parameters.get("scope")));
        response.drain().await;
        let token = self.tokens.renew(self, greeting, scopes, &token).await.map_err(|error| within(hop, error))?;
        self.transport.round_trip(hop, Some(&token)).await
    }

    /// The registry's own URLs have the scheme that it answered on.
    fn at_home(&self, greeting: &Greeting, mut request: Request) -> Request {
        if self.is_home(greeting, &request.url) {
            let _ = request.url.set_scheme(greeting.scheme);
        }
        request
    }

    /// Whether a URL is the registry's.
    fn is_home(&self, greeting: &Greeting, url: &Url) -> bool {
        is_host(url, &self.host, greeting.scheme)
    }
}

/// What Go's client puts around an error that came before the request itself was sent.
fn within(request: &Request, error: Error) -> Error {
    let (method, url) = (request.method.to_string(), request.url.to_string());
    Error::new(Kind::Within { method, url, error })
}

/// Whether a URL is of a host, a port that is not written being that of the scheme.
pub(crate) fn is_host(url: &Url, host: &str, scheme: &str) -> bool {
    let Ok(home) = registry_url(scheme, host, "/") else { return false };
    let port = |of: &Url| of.port().or(home_port(scheme));
    host_and_port(url) == host || (url.host_str() == home.host_str() && port(url) == port(&home))
}

fn home_port(scheme: &str) -> Option<u16> {
    Some(if scheme == "http" { 80 } else { 443 })
}

/// A URL of a registry.
pub(crate) fn registry_url(scheme: &str, host: &str, path: &str) -> Result<Url> {
    let text = format!("{scheme}://{host}{}", kubectl_oci_core::compat::registry_error::escape_path(path));
    text.parse().map_err(|error| Error::malformed(format!("parse {text:?}: {error}")))
}

impl Credentials {
    /// What is sent to a registry that wants no token of its token server.
    pub(crate) fn for_registry(&self) -> Option<HeaderValue> {
        if self.registry_token.is_empty() { self.basic() } else { bearer(self.registry_token.expose()) }
    }

    /// Name and password, where there are both.
    pub(crate) fn basic(&self) -> Option<HeaderValue> {
        if self.username.is_empty() || self.password.is_empty() {
            return None;
        }
        let pair = [self.username.expose(), b":", self.password.expose()].concat();
        sensitive(format!("Basic {}", BASE64_STANDARD.encode(pair)).as_bytes())
    }
}

/// `Bearer …`; nothing for a token that no header can hold.
pub(crate) fn bearer(token: &[u8]) -> Option<HeaderValue> {
    sensitive(&[b"Bearer ", token].concat())
}

fn sensitive(value: &[u8]) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_bytes(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The greeting's challenge, as `ping` found it.
pub(super) fn greeting_of(response: &Response) -> Greeting {
    let scheme = if response.url.scheme() == "http" { "http" } else { "https" };
    Greeting { scheme, challenge: pick(challenges(response.headers())) }
}

/// Shared by all repositories of a registry.
pub(crate) type SharedSession = Arc<Session>;
