//! The JSON contract of `list`, version 1.

use serde::Serialize;

use super::json::line;
use crate::listing::{Listing, Row};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    tag: &'a str,
    digest: Option<&'a str>,
    created: Option<&'a str>,
    source: Option<&'a str>,
    revision: Option<&'a str>,
    kind: Option<&'static str>,
    size: Option<u64>,
    media_type: Option<&'a str>,
    artifact_type: Option<&'a str>,
    error: Option<&'a str>,
}

/// `{"version": 1, "url", "tags", "matching", "results": […]}`, a tag a line.
pub fn listing_json(listing: &Listing) -> String {
    let url = serde_json::to_string(&listing.url).unwrap_or_default();
    let (tags, matching) = (listing.tags, listing.matching);
    let mut out = format!("{{\"version\":1,\"url\":{url},\"tags\":{tags},\"matching\":{matching},\n\"results\":[");
    for (index, row) in listing.rows.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&line(&answer(row)).unwrap_or_default());
    }
    out.push_str("]}\n");
    out
}

fn answer(row: &Row) -> Answer<'_> {
    let artifact = row.artifact.as_deref();
    let some = |text: &'_ str| !text.is_empty();
    Answer {
        tag: &row.tag,
        digest: row.digest.as_deref(),
        created: row.created(),
        source: row.source(),
        revision: row.revision(),
        kind: artifact.map(|artifact| artifact.kind().as_str()),
        size: artifact.map(crate::artifact::Artifact::size),
        media_type: artifact.map(|artifact| artifact.media_type.as_str()).filter(|text| some(text)),
        artifact_type: artifact.map(|artifact| artifact.artifact_type.as_str()).filter(|text| some(text)),
        error: row.error.as_deref(),
    }
}
