use kubectl_oci_core::yaml;
use serde_json::Value;

use super::{Judge, Verdict};

pub(super) fn judge() -> Judge {
    Box::new(|input, theirs| {
        let text = input.as_str()?;
        let ours = read(text);
        let (ours_text, theirs_text) = (format!("{ours:?}"), theirs.to_string());
        Some(match (ours, theirs.get("json")) {
            (Ok(ours), Some(theirs)) if same_value(&ours, theirs) => Verdict::Agreed,
            (Err(_), None) => Verdict::Agreed,
            (Ok(_), Some(_)) => Verdict::Differs { ours: ours_text, theirs: theirs_text },
            // One side alone accepts: explained where a known difference of the two parsers shows.
            _ => match reason(text, theirs) {
                Some(reason) => Verdict::Explained { reason, ours: ours_text, theirs: theirs_text },
                None => Verdict::Differs { ours: ours_text, theirs: theirs_text },
            },
        })
    })
}

/// The JSON of the first document, as sigs.k8s.io/yaml reads a text.
fn read(text: &str) -> Result<Value, String> {
    let tree = yaml::parse(text);
    let Some(document) = tree.documents().first() else {
        return Ok(Value::Null);
    };
    if let Some(error) = &document.error {
        return Err(error.message.clone());
    }
    match tree.root(text, 0) {
        None => Ok(Value::Null),
        Some(root) => yaml::to_json(root).map_err(|error| format!("{error:?}")),
    }
}

fn same_value(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_value(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same_value(a, b)))
        }
        _ => ours == theirs,
    }
}

/// The differences that are meant to be: each a kind of document that one side alone accepts.
fn reason(text: &str, theirs: &Value) -> Option<&'static str> {
    let error = theirs["error"].as_str();
    if error.is_some_and(|error| error.contains("already set in map")) && text.contains("<<") {
        return Some("a key may override a merged one, as every reader before the API server has it");
    }
    if error.is_some() && text.contains(['\u{85}', '\u{2028}', '\u{2029}']) {
        return Some("YAML 1.2 no longer breaks lines at U+0085, U+2028 and U+2029");
    }
    if error.is_none() && !theirs["json"].is_object() && !theirs["json"].is_array() {
        return Some("the Go reader returns a leading scalar and never looks at the broken text behind it");
    }
    None
}
