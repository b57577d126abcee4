//! The configuration's JSON Schema, made from the table of its keys.

use serde_json::{Map, Value, json};

use super::keys::{KEYS, Key, OVERRIDE_KEYS, REGISTRY_KEYS, Shape};

/// The JSON Schema (draft 2020-12) of `.kubectl-oci.yaml`. `rules` are the rules that exist, each with its summary.
pub fn schema(rules: &[(&str, &str)]) -> Value {
    let mut out = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": ".kubectl-oci.yaml",
        "description": "Configuration of kubectl oci.",
    });
    if let (Some(out), Value::Object(keys)) = (out.as_object_mut(), object(KEYS, rules)) {
        out.extend(keys);
        out.insert("$defs".to_owned(), json!({ "levels": levels(rules) }));
    }
    out
}

/// A mapping of known keys and no others. A configuration may be empty.
fn object(keys: &[Key], rules: &[(&str, &str)]) -> Value {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|key| {
            let mut value = shape(key.shape, rules);
            if let Some(value) = value.as_object_mut() {
                value.insert("description".to_owned(), json!(key.summary));
            }
            (key.name.to_owned(), value)
        })
        .collect();
    json!({ "type": ["object", "null"], "additionalProperties": false, "properties": properties })
}

fn shape(shape: Shape, rules: &[(&str, &str)]) -> Value {
    match shape {
        // Without quotes YAML reads a number.
        Shape::Flux => {
            json!({ "type": ["string", "number"], "default": "2.9", "pattern": "^v?[0-9]+\\.[0-9]+(\\.[0-9]+)?$" })
        }
        Shape::Profile => json!({ "enum": ["default", "strict", "minimal"], "default": "default" }),
        Shape::Levels => json!({ "$ref": "#/$defs/levels" }),
        Shape::Globs => json!({ "type": "array", "items": { "type": "string" } }),
        Shape::Overrides => json!({ "type": "array", "items": object(OVERRIDE_KEYS, rules) }),
        Shape::Texts => {
            json!({ "type": "object", "additionalProperties": { "type": ["string", "number", "boolean", "null"] } })
        }
        Shape::Text => json!({ "type": "string" }),
        Shape::Registries => json!({ "type": "object", "additionalProperties": object(REGISTRY_KEYS, rules) }),
        Shape::Bool => json!({ "type": "boolean" }),
    }
}

fn levels(rules: &[(&str, &str)]) -> Value {
    let properties: Map<String, Value> = rules
        .iter()
        .map(|(id, summary)| {
            ((*id).to_owned(), json!({ "$ref": "#/$defs/levels/$defs/level", "description": summary }))
        })
        .collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        // `off` without quotes is a boolean to YAML 1.1.
        "$defs": { "level": { "enum": ["off", "info", "warning", "error", false] } },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_that_is_read_is_in_the_schema() {
        let schema = schema(&[("url-missing-oci-scheme", "a URL")]);
        for key in KEYS {
            assert!(schema["properties"].get(key.name).is_some(), "{}", key.name);
            // And the example of each is one that is read.
            let read = super::super::read(key.example, &["ref-mutable-tag"]);
            assert!(read.is_ok(), "{}: {read:?}", key.name);
        }
        assert!(schema["$defs"]["levels"]["properties"].get("url-missing-oci-scheme").is_some());
    }
}
