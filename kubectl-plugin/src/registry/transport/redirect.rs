//! Where an answer sends us, and whether we go.
//!
//! By the rules of go-containerregistry 0.21.6 (`fetcher.go`, `checkRedirectSSRF`) and of Go's HTTP client. Nothing
//! of who we are is carried along: `session` decides anew at every hop.

use reqwest::header::LOCATION;
use reqwest::{Method, StatusCode, Url};

use super::{Request, Response};
use crate::registry::address::{is_private, same_host_name};
use crate::registry::cause::Cause;
use crate::registry::error::{Error, Result};

/// How many times an answer may send us on.
const MAX_REDIRECTS: usize = 10;

/// The request that an answer asks for instead; nothing where it is the answer itself. `first` is the URL that was
/// asked at the beginning.
pub(crate) fn next_hop(request: &Request, response: &Response, first: &Url, hops: usize) -> Result<Option<Request>> {
    let status = response.status();
    let follows = match status {
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND | StatusCode::SEE_OTHER => {
            matches!(request.method, Method::GET | Method::HEAD)
        }
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
        _ => false,
    };
    let Some(location) = response.headers().get(LOCATION).filter(|_| follows) else { return Ok(None) };
    let refused =
        |words: String| Err(Error::unreachable(request.method.as_str(), request.url.as_str(), Cause::Redirect(words)));
    let location = String::from_utf8_lossy(location.as_bytes());
    let Ok(url) = request.url.join(&location) else {
        return refused(format!("failed to parse Location header {location:?}"));
    };
    if hops >= MAX_REDIRECTS {
        return refused(format!("stopped after {MAX_REDIRECTS} redirects"));
    }
    if !matches!(url.scheme(), "http" | "https") {
        return refused(format!("unsupported protocol scheme {:?}", url.scheme()));
    }
    if !same_host_name(first, &url) && is_private(&url) {
        let (from, to) = (first.host_str().unwrap_or_default(), url.host_str().unwrap_or_default());
        return refused(format!("SSRF protection: redirect from {from:?} to private/link-local host {to:?} denied"));
    }
    Ok(Some(Request { url, ..request.clone() }))
}
