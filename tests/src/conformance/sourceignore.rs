use kubectl_oci_core::compat::ignore::Matcher;
use serde_json::{Value, json};

use super::{Judge, compare};

pub(super) fn judge() -> Judge {
    Box::new(|input, theirs| {
        let text = strings(&input["patterns"]).join("\n");
        let path: Vec<&str> = input["path"].as_str().unwrap_or_default().split('/').collect();
        let is_dir = input["dir"].as_bool().unwrap_or_default();
        let ignored = |mut matcher: Matcher| {
            matcher.add::<&str>(&[], &text);
            matcher.is_ignored(&path, is_dir)
        };
        let ours = json!({
            "ignored": ignored(Matcher::new()),
            "ignoredWithDefaults": ignored(Matcher::with_defaults::<&str>(&[])),
        });
        Some(compare(&ours, theirs))
    })
}

/// Several texts, each with the folder it lies in.
pub(super) fn judge_domains() -> Judge {
    Box::new(|input, theirs| {
        let mut matcher = Matcher::new();
        for group in input["patterns"].as_array().into_iter().flatten() {
            matcher.add(&strings(&group["domain"]), group["text"].as_str().unwrap_or_default());
        }
        let ours = matcher.is_ignored(&strings(&input["path"]), input["dir"].as_bool().unwrap_or_default());
        Some(compare(&json!(ours), theirs))
    })
}

fn strings(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}
