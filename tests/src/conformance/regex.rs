//! `regex`: the pattern compiles or not, the error's words, and which of the probe texts it is
//! found in. The first line holds the probes.

use kubectl_oci_core::compat::regex::Regex;
use serde_json::{Value, json};

use super::{Judge, compare, compare_words};

pub(super) fn judge() -> Judge {
    let mut probes: Vec<String> = Vec::new();
    Box::new(move |pattern, theirs| {
        let pattern = pattern.as_str().unwrap_or_default();
        if let (true, Some(texts)) = (pattern == "probes", theirs.as_array()) {
            let texts = texts.iter().filter_map(Value::as_str);
            probes = texts.map(str::to_owned).collect();
            return None;
        }
        let ours = match Regex::new(pattern) {
            Ok(regex) => {
                let matches = probes
                    .iter()
                    .enumerate()
                    .filter(|(_, text)| regex.is_match(text))
                    .map(|(index, _)| index)
                    .collect::<Vec<_>>();
                json!({"matches": matches, "ok": true})
            }
            Err(error) => {
                let error = error.to_string();
                if let (false, Some(words)) = (&theirs["ok"] == true, theirs["error"].as_str()) {
                    return Some(compare_words(&error, words));
                }
                json!({"error": error, "ok": false})
            }
        };
        Some(compare(&ours, theirs))
    })
}
