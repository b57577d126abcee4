use kubectl_oci_core::compat::archive::{Entry, Kind, header};
use serde_json::json;

use super::archive::sha256;
use super::{Judge, compare};

/// What stands before a file or folder; the name is in hexadecimal, as it may be any bytes.
pub(super) fn judge() -> Judge {
    Box::new(|input, theirs| {
        let name = bytes(input["name"].as_str()?);
        let kind = match input["dir"].as_bool()? {
            true => Kind::Directory,
            false => Kind::File { size: input["size"].as_u64()? },
        };
        let mode = u32::try_from(input["mode"].as_u64()?).ok()?;
        let ours = match header(&Entry { name: &name, mode, kind }) {
            Ok(header) => json!({ "length": header.len(), "sha256": sha256(&header) }),
            // The words are Go's for programmers; that it refuses is what counts.
            Err(_) if theirs["error"].is_string() => theirs.clone(),
            Err(error) => json!({ "error": error.to_string() }),
        };
        Some(compare(&ours, theirs))
    })
}

pub(super) fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default() as u8;
    hexadecimal.as_bytes().chunks(2).map(|pair| pair.iter().fold(0, |byte, d| byte * 16 + digit(*d))).collect()
}
