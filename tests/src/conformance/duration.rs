use kubectl_oci_core::compat::duration;
use serde_json::json;

use super::{Judge, Verdict, compare, compare_words};

pub(super) fn judge() -> Judge {
    Box::new(|input, theirs| {
        let text = input.as_str().unwrap_or_default();
        let mut ours = json!({
            "interval": duration::matches_interval_pattern(text),
            "timeout": duration::matches_timeout_pattern(text),
        });
        let mut words = Verdict::Agreed;
        match duration::parse(text) {
            Ok(nanoseconds) => {
                ours["go"] = true.into();
                ours["nanoseconds"] = nanoseconds.to_string().into();
            }
            Err(error) => {
                ours["go"] = false.into();
                words = compare_words(&error.to_string(), theirs["error"].as_str().unwrap_or_default());
                // Judged apart: the value is that it is refused.
                ours["error"] = theirs["error"].clone();
            }
        }
        Some(match compare(&ours, theirs) {
            Verdict::Agreed => words,
            differs => differs,
        })
    })
}
