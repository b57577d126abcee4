//! What the tables are made of.

use super::{Pattern, Validation};

/// What a value must be: a node of a CRD's structural schema.
///
/// Only what Flux's CRDs use has a place here; the generator refuses a CRD that uses more.
#[derive(Debug)]
pub enum Schema {
    /// Anything: `x-kubernetes-preserve-unknown-fields` without a type.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer {
        /// The largest one allowed; `i64::MAX` where the schema sets no bound.
        maximum: i64,
    },
    /// Text.
    String(Words),
    /// A mapping with known fields.
    Object {
        /// Its fields, sorted by name.
        fields: &'static [Field],
        /// Those that must be there, each a bit by its position.
        required: u64,
        /// What else must hold between them.
        validations: &'static [Validation],
    },
    /// A mapping with any keys and values of one schema.
    Map(&'static Schema),
    /// A mapping that may hold anything: `x-kubernetes-preserve-unknown-fields`.
    FreeObject,
    /// A sequence.
    List {
        /// What each item must be.
        items: &'static Schema,
        /// The fewest items allowed.
        min_items: u16,
        /// The most items allowed; `u16::MAX` where the schema sets no bound.
        max_items: u16,
        /// What else must hold between the items.
        validations: &'static [Validation],
    },
}

/// What a text must be.
#[derive(Debug)]
pub struct Words {
    /// The values allowed; empty for any.
    pub one_of: &'static [&'static str],
    /// The pattern it must match.
    pub pattern: Option<Pattern>,
    /// The fewest characters allowed.
    pub min_length: u16,
    /// The most characters allowed; `u16::MAX` where the schema sets no bound.
    pub max_length: u16,
}

/// A field of a mapping.
#[derive(Debug)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// What its value must be.
    pub schema: &'static Schema,
    /// True where the mapping must have it.
    pub required: bool,
    /// What the API server puts where it is missing or null, as YAML.
    pub default: Option<&'static str>,
}

/// A schema's type, as the API server names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The names are JSON Schema's own.
pub enum Type {
    Boolean,
    Integer,
    String,
    Object,
    Array,
}

impl Type {
    /// As the API server spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::String => "string",
            Self::Object => "object",
            Self::Array => "array",
        }
    }

    /// As a person says it: "a string", "a list".
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Boolean => "true or false",
            Self::Integer => "a whole number",
            Self::String => "a string",
            Self::Object => "a mapping",
            Self::Array => "a list",
        }
    }
}

impl Schema {
    /// A mapping's fields; none for anything else.
    pub fn fields(&self) -> &'static [Field] {
        match self {
            Self::Object { fields, .. } => fields,
            _ => &[],
        }
    }

    /// A mapping's field of a name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        let fields = self.fields();
        let index = fields.binary_search_by(|field| field.name.cmp(name)).ok()?;
        fields.get(index)
    }

    /// What a text must be; `None` for anything but a text.
    pub fn words(&self) -> Option<&Words> {
        match self {
            Self::String(words) => Some(words),
            _ => None,
        }
    }

    /// The type that a value must have; `None` where any will do.
    pub fn expected(&self) -> Option<Type> {
        Some(match self {
            Self::Any => return None,
            Self::Boolean => Type::Boolean,
            Self::Integer { .. } => Type::Integer,
            Self::String(_) => Type::String,
            Self::Object { .. } | Self::Map(_) | Self::FreeObject => Type::Object,
            Self::List { .. } => Type::Array,
        })
    }

    /// The schema of what a step of a route leads to: a key of a mapping, or the number of an item.
    pub fn step(&self, step: &str) -> Option<&'static Schema> {
        match self {
            Self::Object { .. } => self.field(step).map(|field| field.schema),
            Self::Map(values) => Some(values),
            Self::List { items, .. } => Some(items),
            _ => None,
        }
    }
}

/// A text without further conditions.
pub(super) const TEXT: Schema = words(&[], None, 0, u16::MAX);

/// A text with conditions.
pub(super) const fn words(
    one_of: &'static [&'static str],
    pattern: Option<Pattern>,
    min_length: u16,
    max_length: u16,
) -> Schema {
    Schema::String(Words { one_of, pattern, min_length, max_length })
}

/// A mapping with known fields, 64 at most.
pub(super) const fn object(fields: &'static [Field], validations: &'static [Validation]) -> Schema {
    let mut required = 0;
    let mut at = 0;
    while at < fields.len() {
        // The API server fills in a default before it looks for what is missing.
        if fields[at].required && fields[at].default.is_none() {
            required |= 1 << at;
        }
        at += 1;
    }
    Schema::Object { fields, required, validations }
}

/// A list without further conditions.
pub(super) const fn list(items: &'static Schema) -> Schema {
    Schema::List { items, min_items: 0, max_items: u16::MAX, validations: &[] }
}

/// A field that may be left out.
pub(super) const fn optional(name: &'static str, schema: &'static Schema) -> Field {
    Field { name, schema, required: false, default: None }
}

/// A field that must be there.
pub(super) const fn required(name: &'static str, schema: &'static Schema) -> Field {
    Field { name, schema, required: true, default: None }
}

impl Field {
    /// The same, with what the API server puts where it is missing.
    pub(super) const fn or(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }
}
