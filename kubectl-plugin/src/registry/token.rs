//! Bearer tokens: credentials are shown to the registry's token server, and what it gives to the registry.
//!
//! As go-containerregistry 0.21.6 does it (`transport/bearer.go`): `GET` with name and password, `POST` (OAuth2)
//! where there is an identity token, and `GET` again where the server knows no `POST`.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kubectl_oci_core::compat::registry_error::TokenAnswer;
use reqwest::Url;
use reqwest::header::HeaderValue;
use tokio::sync::Mutex;

use super::address::is_private;
use super::credentials::Credentials;
use super::error::{Error, Result};
use super::ping::Greeting;
use super::scopes::Scopes;
use super::secret::Secret;
use super::session::{Session, bearer};
use super::transport::{Request, Response, host_and_port, next_hop};

/// A token server's answer is small.
const ANSWER_LIMIT: u64 = 64 * 1024;

/// The tokens of one caller at one registry, by scopes. One is asked for at a time, so that many requests that start
/// together share it.
#[derive(Debug)]
pub(crate) struct Tokens(Mutex<State>);

#[derive(Debug)]
struct State {
    credentials: Credentials,
    known: BTreeMap<Vec<String>, Token>,
}

#[derive(Debug, Clone)]
struct Token {
    authorization: HeaderValue,
    stale_at: Option<Instant>,
}

impl Tokens {
    pub(crate) fn new(credentials: Credentials) -> Self {
        Self(Mutex::new(State { credentials, known: BTreeMap::new() }))
    }

    /// The token for these scopes, asked for where there is none or an old one.
    pub(crate) async fn get(&self, session: &Session, greeting: &Greeting, scopes: &Scopes) -> Result<HeaderValue> {
        let mut state = self.0.lock().await;
        let scopes = scopes.list();
        match state.known.get(&scopes).filter(|token| token.is_fresh()) {
            Some(token) => Ok(token.authorization.clone()),
            None => state.ask(session, greeting, scopes).await,
        }
    }

    /// Another token than this one, which was refused.
    pub(crate) async fn renew(
        &self,
        session: &Session,
        greeting: &Greeting,
        scopes: &Scopes,
        refused: &HeaderValue,
    ) -> Result<HeaderValue> {
        let mut state = self.0.lock().await;
        let scopes = scopes.list();
        match state.known.get(&scopes).filter(|token| token.authorization != *refused) {
            Some(token) => Ok(token.authorization.clone()),
            None => state.ask(session, greeting, scopes).await,
        }
    }
}

impl Token {
    fn is_fresh(&self) -> bool {
        self.stale_at.is_none_or(|stale_at| Instant::now() < stale_at)
    }
}

impl State {
    async fn ask(&mut self, session: &Session, greeting: &Greeting, scopes: Vec<String>) -> Result<HeaderValue> {
        let asked_at = Instant::now();
        let answer = if self.credentials.registry_token.is_empty() {
            let server = TokenServer::of(session, greeting)?;
            server.ask(&self.credentials, &scopes).await?
        } else {
            let token = String::from_utf8_lossy(self.credentials.registry_token.expose()).into_owned();
            TokenAnswer { token, ..TokenAnswer::default() }
        };
        if !answer.refresh_token.is_empty() {
            self.credentials.identity_token = Secret::new(answer.refresh_token);
        }
        let authorization = bearer(answer.token.as_bytes())
            .ok_or_else(|| Error::malformed("the token server's token cannot be sent in a header"))?;
        // A little before its end, so that what is begun with it can be ended.
        let life = answer.expires_in.map(|seconds| Duration::from_secs(seconds.min(86_400)));
        let stale_at = life.map(|life| asked_at + life - (life / 5).min(Duration::from_secs(10)));
        self.known.insert(scopes, Token { authorization: authorization.clone(), stale_at });
        Ok(authorization)
    }
}

/// Where tokens come from.
struct TokenServer<'s> {
    session: &'s Session,
    realm: Url,
    service: String,
    /// The registry itself speaks plain HTTP, so its token server may.
    insecure: bool,
}

impl<'s> TokenServer<'s> {
    fn of(session: &'s Session, greeting: &Greeting) -> Result<Self> {
        let parameters = greeting.challenge.as_ref().map(|challenge| &challenge.parameters);
        let parameter = |name: &str| parameters.and_then(|parameters| parameters.get(name)).cloned();
        let Some(realm) = parameter("realm") else {
            let found: Vec<String> =
                parameters.into_iter().flatten().map(|(name, value)| format!("{name}:{value}")).collect();
            let found = found.join(" ");
            return Err(Error::malformed(format!("malformed www-authenticate, missing realm: map[{found}]")));
        };
        let insecure = greeting.scheme == "http";
        let refused = |why: String| Error::malformed(format!("invalid realm in www-authenticate: {why}"));
        let url: Url = realm.parse().map_err(|error| refused(format!("parsing realm {realm:?}: {error}")))?;
        check_realm(&url, session.host(), insecure).map_err(refused)?;
        Ok(Self { session, realm: url, service: parameter("service").unwrap_or_default(), insecure })
    }

    async fn ask(&self, credentials: &Credentials, scopes: &[String]) -> Result<TokenAnswer> {
        let transport = self.session.transport();
        let mut tries = transport.options().tries;
        loop {
            // A body that breaks off is asked for again, as those of the registry are.
            match self.answer(credentials, scopes).await?.bytes(ANSWER_LIMIT).await {
                Ok(body) => return TokenAnswer::parse(&body).map_err(Error::malformed),
                Err(error) => transport.before_next_try(&mut tries, error).await?,
            }
        }
    }

    async fn answer(&self, credentials: &Credentials, scopes: &[String]) -> Result<Response> {
        if credentials.identity_token.is_empty() {
            return self.get(credentials, scopes).await;
        }
        match self.post(credentials, scopes).await {
            // Not every token server knows OAuth2.
            Err(error) if error.is_not_found() => self.get(credentials, scopes).await,
            answer => answer,
        }
    }

    async fn get(&self, credentials: &Credentials, scopes: &[String]) -> Result<Response> {
        let mut url = self.realm.clone();
        let mut query: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in self.realm.query_pairs() {
            query.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        query.insert("scope".to_owned(), scopes.to_vec());
        query.insert("service".to_owned(), vec![self.service.clone()]);
        let pairs = query.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
        url.query_pairs_mut().clear().extend_pairs(pairs);
        self.send(Request::get(url), credentials.basic().as_ref()).await
    }

    async fn post(&self, credentials: &Credentials, scopes: &[String]) -> Result<Response> {
        let token = String::from_utf8_lossy(credentials.identity_token.expose());
        let scopes = scopes.join(" ");
        let mut form = vec![
            ("client_id", "kubectl-oci"),
            ("grant_type", "refresh_token"),
            ("refresh_token", &*token),
            ("scope", &*scopes),
        ];
        if !self.service.is_empty() {
            form.push(("service", &self.service));
        }
        let mut encoder = self.realm.clone();
        encoder.query_pairs_mut().clear().extend_pairs(form);
        let form = encoder.query().unwrap_or_default().to_owned();
        let request = Request::new(reqwest::Method::POST, self.realm.clone());
        self.send(request.body("application/x-www-form-urlencoded", form), None).await
    }

    /// Asks the token server. Its redirects are followed as far as a realm may lie there, and without credentials
    /// where they lead to another host.
    async fn send(&self, request: Request, authorization: Option<&HeaderValue>) -> Result<Response> {
        let home = host_and_port(&self.realm);
        let first = request.url.clone();
        let mut hop = request;
        for hops in 1.. {
            let authorization = authorization.filter(|_| host_and_port(&hop.url) == home && !self.is_downgrade(&hop));
            let response = self.session.transport().round_trip(&hop, authorization).await?;
            let Some(next) = next_hop(&hop, &response, &first, hops)? else { return response.expect(&[200]).await };
            if let Err(why) = check_realm(&next.url, self.session.host(), self.insecure) {
                return Err(Error::malformed(format!(
                    "refusing token-server redirect to {:?}: {why}",
                    kubectl_oci_core::compat::registry_error::redact_url(next.url.as_str())
                )));
            }
            // A form with a token in it goes nowhere else.
            if !next.body.is_empty() && (host_and_port(&next.url) != home || self.is_downgrade(&next)) {
                return response.expect(&[200]).await;
            }
            response.drain().await;
            hop = next;
        }
        Err(Error::malformed("stopped after too many redirects"))
    }

    fn is_downgrade(&self, request: &Request) -> bool {
        self.realm.scheme() == "https" && request.url.scheme() == "http"
    }
}

/// Whether tokens may be asked for there: by HTTPS, or by HTTP for a registry that speaks it, and not at an address
/// that is nobody's but ours, unless it is the registry's own.
fn check_realm(url: &Url, registry: &str, insecure: bool) -> std::result::Result<(), String> {
    match url.scheme() {
        "https" => {}
        "http" if insecure => {}
        "http" => return Err("realm scheme \"http\" not allowed for a secure registry; use https".to_owned()),
        scheme => {
            return Err(format!(
                "realm scheme {scheme:?} not allowed; must be https (or http for insecure registries)"
            ));
        }
    }
    if host_and_port(url) != registry && is_private(url) {
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        return Err(format!("realm host {host:?} is a private or link-local address"));
    }
    Ok(())
}
