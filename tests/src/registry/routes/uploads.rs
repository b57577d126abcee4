//! Uploads of blobs: in one request, in two, in chunks; and mounts.

use std::io;

use serde_json::json;

use super::super::answer::Answer;
use super::super::http::Connection;
use super::super::quirks::Location;
use super::super::server::Received;
use super::{Call, is_digest, method_not_allowed};

pub(super) fn upload(call: &Call<'_>, connection: &mut Connection, received: &mut Received) -> io::Result<Answer> {
    let method = call.request.method.as_str();
    if method == "POST" && call.reference.is_empty() {
        return start(call, connection, received);
    }
    let store = &call.shared.content.store;
    let Some(size) = store.upload_size(call.repository, call.reference) else { return Ok(unknown(call)) };
    if method == "PUT" && take(call, |faults| &mut faults.1) {
        store.forget_upload(call.reference);
        return Ok(unknown(call));
    }
    match method {
        "GET" => Ok(progress(call, 204, call.reference, size)),
        "PATCH" => patch(call, connection, received, size),
        "PUT" => put(call, connection, received, size),
        "DELETE" => {
            store.forget_upload(call.reference);
            Ok(Answer::new(204))
        }
        _ => Ok(method_not_allowed()),
    }
}

/// Whether a fault that happens so many times happens now.
fn take(call: &Call<'_>, which: impl FnOnce(&mut (usize, usize)) -> &mut usize) -> bool {
    let mut faults = call.shared.upload_faults.lock().expect("the faults");
    let left = which(&mut faults);
    let now = *left > 0;
    *left = left.saturating_sub(1);
    now
}

fn unknown(call: &Call<'_>) -> Answer {
    let detail = json!({"upload": call.reference});
    Answer::detailed_error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry", detail)
}

fn start(call: &Call<'_>, connection: &mut Connection, received: &mut Received) -> io::Result<Answer> {
    let store = &call.shared.content.store;
    if let Some(wanted) = call.request.query("mount") {
        let from = call.request.query("from").unwrap_or(call.repository);
        if !call.quirks.uploads.mounts_refused && store.mount(call.repository, from, wanted) {
            return Ok(created(call, wanted));
        }
    }
    let id = store.start_upload(call.repository);
    if let Some(wanted) = call.request.query("digest").filter(|_| !call.quirks.uploads.monolithic_ignored) {
        let wanted = wanted.to_owned();
        if !receive(call, connection, received, &id)? {
            return Ok(too_large());
        }
        return Ok(finish(call, &id, &wanted));
    }
    let answer = progress(call, 202, &id, 0);
    Ok(match call.quirks.uploads.chunk_minimum {
        Some(minimum) => answer.header("OCI-Chunk-Min-Length", minimum.to_string()),
        None => answer,
    })
}

fn patch(call: &Call<'_>, connection: &mut Connection, received: &mut Received, size: u64) -> io::Result<Answer> {
    let refused = take(call, |faults| &mut faults.0);
    let length: Option<u64> = call.request.header("content-length").and_then(|value| value.parse().ok());
    let range = call.request.header("content-range").and_then(|value| {
        let (start, end) = value.trim_start_matches("bytes ").split_once('-')?;
        Some((start.parse::<u64>().ok()?, end.parse::<u64>().ok()?))
    });
    let in_order =
        range.is_none_or(|(start, end)| start == size && length.is_none_or(|length| end + 1 - start == length));
    let too_short = match (call.quirks.uploads.chunk_minimum, length) {
        (Some(minimum), Some(length)) => length < minimum && range.is_some(),
        _ => false,
    };
    if refused || !in_order || too_short {
        return Ok(progress(call, 416, call.reference, size));
    }
    if !receive(call, connection, received, call.reference)? {
        return Ok(too_large());
    }
    let size = call.shared.content.store.upload_size(call.repository, call.reference).unwrap_or(size);
    Ok(progress(call, 202, call.reference, size))
}

fn put(call: &Call<'_>, connection: &mut Connection, received: &mut Received, size: u64) -> io::Result<Answer> {
    let wanted = call.request.query("digest").unwrap_or_default().to_owned();
    if !is_digest(&wanted) {
        return Ok(Answer::error(400, "DIGEST_INVALID", "provided digest did not match uploaded content"));
    }
    let start = call.request.header("content-range").and_then(|value| value.split('-').next()?.parse::<u64>().ok());
    if start.is_some_and(|start| start != size) {
        return Ok(progress(call, 416, call.reference, size));
    }
    if !receive(call, connection, received, call.reference)? {
        return Ok(too_large());
    }
    Ok(finish(call, call.reference, &wanted))
}

/// Takes a body in. Whether all of it could be.
fn receive(call: &Call<'_>, connection: &mut Connection, received: &mut Received, id: &str) -> io::Result<bool> {
    let store = &call.shared.content.store;
    connection.body(call.quirks.uploads.largest.unwrap_or(u64::MAX), |bytes| {
        received.take(bytes);
        store.append(id, bytes);
    })
}

fn too_large() -> Answer {
    Answer::text(413, "text/html", "<html><head><title>413 Request Entity Too Large</title></head></html>")
}

fn finish(call: &Call<'_>, id: &str, wanted: &str) -> Answer {
    match call.shared.content.store.finish_upload(id, wanted) {
        Ok(()) => created(call, wanted),
        Err(found) => {
            let detail = json!({"digest": found});
            Answer::detailed_error(400, "DIGEST_INVALID", "provided digest did not match uploaded content", detail)
        }
    }
}

fn created(call: &Call<'_>, digest: &str) -> Answer {
    Answer::new(201)
        .header("Location", format!("{}/v2/{}/blobs/{digest}", call.shared.host.base, call.repository))
        .header("Docker-Content-Digest", digest)
}

fn progress(call: &Call<'_>, status: u16, id: &str, size: u64) -> Answer {
    let path = format!("/v2/{}/blobs/uploads/{id}", call.repository);
    let location = match &call.quirks.uploads.location {
        Location::Absolute => Some(format!("{}{path}", call.shared.host.base)),
        Location::Relative => Some(path),
        Location::Query => Some(format!("{path}?_state=a%2Bb%3D%3D&page=1")),
        Location::OtherHost(base) => Some(format!("{base}{path}")),
        Location::Missing => None,
    };
    let mut answer = Answer::new(status);
    if let Some(location) = location {
        answer = answer.header("Location", location);
    }
    answer.header("Range", format!("0-{}", size.saturating_sub(1))).header("Docker-Upload-UUID", id)
}
