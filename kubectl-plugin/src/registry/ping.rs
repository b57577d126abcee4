//! The first question to a registry, `GET /v2/`: does it speak HTTPS or HTTP, and how does it want to be spoken to?

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::{Either, select};
use reqwest::StatusCode;

use super::challenge::Challenge;
use super::error::{Error, Kind, Result};
use super::session::{greeting_of, registry_url};
use super::transport::{Request, Transport, next_hop};

/// How long HTTPS is waited for before HTTP is tried beside it.
const HEAD_START: Duration = Duration::from_millis(300);

/// What a registry said first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Greeting {
    /// `https` or `http`.
    pub(crate) scheme: &'static str,
    /// How it wants to be spoken to; nothing where it lets anyone in.
    pub(crate) challenge: Option<Challenge>,
}

impl Greeting {
    pub(crate) fn is_bearer(&self) -> bool {
        self.challenge.as_ref().is_some_and(Challenge::is_bearer)
    }
}

/// Asks by HTTPS, and where plain HTTP is offered by that too, as go-containerregistry does: HTTP begins when HTTPS
/// has failed, or has not answered in 0.3 s, and the first answer counts.
pub(crate) async fn ping(transport: &Transport, host: &str, offers_http: bool) -> Result<Greeting> {
    if !offers_http {
        return ping_by(transport, host, "https").await;
    }
    let https = pin!(ping_by(transport, host, "https"));
    let begun = AtomicBool::new(false);
    let http = pin!(async {
        tokio::time::sleep(HEAD_START).await;
        begun.store(true, Ordering::Relaxed);
        ping_by(transport, host, "http").await
    });
    let (https, http) = match select(https, http).await {
        Either::Left((Ok(greeting), _)) | Either::Right((Ok(greeting), _)) => return Ok(greeting),
        Either::Left((Err(https), waiting)) => {
            // HTTP begins now, unless it has begun.
            let now = ping_by(transport, host, "http");
            let http = if begun.load(Ordering::Relaxed) { waiting.await } else { now.await };
            (Err(https), http)
        }
        Either::Right((Err(http), https)) => (https.await, Err(http)),
    };
    match (https, http) {
        (Ok(greeting), _) | (_, Ok(greeting)) => Ok(greeting),
        (Err(https), Err(http)) => Err(Error::new(Kind::Both { https, http })),
    }
}

async fn ping_by(transport: &Transport, host: &str, scheme: &'static str) -> Result<Greeting> {
    let mut hop = Request::get(registry_url(scheme, host, "/v2/")?);
    let first = hop.url.clone();
    for hops in 1.. {
        let response = transport.round_trip(&hop, None).await?;
        if let Some(next) = next_hop(&hop, &response, &first, hops)? {
            response.drain().await;
            hop = next;
            continue;
        }
        let response = response.expect(&[200, 401]).await?;
        let mut greeting = greeting_of(&response);
        if response.status() == StatusCode::OK {
            greeting.challenge = None;
        }
        response.drain().await;
        return Ok(greeting);
    }
    Err(Error::malformed("stopped after too many redirects"))
}
