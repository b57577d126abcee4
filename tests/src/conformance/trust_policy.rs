use kubectl_oci_core::compat::trust_policy::Document;
use serde_json::{Value, json};

use super::{Judge, compare, compare_words};

pub(super) fn judge() -> Judge {
    Box::new(|input, theirs| {
        let document = input["document"].as_str().unwrap_or_default();
        let url = input["url"].as_str().unwrap_or_default();
        let ours = answer(document, url);
        // Both refuse at the same step: only the words are left to compare.
        for step in ["decode", "invalid", "error"] {
            if let (Some(ours), Some(theirs)) = (ours[step].as_str(), theirs[step].as_str()) {
                return Some(compare_words(ours, theirs));
            }
        }
        Some(compare(&ours, theirs))
    })
}

fn answer(document: &str, url: &str) -> Value {
    let mut document = match Document::decode(document) {
        Ok(document) => document,
        Err(error) => return json!({ "decode": error.to_string() }),
    };
    document.clear_skipped();
    if let Err(error) = document.validate() {
        return json!({ "invalid": error.to_string() });
    }
    match document.applicable(url) {
        Ok(statement) => json!({
            "applies": statement.name,
            "level": statement.signature_verification.level,
        }),
        Err(error) => json!({ "applies": "", "error": error.to_string() }),
    }
}
