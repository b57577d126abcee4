//! Blobs by digest.

use serde_json::json;

use super::super::answer::{Answer, Body};
use super::super::quirks::Blobs;
use super::{Call, is_digest, method_not_allowed};

pub(super) fn blob(call: &Call<'_>) -> Answer {
    let store = &call.shared.content.store;
    if !is_digest(call.reference) {
        return Answer::error(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
    }
    let detail = json!(call.reference);
    let unknown = || Answer::detailed_error(404, "BLOB_UNKNOWN", "blob unknown to registry", detail);
    match call.request.method.as_str() {
        "GET" | "HEAD" => {}
        "DELETE" if store.delete_blob(call.repository, call.reference) => return Answer::new(202),
        "DELETE" => return unknown(),
        _ => return method_not_allowed(),
    }
    let Some(blob) = store.blob(call.repository, call.reference) else { return unknown() };
    if let Blobs::At(base) = &call.quirks.blobs {
        return Answer::new(307).header("Location", format!("{base}{}", call.request.target));
    }
    let answer = |status| {
        Answer::new(status)
            .header("Content-Type", "application/octet-stream")
            .header("Docker-Content-Digest", blob.digest.as_str())
            .header("Accept-Ranges", "bytes")
    };
    let range = call.request.header("range").filter(|_| call.quirks.blobs != Blobs::WithoutRanges);
    let Some(range) = range else { return answer(200).body(Body::Blob(blob, 0)) };
    let start = range.strip_prefix("bytes=").and_then(|range| range.strip_suffix('-')).and_then(|at| at.parse().ok());
    match start {
        Some(start) if start < blob.size && call.quirks.blobs != Blobs::RangesRefused => {
            let range = format!("bytes {start}-{}/{}", blob.size - 1, blob.size);
            answer(206).header("Content-Range", range).body(Body::Blob(blob.clone(), start))
        }
        _ => Answer::new(416).header("Content-Range", format!("bytes */{}", blob.size)),
    }
}
