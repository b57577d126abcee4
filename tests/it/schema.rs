//! The schema tables and their walker: against a general JSON Schema validator over the CRDs
//! themselves, against Go's regular expressions, and that every ported rule is broken somewhere.

#![allow(clippy::print_stderr)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jsonschema::error::ValidationErrorKind;
use kubectl_oci_core::compat::regex::Regex;
use kubectl_oci_core::model::schema::{self, Pattern, SchemaErrorKind};
use kubectl_oci_core::yaml;
use kubectl_oci_tests::conformance::schema::{decode_error, file};
use kubectl_oci_tests::r#gen::rules::RULES;
use kubectl_oci_tests::r#gen::schema::{VARIABLE, read_crds};
use kubectl_oci_tests::mutate::{Random, mutate};
use serde_json::{Value, json};

/// The documents of the schema vectors.
fn documents() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut out = Vec::new();
    for name in ["schema.jsonl", "schema_kinds.jsonl"] {
        let text = std::fs::read_to_string(folder.join(name)).expect("vectors");
        for line in text.lines() {
            let vector: Value = serde_json::from_str(line).expect("a vector is JSON");
            out.push(vector["in"].as_str().expect("a document").to_owned());
        }
    }
    out
}

#[test]
fn every_rule_between_fields_is_broken_by_some_vector() {
    let mut broken = BTreeSet::new();
    for text in documents() {
        for error in file(&text).objects().flat_map(schema::check) {
            if let SchemaErrorKind::Validation(rule) = error.kind {
                broken.insert(format!("{rule:?}"));
            }
        }
    }
    let missing: Vec<String> =
        RULES.iter().map(|(rule, _)| format!("{rule:?}")).filter(|rule| !broken.contains(rule)).collect();
    assert!(missing.is_empty(), "no vector breaks {missing:?}");
}

#[test]
fn patterns_match_what_their_sources_match() {
    let mut random = Random::new(3);
    let seeds = [
        "5m",
        "1h30m",
        "1.5h10ms",
        "oci://a/b",
        "https://x",
        "ssh://",
        "http:",
        "a-b",
        "a.b[12].c\\/d",
        "",
        "9s.",
        "é",
    ];
    for pattern in Pattern::ALL {
        let regex = Regex::new(pattern.source()).expect("a pattern");
        for round in 0..4_000 {
            let mut text = seeds[round % seeds.len()].to_owned();
            for _ in 0..random.below(4) {
                let pieces =
                    ["5", "m", "h", "s", "ms", ".", "-", "_", "/", ":", "oci", "http", "[1]", "]", "A", "\n", "é"];
                let mut at = random.below(text.len() + 1);
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                text.insert_str(at, pieces[random.below(pieces.len())]);
            }
            assert_eq!(pattern.matches(&text), regex.is_match(&text), "{pattern:?} {text:?}");
        }
    }
}

#[test]
fn the_tables_say_what_the_crds_say_to_a_general_validator() {
    let Some(folder) = std::env::var_os(VARIABLE) else {
        eprintln!("skipped: {VARIABLE} names no folder of Flux's CRDs");
        return;
    };
    let mut kinds = BTreeMap::new();
    for crd in read_crds(Path::new(&folder)).expect("the CRDs") {
        // The general validator takes the keywords that it knows and lets alone the rest.
        let spec = crd.schema["properties"]["spec"].clone();
        let validator = jsonschema::validator_for(&spec).expect("a schema");
        kinds.insert((format!("{}/{}", crd.group, crd.version), crd.kind), (spec, validator));
    }
    let mut random = Random::new(11);
    let (mut compared, mut failures) = (0, Vec::new());
    for text in documents() {
        for round in 0..24 {
            let text = if round == 0 { text.clone() } else { mutate(&text, &mut random) };
            let file = file(&text);
            let Some(object) = file.objects().next().filter(|_| decode_error(&file).is_none()) else { continue };
            // What is filled in later is the walker's alone to judge; the first object must be the document.
            if ["${", "<<", "{{", "{%"].iter().any(|mark| text.contains(mark))
                || file.root(0).map(|r| r.id()) != object.node().map(|n| n.id())
            {
                continue;
            }
            let key = (object.api_version().to_owned(), object.kind_name().to_owned());
            let (Some((spec, validator)), Some(node)) = (kinds.get(&key), object.at("spec")) else { continue };
            let Ok(mut value) = yaml::to_json(node) else { continue };
            if value.is_null() {
                continue;
            }
            settle(&mut value, spec);
            let mut theirs: Vec<(String, &str)> =
                validator.iter_errors(&value).map(|error| (route(&error), keyword(error.kind()))).collect();
            let mut ours: Vec<(String, &str)> = schema::check(object)
                .into_iter()
                .filter(|error| {
                    error.route == "spec" || error.route.starts_with("spec.") || error.route.starts_with("spec[")
                })
                .filter_map(|error| Some((error.route.clone(), own_keyword(&error.kind)?)))
                .collect();
            theirs.sort();
            ours.sort();
            ours.dedup();
            theirs.dedup();
            compared += 1;
            if ours != theirs {
                failures.push(format!("{text}\n  ours   {ours:?}\n  theirs {theirs:?}"));
            }
        }
    }
    assert!(compared > 5_000, "only {compared} documents were compared");
    assert!(
        failures.is_empty(),
        "{} of {compared} differ:\n{}",
        failures.len(),
        failures[..failures.len().min(10)].join("\n")
    );
}

/// What the API server does before it validates: nulls are dropped, defaults filled in.
fn settle(value: &mut Value, schema: &Value) {
    match value {
        Value::Object(map) => {
            let properties = schema["properties"].as_object();
            let values = schema.get("additionalProperties");
            let of = |key: &str| properties.and_then(|properties| properties.get(key)).or(values);
            map.retain(|key, value| !value.is_null() || of(key).is_none());
            for (key, schema) in properties.into_iter().flatten() {
                if let Some(default) = schema.get("default") {
                    map.entry(key.clone()).or_insert_with(|| default.clone());
                }
            }
            for (key, value) in map.iter_mut() {
                if let Some(schema) = of(key) {
                    settle(value, schema);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                settle(item, &schema["items"]);
            }
        }
        _ => {}
    }
}

/// A place as the API server writes it; a missing field's place is its own.
fn route(error: &jsonschema::ValidationError<'_>) -> String {
    let mut out = "spec".to_owned();
    for segment in error.instance_path().iter() {
        match segment {
            jsonschema::paths::LocationSegment::Property(name) => out.push_str(&format!(".{name}")),
            jsonschema::paths::LocationSegment::Index(index) => out.push_str(&format!("[{index}]")),
        }
    }
    if let ValidationErrorKind::Required { property } = error.kind() {
        out.push_str(&format!(".{}", property.as_str().unwrap_or_default()));
    }
    out
}

fn keyword(kind: &ValidationErrorKind) -> &'static str {
    match kind {
        ValidationErrorKind::Required { .. } => "required",
        ValidationErrorKind::Type { .. } => "type",
        ValidationErrorKind::Enum { .. } => "enum",
        // One of the three is said, the first.
        ValidationErrorKind::Pattern { .. }
        | ValidationErrorKind::MinLength { .. }
        | ValidationErrorKind::MaxLength { .. } => "text",
        ValidationErrorKind::MinItems { .. } | ValidationErrorKind::MaxItems { .. } => "items",
        ValidationErrorKind::Maximum { .. } => "maximum",
        _ => "other",
    }
}

fn own_keyword(kind: &SchemaErrorKind<'_>) -> Option<&'static str> {
    Some(match kind {
        SchemaErrorKind::UnknownField { .. } | SchemaErrorKind::Validation(_) => return None,
        SchemaErrorKind::Required { .. } => "required",
        SchemaErrorKind::TypeInvalid { .. } => "type",
        SchemaErrorKind::NotSupported { .. } => "enum",
        SchemaErrorKind::Pattern(_) | SchemaErrorKind::TooShort { .. } | SchemaErrorKind::TooLong { .. } => "text",
        SchemaErrorKind::TooFew { .. } | SchemaErrorKind::TooMany { .. } => "items",
        SchemaErrorKind::TooBig { .. } => "maximum",
    })
}

#[test]
fn a_document_is_walked_through_aliases_and_merges() {
    let text =
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: a}\nspec:\n  <<: [*none]\n";
    assert!(decode_error(&file(text)).is_some());
    let text = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: a}\nx: &x {interval: 5m, ref: &r {tag: 1.10}}\nspec:\n  <<: *x\n  url: oci://a/b\n  layerSelector: *r\n";
    let found = kubectl_oci_tests::conformance::schema::found(&file(text));
    assert_eq!(
        found,
        json!({"unknown": ["spec.layerSelector.tag", "x"], "errors": [{"field": "spec.ref.tag", "type": "FieldValueTypeInvalid"}]})
    );
}
