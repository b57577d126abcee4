use kubectl_oci_core::compat::semver::{Constraint, Version};
use serde_json::{Value, json};

use super::{Judge, compare, compare_words};

/// `in`: a range. `out`: which probe versions satisfy it, or the error. The first line carries the
/// probes.
pub(super) fn judge() -> Judge {
    let mut probes: Vec<String> = Vec::new();
    Box::new(move |input, theirs| {
        let text = input.as_str()?;
        if text == "probes" {
            probes = strings(theirs);
            return None;
        }
        let constraint = match Constraint::parse(text) {
            Ok(constraint) => constraint,
            Err(error) => {
                return Some(match theirs["error"].as_str() {
                    Some(words) => compare_words(&error.to_string(), words),
                    None => compare(&json!({ "ok": false, "error": error.to_string() }), theirs),
                });
            }
        };
        let matches: Vec<&str> = probes
            .iter()
            .map(String::as_str)
            .filter(|probe| Version::parse(probe).is_ok_and(|v| constraint.matches(&v)))
            .collect();
        Some(compare(&json!({ "ok": true, "matches": matches }), theirs))
    })
}

/// The texts of a list.
pub(super) fn strings(list: &Value) -> Vec<String> {
    let texts = list.as_array().into_iter().flatten();
    texts.filter_map(|text| Some(text.as_str()?.to_owned())).collect()
}
