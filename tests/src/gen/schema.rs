//! The tables of `core/src/model/schema` from Flux's CRDs.
//!
//! Equal schemas become one static. What a CRD says that the tables cannot hold (a keyword, a
//! pattern, a rule in CEL) stops the generator: nothing is lost unseen. Descriptions are not read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use kubectl_oci_core::model::schema::{Pattern, Validation};
use kubectl_oci_core::yaml;
use serde_json::{Map, Value};

use super::rules::RULES;
use super::{Derived, Outcome};

const TABLES: &str = "core/src/model/schema/tables.rs";

/// Where the CRDs lie, by the environment.
pub const VARIABLE: &str = "KUBECTL_OCI_SCHEMAS";

/// The tables from the folder that the environment names.
pub fn generate() -> Result<Outcome, String> {
    match std::env::var_os(VARIABLE) {
        Some(folder) => from_folder(Path::new(&folder)),
        None => Ok(Outcome::Skipped(format!("{VARIABLE} names no folder of Flux's CRDs"))),
    }
}

/// The tables from a folder of CRDs.
pub fn from_folder(folder: &Path) -> Result<Outcome, String> {
    let mut tables = Tables::default();
    for crd in read_crds(folder)? {
        tables.add(&crd).map_err(|error| format!("{}: {error}", crd.kind))?;
    }
    Ok(Outcome::Files(vec![Derived { path: TABLES, text: tables.write() }]))
}

/// A kind's newest schema.
pub struct Crd {
    /// The kind.
    pub kind: String,
    /// The API group.
    pub group: String,
    /// The version.
    pub version: String,
    /// `openAPIV3Schema`.
    pub schema: Value,
}

/// The CRDs of a folder, by file name: each with its one served version.
pub fn read_crds(folder: &Path) -> Result<Vec<Crd>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    let mut out = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let tree = yaml::parse(&text);
        for document in 0..tree.documents().len() {
            let Some(root) = tree.root(&text, document) else { continue };
            let value = yaml::to_json(root).map_err(|error| format!("{}: {error:?}", path.display()))?;
            let spec = &value["spec"];
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            for version in spec["versions"].as_array().into_iter().flatten().filter(|v| v["served"] == true) {
                out.push(Crd {
                    kind: text(&spec["names"]["kind"]),
                    group: text(&spec["group"]),
                    version: text(&version["name"]),
                    schema: version["schema"]["openAPIV3Schema"].clone(),
                });
            }
        }
    }
    if out.is_empty() { Err(format!("{} holds no CRD", folder.display())) } else { Ok(out) }
}

/// Statics by their definition, and the kinds that use them.
#[derive(Default)]
struct Tables {
    /// Definition → name.
    names: BTreeMap<String, String>,
    /// Name → definition, in the order of their making.
    statics: Vec<(String, String)>,
    kinds: Vec<String>,
}

/// The keywords that the tables hold, or that say nothing about a value.
const KEYWORDS: &[&str] = &[
    "additionalProperties",
    "default",
    "description",
    "enum",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "pattern",
    "properties",
    "required",
    "type",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-validations",
];

impl Tables {
    fn add(&mut self, crd: &Crd) -> Result<(), String> {
        let route = [crd.kind.as_str(), "spec"];
        let spec = self.schema(&crd.schema["properties"]["spec"], &route)?;
        let validations = validations(&crd.schema)?;
        let kind = match crd.kind.as_str() {
            "OCIRepository" => "OciRepository",
            other => other,
        };
        self.kinds.push(format!(
            "    Generated {{ kind: Kind::{kind}, version: {:?}, spec: &{spec}, validations: &[{validations}] }},",
            crd.version
        ));
        Ok(())
    }

    /// The name of the static for a schema, made where there is none yet.
    fn schema(&mut self, schema: &Value, route: &[&str]) -> Result<String, String> {
        let at = |error: String| format!("{}: {error}", route.join("."));
        let keywords = schema.as_object().ok_or_else(|| at("no schema".to_owned()))?;
        if let Some(other) = keywords.keys().find(|key| !KEYWORDS.contains(&key.as_str())) {
            return Err(at(format!("the tables cannot hold {other}")));
        }
        for atomic in ["x-kubernetes-list-type", "x-kubernetes-map-type"] {
            if keywords.get(atomic).is_some_and(|value| value != "atomic") {
                return Err(at(format!("{atomic} other than atomic")));
            }
        }
        let free = schema["x-kubernetes-preserve-unknown-fields"] == true;
        let rules = validations(schema).map_err(at)?;
        let definition = match schema["type"].as_str() {
            None if free => "Schema::Any".to_owned(),
            Some("boolean") => "Schema::Boolean".to_owned(),
            Some("integer") => {
                let maximum = schema["maximum"].as_i64().map_or("i64::MAX".to_owned(), |n| n.to_string());
                format!("Schema::Integer {{ maximum: {maximum} }}")
            }
            Some("string") => words(schema).map_err(at)?,
            Some("array") => {
                let mut inner = route.to_vec();
                inner.push("[]");
                let items = self.schema(&schema["items"], &inner)?;
                let min = schema["minItems"].as_u64().unwrap_or(0);
                let max = schema["maxItems"].as_u64().map_or("u16::MAX".to_owned(), |n| n.to_string());
                if min == 0 && max == "u16::MAX" && rules.is_empty() {
                    format!("list(&{items})")
                } else {
                    format!(
                        "Schema::List {{ items: &{items}, min_items: {min}, max_items: {max}, validations: &[{rules}] }}"
                    )
                }
            }
            Some("object") if free => "Schema::FreeObject".to_owned(),
            Some("object") => match schema.get("additionalProperties") {
                Some(values) => {
                    let mut inner = route.to_vec();
                    inner.push("{}");
                    format!("Schema::Map(&{})", self.schema(values, &inner)?)
                }
                None => self.object(schema, &rules, route)?,
            },
            other => return Err(at(format!("type {other:?}"))),
        };
        Ok(self.name_of(definition, route))
    }

    fn object(&mut self, schema: &Value, rules: &str, route: &[&str]) -> Result<String, String> {
        let empty = Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&empty);
        if properties.len() > 64 {
            return Err(format!("{}: more fields than the walker can count", route.join(".")));
        }
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut names: Vec<&String> = properties.keys().collect();
        names.sort();
        let mut out = "object(&[\n".to_owned();
        for name in names {
            let value = &properties[name];
            let mut inner = route.to_vec();
            inner.push(name);
            let schema = self.schema(value, &inner)?;
            let kind = if required.contains(&name.as_str()) { "required" } else { "optional" };
            let _ = write!(out, "    {kind}({name:?}, &{schema})");
            match &value["default"] {
                Value::Null => {}
                Value::String(text) => {
                    let _ = write!(out, ".or({text:?})");
                }
                other => {
                    let _ = write!(out, ".or({:?})", other.to_string());
                }
            }
            out.push_str(",\n");
        }
        let _ = write!(out, "], &[{rules}])");
        Ok(out)
    }

    fn name_of(&mut self, definition: String, route: &[&str]) -> String {
        if let Some(name) = self.names.get(&definition) {
            return name.clone();
        }
        let name = self.new_name(&definition, route);
        self.names.insert(definition.clone(), name.clone());
        self.statics.push((name.clone(), definition));
        name
    }

    /// Named after what it is where that is simple, else after the end of its route, as much of
    /// it as makes the name its own.
    fn new_name(&self, definition: &str, route: &[&str]) -> String {
        let simple = match definition {
            "Schema::Any" => "ANYTHING",
            "Schema::Boolean" => "BOOLEAN",
            "Schema::FreeObject" => "FREE_OBJECT",
            "Schema::Integer { maximum: i64::MAX }" => "INTEGER",
            "words(&[], None, 0, u16::MAX)" => "STRING",
            "words(&[], Some(Pattern::Duration), 0, u16::MAX)" => "DURATION",
            "list(&STRING)" => "STRINGS",
            "Schema::Map(&STRING)" => "STRING_MAP",
            _ => "",
        };
        let taken = |name: &str| self.statics.iter().any(|(other, _)| other == name);
        if !simple.is_empty() && !taken(simple) {
            return simple.to_owned();
        }
        let steps: Vec<String> = route.iter().map(|step| upper_snake(step)).filter(|step| !step.is_empty()).collect();
        let item = if matches!(route.last(), Some(&"[]" | &"{}")) { "_ITEM" } else { "" };
        let named = |count: usize| format!("{}{item}", steps[steps.len() - count..].join("_"));
        let own = (1..=steps.len()).map(named).find(|name| !taken(name) && name != "SPEC");
        own.unwrap_or_else(|| format!("{}_{}", named(steps.len()), self.statics.len()))
    }

    fn write(mut self) -> String {
        self.kinds.sort();
        let mut out = "// Made by `gen schema` from the CRDs of Flux 2.9 and the Flux operator. Do not edit.\n\n\
            use super::types::{list, object, optional, required, words};\n\
            use super::{Generated, Pattern, Schema, Validation as V};\n\
            use crate::model::Kind;\n\n\
            pub(super) static TABLES: &[Generated] = &[\n"
            .to_owned();
        for kind in &self.kinds {
            let _ = writeln!(out, "{kind}");
        }
        out.push_str("];\n\n");
        for (name, definition) in &self.statics {
            let _ = writeln!(out, "static {name}: Schema = {definition};");
        }
        out
    }
}

/// A string's schema.
fn words(schema: &Value) -> Result<String, String> {
    let one_of: Vec<String> = schema["enum"].as_array().into_iter().flatten().map(|value| value.to_string()).collect();
    let pattern = match schema["pattern"].as_str() {
        None => "None".to_owned(),
        Some(source) => {
            let pattern = Pattern::ALL.iter().find(|pattern| pattern.source() == source);
            let pattern = pattern.ok_or_else(|| format!("no matcher for the pattern {source}"))?;
            format!("Some(Pattern::{pattern:?})")
        }
    };
    let bound = |key: &str| match schema[key].as_u64() {
        None => Ok(None),
        Some(value) if value < u64::from(u16::MAX) => Ok(Some(value)),
        Some(value) => Err(format!("{key} of {value}")),
    };
    let (min, max) = (bound("minLength")?.unwrap_or(0), bound("maxLength")?);
    let max = max.map_or("u16::MAX".to_owned(), |max| max.to_string());
    Ok(format!("words(&[{}], {pattern}, {min}, {max})", one_of.join(", ")))
}

/// The rules of a schema as they stand in the tables, between commas.
fn validations(schema: &Value) -> Result<String, String> {
    let mut out: Vec<String> = Vec::new();
    for entry in schema["x-kubernetes-validations"].as_array().into_iter().flatten() {
        let (rule, message) = (entry["rule"].as_str().unwrap_or_default(), entry["message"].as_str());
        // About a change: there is no older object here.
        if rule.contains("oldSelf") {
            continue;
        }
        let known: Vec<&Validation> = RULES.iter().filter(|(_, text)| *text == rule).map(|(known, _)| known).collect();
        let fit = known.iter().find(|known| Some(known.message()) == message);
        match fit {
            Some(validation) => out.push(format!("V::{validation:?}")),
            None if known.is_empty() => return Err(format!("no port of the rule {rule}")),
            None => return Err(format!("another message for the rule {rule}: {message:?}")),
        }
    }
    Ok(out.join(", "))
}

fn upper_snake(step: &str) -> String {
    let step = step.replace("OCIRepository", "OciRepository");
    let mut out = String::new();
    let mut previous_upper = true;
    for c in step.chars().filter(char::is_ascii_alphanumeric) {
        if c.is_ascii_uppercase() && !previous_upper {
            out.push('_');
        }
        previous_upper = c.is_ascii_uppercase();
        out.push(c.to_ascii_uppercase());
    }
    out
}
