use kubectl_oci_core::compat::helm_chart::ChartMetadata;
use kubectl_oci_core::compat::helm_ignore::Rules;
use serde_json::json;

use super::{Judge, compare, compare_words};

/// The configuration that Helm pushes for a Chart.yaml, or why it refuses.
pub(super) fn judge_chart() -> Judge {
    Box::new(|input, theirs| {
        let ours = match ChartMetadata::parse(input.as_str()?) {
            Ok(metadata) => json!({ "config": metadata.config() }),
            Err(error) => match theirs["error"].as_str() {
                Some(words) => return Some(compare_words(&error.to_string(), words)),
                None => json!({ "error": error.to_string() }),
            },
        };
        Some(compare(&ours, theirs))
    })
}

/// Whether rules ignore a path. A malformed glob is an error for Helm and matches nothing here.
pub(super) fn judge_ignore() -> Judge {
    Box::new(|input, theirs| {
        let path: Vec<&str> = input["path"].as_str()?.split('/').collect();
        let ours = match Rules::parse(input["text"].as_str()?) {
            Ok(rules) => json!({ "ignored": rules.is_ignored(&path, input["dir"].as_bool()?) }),
            Err(error) => json!({ "error": error.to_string() }),
        };
        Some(compare(&ours, theirs))
    })
}
