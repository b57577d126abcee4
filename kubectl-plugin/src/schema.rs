//! `lint --schema`: documents of any kind against CRDs and JSON Schemas, at the exact place.
//!
//! A CRD carries its group, version and kind. A JSON Schema is known by its file's name, as
//! kubeconform has it: `<kind>_<version>.json`, `<kind>-<group>-<version>.json`, in a folder named
//! after the group or not. A schema is compiled when the first document asks for it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use jsonschema::paths::LocationSegment;
use kubectl_oci_core::diag::{Diagnostic, Severity};
use kubectl_oci_core::lint::{Foreign, Linter};
use kubectl_oci_core::model::{File, Kind, Kinds, Object, ObjectEntry, Origin, is_opaque};
use kubectl_oci_core::render::Failure;
use kubectl_oci_core::text::Span;
use kubectl_oci_core::yaml::{self, Node};
use serde_json::Value;

use crate::error::{Error, Result, words};

const RULE: &str = "schema-mismatch";

/// The schemas of a run, by what they are for.
#[derive(Default)]
pub(crate) struct Schemas {
    /// `group/version/Kind` of CRDs; a core group is empty.
    by_kind: BTreeMap<String, Schema>,
    /// Names of JSON Schema files without `.json`, in lower case; with their folder before them
    /// where that is named like a group.
    by_name: BTreeMap<String, Schema>,
}

struct Schema {
    /// The file, for messages.
    path: String,
    /// What it says; `None` where the file is read when first asked for.
    value: Option<Value>,
    is_crd: bool,
    compiled: OnceLock<std::result::Result<Validator, String>>,
}

impl Schemas {
    /// Looks up the schemas that the command line names: files, and folders with all below them.
    ///
    /// # Errors
    ///
    /// Where one cannot be read, or nothing in them is a schema.
    pub(crate) fn find(paths: &[PathBuf]) -> Result<Self> {
        let mut out = Self::default();
        for path in paths {
            let before = out.by_kind.len() + out.by_name.len();
            if path.is_dir() {
                let mut files: Vec<PathBuf> = ignore::WalkBuilder::new(path)
                    .standard_filters(false)
                    .build()
                    .filter_map(|entry| Some(entry.ok()?.into_path()))
                    .filter(|path| path.is_file())
                    .collect();
                files.sort();
                for file in &files {
                    out.add(file)?;
                }
            } else {
                out.add(path)?;
            }
            if out.by_kind.len() + out.by_name.len() == before {
                let message = format!("{} holds no schema", path.display());
                return Err(Error::usage(message, "name CRDs, or JSON Schemas called <kind>_<version>.json"));
            }
        }
        Ok(out)
    }

    fn add(&mut self, path: &Path) -> Result<()> {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_ascii_lowercase();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("yaml" | "yml") => self.add_crds(path, &read(path)?),
            Some("json") => {
                let text = read(path)?;
                if text.contains("CustomResourceDefinition") {
                    self.add_crds(path, &text);
                } else {
                    let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str());
                    if let Some(group) = folder.filter(|name| name.contains('.')) {
                        self.by_name.insert(format!("{group}/{stem}"), Schema::of(path, None, false));
                    }
                    self.by_name.insert(stem, Schema::of(path, None, false));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn add_crds(&mut self, path: &Path, text: &str) {
        let tree = yaml::parse(text);
        for root in (0..tree.documents().len()).filter_map(|document| tree.root(text, document)) {
            let Ok(crd) = yaml::to_json(root) else { continue };
            let spec = &crd["spec"];
            let (Some(group), Some(kind)) = (spec["group"].as_str(), spec["names"]["kind"].as_str()) else { continue };
            for version in spec["versions"].as_array().into_iter().flatten() {
                let Some(name) = version["name"].as_str() else { continue };
                let mut schema = version["schema"]["openAPIV3Schema"].clone();
                if schema.is_object() {
                    strict(&mut schema, true);
                    self.by_kind.insert(format!("{group}/{name}/{kind}"), Schema::of(path, Some(schema), true));
                }
            }
        }
    }

    /// The schema for a kind; an exact one before one by its short name.
    fn of(&self, api_version: &str, kind: &str) -> Option<&Schema> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let exact = self.by_kind.get(&format!("{group}/{version}/{kind}"));
        let kind = kind.to_ascii_lowercase();
        let short = group.split('.').next().unwrap_or_default();
        let names = match group {
            "" => [format!("{kind}_{version}"), format!("{kind}-{version}"), String::new(), String::new()],
            _ => [
                format!("{group}/{kind}_{version}"),
                format!("{kind}_{version}"),
                format!("{kind}-{short}-{version}"),
                format!("{kind}-{version}"),
            ],
        };
        exact.or_else(|| names.iter().chain([&kind]).find_map(|name| self.by_name.get(name)))
    }

    /// What does not fit in the documents of a file whose kinds have no table of our own.
    pub(crate) fn check<'f>(&self, file: &'f File, linter: &Linter<'f>) -> Foreign {
        let mut out = Foreign::default();
        for document in 0..file.tree.documents().len() {
            if let Some(root) = file.root(document).filter(|_| file.tree.documents()[document].error.is_none()) {
                self.check_object(file, document, root, linter, &mut out);
            }
        }
        out
    }

    fn check_object<'f>(
        &self,
        file: &'f File,
        document: usize,
        root: Node<'f>,
        linter: &Linter<'f>,
        out: &mut Foreign,
    ) {
        let text = |key: &str| root.get(key).map_or("", Node::text);
        let (api_version, kind) = (text("apiVersion"), text("kind"));
        if kind.ends_with("List") && root.get("items").is_some_and(Node::is_sequence) {
            for item in root.get("items").into_iter().flat_map(Node::items) {
                self.check_object(file, document, item, linter, out);
            }
            return;
        }
        if Kinds::FLUX.has(Kind::of(api_version, kind)) {
            return;
        }
        let Some(schema) = self.of(api_version, kind) else { return };
        let document = u32::try_from(document).unwrap_or(u32::MAX);
        let entry = ObjectEntry::new(root, document, Kind::Foreign, Origin::Document);
        let object = Object { file, entry };
        let Ok(mut value) = yaml::to_json(root) else { return };
        if object.is_encrypted() {
            return;
        }
        out.documents += 1;
        let validator = match schema.validator() {
            Ok(validator) => validator,
            Err(why) => {
                let place = object.place();
                out.diagnostics.push(finding(
                    object,
                    place.span,
                    format!("the schema {} is of no use: {why}", schema.path),
                ));
                return;
            }
        };
        if schema.is_crd {
            drop_nulls(&mut value);
        }
        let is_part = linter.surroundings().is_fragment(linter.set(), object);
        for error in validator.iter_errors(&value) {
            if let Some(place) = Place::of(root, &error) {
                place.report(object, &error, schema, is_part, &mut out.diagnostics);
            }
        }
    }
}

impl Schema {
    fn of(path: &Path, value: Option<Value>, is_crd: bool) -> Self {
        Self { path: path.display().to_string(), value, is_crd, compiled: OnceLock::new() }
    }

    fn validator(&self) -> std::result::Result<&Validator, &str> {
        let compiled = self.compiled.get_or_init(|| {
            let value = match &self.value {
                Some(value) => value.clone(),
                None => {
                    let text = std::fs::read_to_string(&self.path).map_err(|error| words(&error))?;
                    serde_json::from_str(&text).map_err(|error| error.to_string())?
                }
            };
            jsonschema::options().should_validate_formats(false).build(&value).map_err(|error| error.to_string())
        });
        compiled.as_ref().map_err(String::as_str)
    }
}

/// A file that is parsed whatever it holds: [`kubectl_oci_core::lint::read`] leaves out what cannot
/// be ours.
pub(crate) fn parsed(mut file: File) -> File {
    if file.tree.documents().is_empty() && file.masked.is_none() {
        file.tree = yaml::parse(&file.text);
    }
    file
}

/// Where in a document an error is.
struct Place<'a> {
    key: Option<Node<'a>>,
    node: Node<'a>,
    route: String,
}

impl<'a> Place<'a> {
    fn of(root: Node<'a>, error: &jsonschema::ValidationError<'_>) -> Option<Self> {
        let mut place = Self { key: None, node: root, route: String::new() };
        for segment in error.instance_path().iter() {
            match segment {
                LocationSegment::Property(name) => {
                    let entry = place.node.entry(&name)?;
                    place.key = Some(entry.key);
                    place.node = entry.value;
                    if !place.route.is_empty() {
                        place.route.push('.');
                    }
                    place.route.push_str(&name);
                }
                LocationSegment::Index(index) => {
                    place.node = place.node.items().nth(index)?;
                    place.route.push_str(&format!("[{index}]"));
                }
            }
        }
        Some(place)
    }

    fn report(
        &self,
        object: Object<'_>,
        error: &jsonschema::ValidationError<'_>,
        schema: &Schema,
        is_part: bool,
        out: &mut Vec<Diagnostic>,
    ) {
        // What is filled in later may be anything; a key that is may be any field.
        let unknown = match error.kind() {
            ValidationErrorKind::AdditionalProperties { .. } => false,
            ValidationErrorKind::Required { .. } => self.node.entries().any(|entry| is_opaque(entry.key.text())),
            _ => holds_opaque(self.node),
        };
        if unknown {
            return;
        }
        let whole = if self.route.is_empty() { "the object" } else { self.route.as_str() };
        let why = format!("it does not fit the schema {}", schema.path);
        let mut push = |span: Span, message: String| {
            let mut found = finding(object, span, message);
            found.why(why.clone());
            out.push(found);
        };
        match error.kind() {
            ValidationErrorKind::Required { .. } if is_part => {}
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                let span = self.key.map_or_else(|| object.place().span, |key| key.span());
                push(span, format!("{whole} has no {name}"));
            }
            ValidationErrorKind::AdditionalProperties { unexpected }
            | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
                for name in unexpected.iter().filter(|name| !is_opaque(name) && !name.starts_with('$')) {
                    let key = self.node.entry(name).map_or(self.node.span(), |entry| entry.key.span());
                    push(key, format!("{whole} has no field \"{name}\""));
                }
            }
            _ if self.node.scalar().is_some() => push(self.node.span(), format!("{whole}: {error}")),
            _ => {
                let span = self.key.map_or_else(|| object.place().span, |key| key.span());
                push(span, format!("{whole}: {}", error.masked_with("the value")));
            }
        }
    }
}

fn finding(object: Object<'_>, span: Span, message: String) -> Diagnostic {
    let mut out = Diagnostic::new(RULE, Severity::Error, object.locate(span), message);
    out.object = Some(object.object_name());
    out
}

fn holds_opaque(node: Node<'_>) -> bool {
    if node.is_alias() {
        return true;
    }
    match node.scalar() {
        Some(_) => is_opaque(node.text()),
        None => {
            node.items().any(holds_opaque) || node.entries().any(|e| is_opaque(e.key.text()) || holds_opaque(e.value))
        }
    }
}

/// The API server drops them before it validates.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// A CRD's schema as JSON Schema of a strict API server: unknown fields are refused, a default
/// stands in for what is required, and what Kubernetes says in words of its own is said in JSON
/// Schema's.
fn strict(schema: &mut Value, is_root: bool) {
    let Some(map) = schema.as_object_mut() else { return };
    let free = map.get("x-kubernetes-preserve-unknown-fields") == Some(&Value::Bool(true));
    let embedded = is_root || map.get("x-kubernetes-embedded-resource") == Some(&Value::Bool(true));
    if map.get("x-kubernetes-int-or-string") == Some(&Value::Bool(true)) {
        map.insert("type".to_owned(), serde_json::json!(["integer", "string"]));
    } else if let (Some(true), Some(kind)) = (map.get("nullable").and_then(Value::as_bool), map.get("type").cloned()) {
        map.insert("type".to_owned(), Value::Array(vec![kind, Value::from("null")]));
    }
    if let (Some(properties), Some(Value::Array(_))) = (map.get("properties").cloned(), map.get("required")) {
        let has_default = |name: &Value| name.as_str().is_some_and(|name| properties[name].get("default").is_some());
        if let Some(Value::Array(required)) = map.get_mut("required") {
            required.retain(|name| !has_default(name));
        }
    }
    if let Some(Value::Object(properties)) = map.get_mut("properties") {
        properties.values_mut().for_each(|schema| strict(schema, false));
        if embedded {
            for name in ["apiVersion", "kind", "metadata"] {
                properties.entry(name).or_insert_with(|| Value::Bool(true));
            }
        }
        if is_root {
            // The controller's own.
            properties.insert("status".to_owned(), Value::Bool(true));
        }
        if !free && !map.contains_key("additionalProperties") {
            map.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = map.get_mut(key) {
            strict(inner, false);
        }
    }
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| {
        Error::input(Failure::new(format!("the schema {} could not be read", path.display())).why(words(&error)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_crd_becomes_what_a_strict_server_asks() {
        let mut schema = json!({
            "type": "object",
            "properties": {
                "spec": {
                    "type": "object",
                    "required": ["a", "b"],
                    "properties": {
                        "a": {"type": "string", "default": "x"},
                        "b": {"x-kubernetes-int-or-string": true},
                        "c": {"type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": {}},
                        "d": {"type": "object", "additionalProperties": {"type": "string"}},
                        "e": {"type": "string", "nullable": true},
                    },
                },
            },
        });
        strict(&mut schema, true);
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let fits =
            |spec: Value| validator.is_valid(&json!({"apiVersion": "v1", "kind": "K", "metadata": {}, "spec": spec}));
        assert!(fits(json!({"b": 1})));
        assert!(fits(json!({"b": "1", "c": {"any": 1}, "d": {"k": "v"}, "e": null})));
        assert!(!fits(json!({})));
        assert!(!fits(json!({"b": true})));
        assert!(!fits(json!({"b": 1, "unknown": 1})));
        assert!(!fits(json!({"b": 1, "d": {"k": 1}})));
    }

    #[test]
    fn schemas_are_found_by_the_names_that_people_give_them() {
        let mut schemas = Schemas::default();
        for name in ["widget_v1", "gadget-example-v2", "example.com/thing_v1", "pod-v1"] {
            schemas.by_name.insert(name.to_owned(), Schema::of(Path::new(name), None, false));
        }
        let path = |api_version, kind| schemas.of(api_version, kind).map(|schema| schema.path.as_str());
        assert_eq!(path("other.io/v1", "Widget"), Some("widget_v1"));
        assert_eq!(path("example.com/v2", "Gadget"), Some("gadget-example-v2"));
        assert_eq!(path("example.com/v1", "Thing"), Some("example.com/thing_v1"));
        assert_eq!(path("v1", "Pod"), Some("pod-v1"));
        assert_eq!(path("example.com/v1", "Gadget"), None);
    }
}
