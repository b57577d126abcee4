//! Manifests by tag and digest.

use std::io;

use serde_json::{Value, json};

use super::super::answer::{Answer, Body};
use super::super::blob::digest;
use super::super::http::Connection;
use super::super::quirks::Delete;
use super::super::server::Received;
use super::{Call, is_digest, method_not_allowed, name_unknown};

/// The largest manifest that may be pushed, as in Docker's registry.
const LARGEST: u64 = 4 << 20;

pub(super) fn manifest(call: &Call<'_>, connection: &mut Connection, received: &mut Received) -> io::Result<Answer> {
    Ok(match call.request.method.as_str() {
        "GET" | "HEAD" => get(call),
        "PUT" => put(call, connection, received)?,
        "DELETE" => delete(call),
        _ => method_not_allowed(),
    })
}

fn unknown(call: &Call<'_>) -> Answer {
    let detail = if call.reference.contains(':') {
        json!({"Name": call.repository, "Revision": call.reference})
    } else {
        json!({"Tag": call.reference})
    };
    Answer::detailed_error(404, "MANIFEST_UNKNOWN", "manifest unknown", detail)
}

fn get(call: &Call<'_>) -> Answer {
    let store = &call.shared.content.store;
    if !store.has_repository(call.repository) {
        return name_unknown(call);
    }
    let Some(manifest) = store.manifest(call.repository, call.reference) else { return unknown(call) };
    if call.quirks.strict_accept && !call.request.accepts(&manifest.media_type) {
        let words = "OCI manifest found, but accept header does not support OCI manifests";
        return Answer::error(404, "MANIFEST_UNKNOWN", words);
    }
    Answer::new(200)
        .header("Content-Type", manifest.media_type)
        .header("Docker-Content-Digest", manifest.blob.digest.as_str())
        .header("Etag", format!("\"{}\"", manifest.blob.digest))
        .body(Body::Blob(manifest.blob, 0))
}

fn put(call: &Call<'_>, connection: &mut Connection, received: &mut Received) -> io::Result<Answer> {
    let mut bytes = Vec::new();
    let whole = connection.body(LARGEST, |part| {
        received.take(part);
        bytes.extend_from_slice(part);
    })?;
    if !whole {
        return Ok(Answer::error(413, "MANIFEST_INVALID", "manifest is larger than 4 MiB"));
    }
    let Ok(json) = serde_json::from_slice::<Value>(&bytes) else {
        return Ok(Answer::error(400, "MANIFEST_INVALID", "manifest invalid"));
    };
    let media_type = call.request.header("content-type").unwrap_or_default();
    let store = &call.shared.content.store;
    let by_digest = call.reference.contains(':');
    let found = digest(&bytes);
    if by_digest && call.reference != found {
        return Ok(Answer::error(400, "DIGEST_INVALID", "provided digest did not match uploaded content"));
    }
    if let Some(answer) = refused(call, media_type, &json) {
        return Ok(answer);
    }
    if call.quirks.immutable_tags && !by_digest {
        let present = store.resolve(call.repository, call.reference);
        if present.is_some_and(|present| present != found) {
            return Ok(Answer::error(409, "TAG_INVALID", "tag is immutable"));
        }
    }
    store.add_manifest(call.repository, (!by_digest).then_some(call.reference), media_type, &bytes);
    let mut answer = Answer::new(201)
        .header("Location", format!("{}/v2/{}/manifests/{found}", call.shared.host.base, call.repository))
        .header("Docker-Content-Digest", found);
    if let Some(subject) = json["subject"]["digest"].as_str().filter(|_| !call.quirks.referrers.absent) {
        answer = answer.header("OCI-Subject", subject);
    }
    Ok(answer)
}

/// What is wrong with a manifest.
fn refused(call: &Call<'_>, media_type: &str, json: &Value) -> Option<Answer> {
    let store = &call.shared.content.store;
    let listed = |name: &str| json[name].as_array().cloned().unwrap_or_default();
    if let Some(accepted) = &call.quirks.accepted_media_types {
        let parts = std::iter::once(json["config"].clone()).chain(listed("layers"));
        let types = parts.filter_map(|part| part["mediaType"].as_str().map(str::to_owned));
        let mut all = std::iter::once(media_type.to_owned()).chain(types);
        if let Some(unknown) = all.find(|one| !accepted.contains(one)) {
            let words = format!("manifest invalid: unknown media type \"{unknown}\"");
            return Some(Answer::error(400, "MANIFEST_INVALID", &words));
        }
    }
    let digest = |part: &Value| part["digest"].as_str().map(str::to_owned);
    let blobs = std::iter::once(json["config"].clone()).chain(listed("layers"));
    let missing = blobs.filter_map(|part| digest(&part)).find(|one| store.blob(call.repository, one).is_none());
    let manifests = listed("manifests");
    let missing = missing.or_else(|| {
        let mut children = manifests.iter().filter_map(digest);
        children.find(|child| store.manifest(call.repository, child).is_none())
    });
    let missing = missing?;
    let detail = json!({"digest": missing});
    Some(Answer::detailed_error(404, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", detail))
}

fn delete(call: &Call<'_>) -> Answer {
    match call.quirks.delete {
        Delete::NotAllowed => return method_not_allowed(),
        Delete::ByDigestOnly if !is_digest(call.reference) => {
            return Answer::error(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
        }
        Delete::ByDigestOnly | Delete::Allowed => {}
    }
    match call.shared.content.store.delete_manifest(call.repository, call.reference) {
        true => Answer::new(202),
        false => unknown(call),
    }
}
