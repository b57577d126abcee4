//! The JSON contract of `resolve`, version 1.

use serde::Serialize;

use crate::collections::Gather;
use crate::resolve::Resolution;

use super::json::{JsonObject, line};

#[derive(Serialize)]
struct Answer<'a> {
    object: Option<JsonObject<'a>>,
    by: &'static str,
    tag: Option<&'a str>,
    digest: Option<&'a str>,
    revision: Option<String>,
    ties: Vec<&'a str>,
    considered: usize,
    matching: usize,
    rejected: Vec<Rejected<'a>>,
    error: Option<Error>,
}

#[derive(Serialize)]
struct Rejected<'a> {
    tag: &'a str,
    reason: &'static str,
}

#[derive(Serialize)]
struct Error {
    reason: &'static str,
    message: String,
}

/// `{"version": 1, "results": […]}`, a result a line. Without `with_rejected` the tags that failed a
/// test are left out.
pub fn resolutions_json<'r, 'a: 'r>(
    resolutions: impl IntoIterator<Item = &'r Resolution<'a>>,
    with_rejected: bool,
) -> String {
    let mut out = String::from("{\"version\":1,\n\"results\":[");
    for (index, resolution) in resolutions.into_iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&line(&answer(resolution, with_rejected)).unwrap_or_default());
    }
    out.push_str("]}\n");
    out
}

fn answer<'a>(resolution: &'a Resolution<'a>, with_rejected: bool) -> Answer<'a> {
    let outcome = resolution.outcome.as_ref();
    let digest = outcome.and_then(|outcome| outcome.digest);
    let rejected = outcome.filter(|_| with_rejected).map_or(&[][..], |outcome| &outcome.rejected);
    let rejected = rejected.iter().map(|rejected| Rejected { tag: rejected.tag, reason: rejected.reason.as_str() });
    Answer {
        object: resolution.request.object.as_ref().map(JsonObject::from),
        by: resolution.request.by().as_str(),
        tag: outcome.and_then(|outcome| outcome.tag.as_deref()),
        digest: digest.or(resolution.manifest_digest.as_deref()),
        revision: resolution.revision(),
        ties: outcome.map_or_else(Vec::new, |outcome| outcome.ties.iter().map(AsRef::as_ref).gather()),
        considered: outcome.map_or(0, |outcome| outcome.considered),
        matching: outcome.map_or(0, |outcome| outcome.matching),
        rejected: rejected.gather(),
        error: resolution.error().map(|error| Error { reason: error.reason, message: error.message }),
    }
}
