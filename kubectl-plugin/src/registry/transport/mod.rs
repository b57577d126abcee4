//! One request, one answer: connections, retries, limits. Who we are is decided above (`session`).

mod body;
mod proxy;
mod redirect;
mod resolver;
mod retry;
mod tls;
mod warnings;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use kubectl_oci_core::compat::registry_error::{ERROR_BODY_LIMIT, StatusError};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode, Url};

pub(crate) use redirect::next_hop;
pub(crate) use resolver::UnknownHost;

use super::cause::Cause;
use super::error::{Error, Result};
use super::options::Options;
use resolver::Resolver;

/// A request, but for who sends it.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Request {
    pub(crate) fn new(method: Method, url: Url) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: Bytes::new() }
    }

    pub(crate) fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    pub(crate) fn head(url: Url) -> Self {
        Self::new(Method::HEAD, url)
    }

    #[must_use]
    pub(crate) fn header(mut self, name: HeaderName, value: &str) -> Self {
        // A value that is no header's is left out; the registry says what it misses.
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    #[must_use]
    pub(crate) fn body(mut self, media_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header(CONTENT_TYPE, media_type)
    }
}

/// An answer, its body not yet read.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) method: Method,
    /// Of the request that was answered; after a redirect, the last one.
    pub(crate) url: Url,
    inner: reqwest::Response,
    /// For the parts of the body.
    patience: Duration,
}

/// Sends requests. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Transport(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    client: reqwest::Client,
    /// For this machine itself, where the environment names a proxy.
    direct: Option<reqwest::Client>,
    options: Options,
    resolver: Resolver,
    seen: tls::Seen,
    warnings: warnings::Warnings,
}

impl Transport {
    /// # Errors
    ///
    /// Authorities, a certificate, a key or a proxy's address that cannot be used.
    pub(crate) fn new(options: Options) -> Result<Self> {
        let seen = tls::Seen::default();
        let config = tls::config(&options.tls, seen.clone()).map_err(Error::local)?;
        let resolver = Resolver::default();
        let build = |proxied: bool| {
            let builder = reqwest::Client::builder()
                .user_agent(concat!("kubectl-oci/", env!("CARGO_PKG_VERSION")))
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .connect_timeout(options.connect_timeout)
                .dns_resolver(Arc::new(resolver.clone()))
                .tls_backend_preconfigured(config.clone());
            let builder = if proxied { proxy::apply(builder, &options.proxy)? } else { builder.no_proxy() };
            builder.build().map_err(|error| {
                Error::local(kubectl_oci_core::render::Failure::new("HTTP could not be set up").why(error.to_string()))
            })
        };
        let client = build(true)?;
        let direct = if proxy::spares_this_machine(&options.proxy) { Some(build(false)?) } else { None };
        Ok(Self(Arc::new(Inner { client, direct, options, resolver, seen, warnings: warnings::Warnings::default() })))
    }

    pub(crate) fn options(&self) -> &Options {
        &self.0.options
    }

    /// What registries warned of, each once, and now forgotten.
    pub(crate) fn take_warnings(&self) -> Vec<String> {
        self.0.warnings.take()
    }

    /// The certificates that a host showed when it was last asked, its own first, in DER.
    pub(crate) fn certificates_of(&self, host: &str) -> Vec<Vec<u8>> {
        self.0.seen.of(host)
    }

    /// Sends a request, several times where that may help, and returns the answer whatever its status.
    pub(crate) async fn round_trip(&self, request: &Request, authorization: Option<&HeaderValue>) -> Result<Response> {
        retry::retrying(&self.0.options, || self.once(request, authorization)).await
    }

    /// Sends a request whose body can be sent only once.
    pub(crate) async fn round_trip_once(
        &self,
        request: &Request,
        body: reqwest::Body,
        authorization: Option<&HeaderValue>,
    ) -> Result<Response> {
        self.execute(request, body, authorization).await
    }

    /// Waits, if what went wrong with an answer's body may go right another time.
    pub(crate) async fn before_next_try(&self, tries: &mut usize, error: Error) -> Result<()> {
        let options = &self.0.options;
        *tries = tries.saturating_sub(1);
        if *tries == 0 || !error.is_temporary() || !options.has_time_for(options.retry_delay) {
            return Err(error);
        }
        tokio::time::sleep(options.retry_delay).await;
        Ok(())
    }

    async fn once(&self, request: &Request, authorization: Option<&HeaderValue>) -> Result<Response> {
        // The headers have to come in time; the body may take longer, part by part.
        let patience = self.0.options.patience();
        let answer = self.execute(request, request.body.clone().into(), authorization);
        match tokio::time::timeout(patience, answer).await {
            Ok(answer) => answer,
            Err(_) => Err(Error::unreachable(request.method.as_str(), request.url.as_str(), Cause::TimedOut)),
        }
    }

    async fn execute(
        &self,
        request: &Request,
        body: reqwest::Body,
        authorization: Option<&HeaderValue>,
    ) -> Result<Response> {
        let Request { method, url, headers, .. } = request;
        let client = self.0.direct.as_ref().filter(|_| proxy::is_this_machine(url)).unwrap_or(&self.0.client);
        let mut builder = client.request(method.clone(), url.clone()).headers(headers.clone());
        if let Some(authorization) = authorization {
            builder = builder.header(reqwest::header::AUTHORIZATION, authorization.clone());
        }
        if matches!(*method, Method::POST | Method::PUT | Method::PATCH) {
            builder = builder.body(body);
        }
        let inner = builder.send().await.map_err(|error| self.failed(method, url, &error))?;
        self.0.warnings.collect(url, inner.headers());
        let patience = self.0.options.patience();
        Ok(Response { method: method.clone(), url: url.clone(), inner, patience })
    }

    fn failed(&self, method: &Method, url: &Url, error: &reqwest::Error) -> Error {
        let host = host_and_port(url);
        let cause = Cause::of(error, &host, self.0.resolver.address_of(url));
        let cause = proxy::to_blame(&self.0.options.proxy, cause, self.0.resolver.address_of(url).is_some());
        Error::unreachable(method.as_str(), url.as_str(), cause)
    }
}

impl Response {
    pub(crate) fn status(&self) -> StatusCode {
        self.inner.status()
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        self.inner.headers()
    }

    /// A header as text; nothing where it is not there, or no text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// What `Content-Length` says.
    pub(crate) fn content_length(&self) -> Option<u64> {
        self.header("content-length").and_then(|length| length.parse().ok())
    }

    /// The answer if its status is one of these, else the error that the controller makes of it.
    pub(crate) async fn expect(self, statuses: &[u16]) -> Result<Self> {
        if statuses.contains(&self.status().as_u16()) { Ok(self) } else { Err(self.into_error().await) }
    }

    /// The error that the controller makes of the answer.
    pub(crate) async fn into_error(self) -> Error {
        let (method, url, status) = (self.method.clone(), self.url.clone(), self.status().as_u16());
        // An error's body that breaks off, or does not come, says what arrived of it.
        let body = self.some_bytes(ERROR_BODY_LIMIT).await;
        StatusError::new(method.as_str(), url.as_str(), status, &body).into()
    }
}

/// `host:port`, the port as it is written.
pub(crate) fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
