//! TypeScript types of the contracts, from their JSON Schemas: what the npm package is used with.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::{Derived, Outcome, root};

/// Each type with the schema and the definition that it is made from; `""` is the schema itself.
const TYPES: &[(&str, &str, &str)] = &[
    ("Report", "lint", "report"),
    ("Summary", "lint", "summary"),
    ("Diagnostic", "lint", "diagnostic"),
    ("ObjectName", "lint", "object"),
    ("Label", "lint", "label"),
    ("Fix", "lint", "fix"),
    ("Edit", "lint", "edit"),
    ("Range", "lint", "range"),
    ("Position", "lint", "position"),
    ("Resolved", "resolve", "resolved"),
    ("Resolution", "resolve", "result"),
    ("Rules", "rules", ""),
    ("Rule", "rules", "rule"),
    ("Hover", "ide", "hover"),
    ("Completion", "ide", "completion"),
    ("Action", "ide", "action"),
    ("DocumentSymbol", "ide", "symbol"),
    ("Location", "ide", "location"),
];

/// Definitions that are the same in two schemas.
const SAME: &[(&str, &str, &str)] = &[("ObjectName", "resolve", "object")];

/// `wasm/npm/contract.d.ts`.
pub fn generate() -> Result<Outcome, String> {
    let mut out = "// The contracts as types. Made from docs/schemas by `gen types`; do not edit.\n".to_owned();
    for (name, schema, definition) in TYPES {
        let path = root().join(format!("docs/schemas/{schema}.schema.json"));
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let whole: Value = serde_json::from_str(&text).map_err(|error| format!("{schema}: {error}"))?;
        let value = if definition.is_empty() { &whole } else { &whole["$defs"][definition] };
        let fields = value.as_object().and_then(|value| value.get("properties")?.as_object());
        let fields = fields.ok_or_else(|| format!("{schema}: {definition} has no properties"))?;
        let _ = write!(out, "\nexport interface {name} {{\n{}}}\n", members(fields, value, schema, 1)?);
    }
    Ok(Outcome::Files(vec![Derived { path: "wasm/npm/contract.d.ts", text: out }]))
}

fn members(fields: &Map<String, Value>, of: &Value, schema: &str, depth: usize) -> Result<String, String> {
    let required: Vec<&str> = of["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let indent = "  ".repeat(depth);
    let mut out = String::new();
    for (name, field) in fields {
        if let Some(description) = field["description"].as_str() {
            let _ = writeln!(out, "{indent}/** {description} */");
        }
        let optional = if required.contains(&name.as_str()) { "" } else { "?" };
        let _ = writeln!(out, "{indent}{name}{optional}: {};", type_of(field, schema, depth)?);
    }
    Ok(out)
}

fn type_of(value: &Value, schema: &str, depth: usize) -> Result<String, String> {
    if let Some(reference) = value["$ref"].as_str() {
        let (file, definition) = reference.split_once("#/$defs/").ok_or_else(|| format!("{schema}: {reference}"))?;
        let file = if file.is_empty() { schema } else { file.trim_end_matches(".schema.json") };
        let known = TYPES.iter().chain(SAME).find(|(_, of, name)| *of == file && *name == definition);
        return known.map(|(name, ..)| (*name).to_owned()).ok_or_else(|| format!("no type for {reference}"));
    }
    let union = |parts: Vec<String>| parts.join(" | ");
    if let Some(constant) = value.get("const") {
        return Ok(constant.to_string());
    }
    if let Some(values) = value["enum"].as_array() {
        return Ok(union(values.iter().map(|value| value.to_string().replace('"', "'")).collect()));
    }
    if let Some(parts) = value["oneOf"].as_array() {
        let parts: Result<Vec<_>, _> = parts.iter().rev().map(|part| type_of(part, schema, depth)).collect();
        return Ok(union(parts?));
    }
    let simple = |name: &str| -> Result<String, String> {
        match name {
            "string" | "boolean" | "null" => Ok(name.to_owned()),
            "integer" | "number" => Ok("number".to_owned()),
            "array" => {
                let item = type_of(&value["items"], schema, depth)?;
                Ok(if item.contains([' ', '|']) { format!("Array<{item}>") } else { format!("{item}[]") })
            }
            "object" => match value["properties"].as_object() {
                Some(fields) => {
                    let fields = members(fields, value, schema, depth + 1)?;
                    Ok(format!("{{\n{fields}{}}}", "  ".repeat(depth)))
                }
                None => Ok(format!("Record<string, {}>", type_of(&value["additionalProperties"], schema, depth)?)),
            },
            other => Err(format!("{schema}: no type for {other}")),
        }
    };
    match &value["type"] {
        Value::String(name) => simple(name),
        Value::Array(names) => {
            let names: Result<Vec<_>, _> = names.iter().filter_map(Value::as_str).map(simple).collect();
            Ok(union(names?))
        }
        other => Err(format!("{schema}: no type for {other}")),
    }
}
