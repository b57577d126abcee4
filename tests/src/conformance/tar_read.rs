use kubectl_oci_core::compat::archive::{BLOCK, Found, Next, ReadError, Reader};
use serde_json::{Value, json};

use super::{Judge, Verdict, compare};

/// The entries of a stream up to its end or its first fault. The stream is written in hexadecimal, with
/// `zN` for N zero bytes; names are in hexadecimal, as they may be any bytes.
pub(super) fn judge() -> Judge {
    Box::new(|input, theirs| {
        let stream = unsqueezed(input.as_str()?);
        let mut entries = Vec::new();
        let ended = read(&stream, &mut entries);
        let ours = json!({ "entries": entries, "error": ended.clone().err() });
        if ended == Err(ReadError::Sparse.to_string()) {
            let (ours, theirs) = (ours.to_string(), theirs.to_string());
            return Some(Verdict::Explained { reason: "sparse files are refused", ours, theirs });
        }
        Some(compare(&ours, theirs))
    })
}

fn read(mut stream: &[u8], entries: &mut Vec<Value>) -> Result<(), String> {
    const CUT: &str = "unexpected EOF";
    let mut reader = Reader::new();
    let mut next = Next::Block;
    loop {
        let taken = match &next {
            Next::End => return Ok(()),
            Next::Block if stream.is_empty() => return Ok(()),
            Next::Block => {
                let (block, rest) = stream.split_first_chunk::<BLOCK>().ok_or(CUT)?;
                stream = rest;
                next = reader.block(block).map_err(|error| error.to_string())?;
                continue;
            }
            Next::Extension { size } => *size,
            Next::Entry(found) => usize::try_from(found.content).map_err(|error| error.to_string())?,
        };
        let (content, rest) = stream.split_at_checked(taken).ok_or(CUT)?;
        // A stream may end within the padding.
        let padding = (taken.next_multiple_of(BLOCK) - taken).min(rest.len());
        stream = &rest[padding..];
        next = match next {
            Next::Extension { .. } => reader.extension(content).map_err(|error| error.to_string())?,
            Next::Entry(found) => {
                entries.push(described(&found));
                Next::Block
            }
            next => next,
        };
        // Global records are an entry that follows its own content.
        if let Next::Entry(found) = &next {
            entries.push(described(found));
            next = Next::Block;
        }
    }
}

fn described(found: &Found) -> Value {
    let hexadecimal = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    // Go's nanoseconds are never below zero.
    let (seconds, nanoseconds) = found.modified;
    let borrowed = i64::from(nanoseconds < 0);
    json!({
        "name": hexadecimal(&found.name),
        "link": hexadecimal(&found.link),
        "size": found.size,
        "mode": found.mode_words(),
        "perm": found.permissions(),
        "modified": seconds - borrowed,
        "nanos": i64::from(nanoseconds) + borrowed * 1_000_000_000,
        "content": found.content,
    })
}

fn unsqueezed(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match word.strip_prefix('z') {
            Some(zeros) => bytes.resize(bytes.len() + zeros.parse::<usize>().unwrap_or_default(), 0),
            None => bytes.extend(super::tar_header::bytes(word)),
        }
    }
    bytes
}
