//! The JSON contract of `pull`, version 1.

use serde::Serialize;

use super::json::{JsonObject, line};
use crate::artifact::{CREATED, Descriptor, REVISION, SOURCE};
use crate::pulled::Pulled;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    object: Option<JsonObject<'a>>,
    url: &'a str,
    tag: Option<&'a str>,
    digest: &'a str,
    kind: &'static str,
    created: Option<&'a str>,
    source: Option<&'a str>,
    revision: Option<&'a str>,
    layer: &'a Descriptor,
    operation: &'static str,
    output: &'a str,
    files: Option<u64>,
    folders: Option<u64>,
    content_size: Option<u64>,
    ignored: Option<u64>,
    links: &'a [String],
    hard_links: &'a [String],
}

/// `{"version": 1, "results": [{…}]}`, of the one artifact that was pulled.
pub fn pulled_json(of: &Pulled) -> String {
    let (artifact, unpacked) = (&of.artifact, of.unpacked.as_ref());
    let answer = Answer {
        object: of.object.as_ref().map(JsonObject::from),
        url: &of.url,
        tag: of.tag.as_deref(),
        digest: &of.digest,
        kind: artifact.kind().as_str(),
        created: artifact.annotation(CREATED),
        source: artifact.annotation(SOURCE),
        revision: artifact.annotation(REVISION),
        layer: &of.layer,
        operation: if unpacked.is_some() { "extract" } else { "copy" },
        output: &of.output,
        files: unpacked.map(|unpacked| unpacked.files),
        folders: unpacked.map(|unpacked| unpacked.folders),
        content_size: unpacked.map(|unpacked| unpacked.size),
        ignored: unpacked.map(|unpacked| unpacked.ignored),
        links: unpacked.map_or(&[], |unpacked| unpacked.links.as_slice()),
        hard_links: unpacked.map_or(&[], |unpacked| unpacked.hard_links.as_slice()),
    };
    format!("{{\"version\":1,\n\"results\":[\n{}]}}\n", line(&answer).unwrap_or_default())
}
