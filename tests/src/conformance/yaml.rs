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
    match tree.documents().first().and_then(|document| document.error.as_ref()) {
        Some(error) => Err(error.message.clone()),
        None => first_value(text, &tree),
    }
}

fn first_value(text: &str, tree: &yaml::Tree) -> Result<Value, String> {
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

/// The differences that are meant to be.
fn reason(text: &str, theirs: &Value) -> Option<&'static str> {
    if theirs["error"].as_str().is_some_and(|error| error.contains("already set in map")) && text.contains("<<") {
        return Some("a key may override a merged one, as every reader before the API server has it");
    }
    if theirs.get("json").is_some_and(|theirs| is_broken_behind(text, theirs)) {
        return Some("the Go reader returns the first document and never looks at broken text behind it");
    }
    None
}

/// True where the first document's value is theirs, whole, and what is wrong stands behind it.
fn is_broken_behind(text: &str, theirs: &Value) -> bool {
    let tree = yaml::parse(text);
    let error = tree.documents().first().and_then(|document| document.error.as_ref());
    let end = tree.root(text, 0).map_or(0, |root| root.span().end);
    error.is_some_and(|error| error.span.start >= end)
        && first_value(text, &tree).is_ok_and(|ours| same_value(&ours, theirs))
}
