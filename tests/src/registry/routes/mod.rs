//! The OCI distribution API, 1.1.

mod blobs;
mod lists;
mod manifests;
mod uploads;

use std::io;

use super::answer::Answer;
use super::auth::{self, Need};
use super::http::{Connection, Request};
use super::quirks::What;
use super::server::Received;
use super::{Quirks, Shared};

/// A request with what its path says.
struct Call<'a> {
    shared: &'a Shared,
    quirks: &'a Quirks,
    request: &'a Request,
    repository: &'a str,
    /// Tag, digest, or the id of an upload.
    reference: &'a str,
}

/// The parts of a path.
struct Route<'a> {
    what: What,
    repository: &'a str,
    reference: &'a str,
}

fn route(path: &str) -> Option<Route<'_>> {
    let route = |what, repository, reference| Some(Route { what, repository, reference });
    if path == "/token" {
        return route(What::Token, "", "");
    }
    let rest = path.strip_prefix("/v2")?;
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    if rest.is_empty() {
        return route(What::Ping, "", "");
    }
    if rest == "_catalog" {
        return route(What::Tags, "", "_catalog");
    }
    if let Some(repository) = rest.strip_suffix("/tags/list") {
        return route(What::Tags, repository, "");
    }
    if let Some((repository, id)) = rest.rsplit_once("/blobs/uploads") {
        return route(What::Upload, repository, id.trim_start_matches('/'));
    }
    for (infix, what) in [("/manifests/", What::Manifest), ("/blobs/", What::Blob), ("/referrers/", What::Referrers)] {
        if let Some((repository, reference)) = rest.rsplit_once(infix) {
            return route(what, repository, reference);
        }
    }
    None
}

/// What a request is for, as faults name it.
pub(super) fn what(request: &Request) -> What {
    route(&request.path).map_or(What::Any, |route| route.what)
}

/// The answer to a request.
pub(super) fn answer(
    connection: &mut Connection,
    request: &Request,
    shared: &Shared,
    received: &mut Received,
) -> io::Result<Answer> {
    let quirks = shared.quirks();
    let Some(route) = route(&request.path) else {
        return Ok(Answer::text(404, "text/plain; charset=utf-8", "404 page not found\n"));
    };
    if route.what == What::Token {
        connection.body(1 << 16, |bytes| received.take(bytes))?;
        return Ok(match &quirks.auth {
            Some(auth) => auth::token(auth, &shared.content.tokens, request, &received.kept),
            None => Answer::text(404, "text/plain", "no tokens here\n"),
        });
    }
    if let Some(auth) = &quirks.auth {
        let need = need(request, &route);
        if let Some(answer) = auth::check(auth, &shared.content.tokens, request, &need, &shared.host) {
            return Ok(answer);
        }
    }
    let call = Call { shared, quirks: &quirks, request, repository: route.repository, reference: route.reference };
    let answer = match route.what {
        What::Ping | What::Any | What::Token => Answer::text(200, "application/json", "{}"),
        What::Tags if route.reference == "_catalog" => lists::catalog(&call),
        What::Tags => lists::tags(&call),
        What::Referrers => lists::referrers(&call),
        What::Manifest => manifests::manifest(&call, connection, received)?,
        What::Blob => blobs::blob(&call),
        What::Upload => uploads::upload(&call, connection, received)?,
    };
    Ok(answer.header("Docker-Distribution-API-Version", "registry/2.0"))
}

fn need(request: &Request, route: &Route<'_>) -> Need {
    let actions = match request.method.as_str() {
        "GET" | "HEAD" => vec!["pull"],
        "DELETE" if route.what != What::Upload => vec!["delete"],
        _ => vec!["pull", "push"],
    };
    let from = request.query("from").filter(|_| route.what == What::Upload).map(str::to_owned);
    Need { repository: route.repository.to_owned(), actions, from }
}

fn method_not_allowed() -> Answer {
    Answer::error(405, "UNSUPPORTED", "The operation is unsupported.")
}

fn name_unknown(call: &Call<'_>) -> Answer {
    let detail = serde_json::json!({"name": call.repository});
    Answer::detailed_error(404, "NAME_UNKNOWN", "repository name not known to registry", detail)
}

/// Whether this is the digest of something, as we know them.
fn is_digest(text: &str) -> bool {
    let hex = text.strip_prefix("sha256:").unwrap_or_default();
    hex.len() == 64 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
