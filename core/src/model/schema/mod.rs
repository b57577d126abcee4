//! The structural schemas of Flux's kinds, and the walker that holds an object against them.
//!
//! The tables are generated from the CRDs of Flux 2.9 (`gen schema`); nothing of their prose is in
//! them. Errors are those of the API server by route and type: `tests/vectors/schema.jsonl`.

mod error;
mod metadata;
mod pattern;
#[rustfmt::skip]
mod tables;
mod types;
mod validation;
mod versions;
mod walk;

pub use error::{SchemaError, SchemaErrorKind};
pub use pattern::Pattern;
pub use types::{Field, Schema, Type, Words};
pub use validation::Validation;
pub use versions::{FLUX, GATES, Gate, Served, is_legacy_field, served, versions};

use super::{Kind, Object};

/// A kind's table as the generator writes it: what `spec` must be, and the rules of the root.
pub(crate) struct Generated {
    kind: Kind,
    version: &'static str,
    spec: &'static Schema,
    validations: &'static [Validation],
}

/// How much of a table counts for an object's version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// All of it.
    Full,
    /// All but the rules between fields: a version before this one, whose fields are known.
    Fields,
    /// Names and types alone: an early version with other conditions.
    Names,
}

/// What an object of some version is held against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    spec: &'static Schema,
    validations: &'static [Validation],
    strictness: Strictness,
    /// Fields that the version had and the table has not.
    legacy: &'static [&'static str],
}

/// The fields that every object has, for suggestions.
static ROOT: Schema = types::object(&ROOT_FIELDS, &[]);
static ANY: Schema = Schema::Any;
static ROOT_FIELDS: [Field; 5] = [
    types::optional("apiVersion", &ANY),
    types::optional("kind", &ANY),
    types::optional("metadata", &ANY),
    types::optional("spec", &ANY),
    types::optional("status", &ANY),
];

/// What is wrong with an object by the schema of its kind and version; nothing where no table is
/// known, and nothing for an encrypted one, whose values are unknown.
///
/// Aliases and merges are followed. A value that only a later step fills in (`${VAR}`,
/// `<< inputs.x >>`) violates nothing.
pub fn check(object: Object<'_>) -> Vec<SchemaError<'_>> {
    let (Some(generated), Some(root)) = (generated(object.kind()), object.node()) else { return Vec::new() };
    let (mut version, mut is_encrypted) = ("", false);
    for entry in root.entries() {
        match entry.key.text() {
            "apiVersion" => version = entry.value.text().rsplit('/').next().unwrap_or_default(),
            "sops" => is_encrypted = entry.value.is_mapping(),
            _ => {}
        }
    }
    match table(generated, object, version) {
        Some(table) if !is_encrypted => walk::Walker::new(object, table).run(root),
        _ => Vec::new(),
    }
}

/// What the field at a route must be, such as `spec.ref.tag`; `None` where no table knows it.
pub fn at(kind: Kind, route: &str) -> Option<&'static Schema> {
    let mut steps = route.split('.');
    let mut schema = match steps.next()? {
        "spec" => generated(kind)?.spec,
        "metadata" => &metadata::METADATA,
        _ => return None,
    };
    for step in steps {
        schema = schema.step(step)?;
    }
    Some(schema)
}

fn generated(kind: Kind) -> Option<&'static Generated> {
    tables::TABLES.iter().find(|table| table.kind == kind)
}

fn table(generated: &'static Generated, object: Object<'_>, version: &str) -> Option<Table> {
    let Generated { spec, validations, .. } = *generated;
    let (strictness, legacy): (_, &[&str]) = if version == generated.version {
        (Strictness::Full, &[])
    } else if served(object.known_kind_name(), version).is_none() {
        return None;
    } else if version.ends_with("beta1") {
        (Strictness::Names, versions::LEGACY_FIELDS)
    } else {
        (Strictness::Fields, versions::LEGACY_FIELDS)
    };
    Some(Table { spec, validations, strictness, legacy })
}
