use kubectl_oci_core::compat::digest::Digest;
use serde_json::json;

use super::{Judge, compare, compare_words};

pub(super) fn judge() -> Judge {
    Box::new(|input, theirs| {
        let text = input.as_str().unwrap_or_default();
        let ours = match Digest::parse(text) {
            Ok(digest) => json!({ "ok": digest.to_string() == text }),
            Err(error) => match theirs["error"].as_str() {
                Some(words) => return Some(compare_words(&error.to_string(), words)),
                None => json!({ "ok": false, "error": error.to_string() }),
            },
        };
        Some(compare(&ours, theirs))
    })
}
