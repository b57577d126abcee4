//! What is wrong with an object by its schema.

use super::types::{Field, Schema, Type};
use super::{Pattern, Validation};
use crate::collections::Gather;
use crate::compat::quote::quoted;
use crate::yaml::Node;

/// A violation of an object's schema.
#[derive(Debug, Clone)]
pub struct SchemaError<'a> {
    /// What is wrong.
    pub kind: SchemaErrorKind<'a>,
    /// Where, as the API server writes it: `spec.verify.matchOIDCIdentity[0].subject`.
    pub route: String,
    /// The key whose value is at fault; `None` for an item of a list. For a missing field, the key
    /// of the mapping that lacks it.
    pub key: Option<Node<'a>>,
    /// The value at fault. For a missing field, and for a rule between fields, the mapping.
    pub node: Node<'a>,
    /// What the value must be. For an unknown field, what the mapping around it must be.
    pub schema: &'static Schema,
    /// True where a value further out has the wrong type: that is the mistake, this follows from it.
    pub follows: bool,
}

/// The kinds of violations.
#[derive(Debug, Clone, Copy)]
pub enum SchemaErrorKind<'a> {
    /// A key that the schema does not have.
    UnknownField {
        /// The key.
        name: &'a str,
    },
    /// A field that must be there and is not.
    Required {
        /// The field.
        field: &'static Field,
    },
    /// A value of another type.
    TypeInvalid {
        /// The type it must have.
        expected: Type,
        /// The type it has, as the API server names it; "null" too.
        found: &'static str,
    },
    /// A text that is none of those allowed.
    NotSupported {
        /// Those allowed.
        allowed: &'static [&'static str],
    },
    /// A text that does not match.
    Pattern(Pattern),
    /// A text of too few characters.
    TooShort {
        /// The fewest allowed.
        least: u16,
    },
    /// A text of too many characters.
    TooLong {
        /// The most allowed.
        most: u16,
    },
    /// A list of too few items.
    TooFew {
        /// The fewest allowed.
        least: u16,
    },
    /// A list of too many items.
    TooMany {
        /// The most allowed.
        most: u16,
        /// How many there are.
        found: usize,
    },
    /// A number above the bound, or one that no 64 bits hold.
    TooBig {
        /// The largest allowed.
        most: i64,
    },
    /// A rule between fields that does not hold.
    Validation(Validation),
}

impl SchemaErrorKind<'_> {
    /// The API server's name for the kind of error; empty for an unknown field, which a strict one
    /// refuses before it validates. Source: apimachinery `field.ErrorType`.
    pub fn api_type(self) -> &'static str {
        match self {
            Self::UnknownField { .. } => "",
            Self::Required { .. } => "FieldValueRequired",
            Self::TypeInvalid { .. } => "FieldValueTypeInvalid",
            Self::NotSupported { .. } => "FieldValueNotSupported",
            Self::TooLong { .. } => "FieldValueTooLong",
            Self::TooMany { .. } => "FieldValueTooMany",
            Self::Pattern(_)
            | Self::TooShort { .. }
            | Self::TooFew { .. }
            | Self::TooBig { .. }
            | Self::Validation(_) => "FieldValueInvalid",
        }
    }
}

impl SchemaError<'_> {
    /// What the API server says. Source: apimachinery `field.Error`, kube-openapi `errors`.
    pub fn api_message(&self) -> String {
        let route = &self.route;
        let text = self.node.text();
        let invalid = |value: &str, detail: String| format!("{route}: Invalid value: {value}: {detail}");
        let quoted = quoted(text).to_string();
        match self.kind {
            SchemaErrorKind::UnknownField { .. } => format!("strict decoding error: unknown field \"{route}\""),
            SchemaErrorKind::Required { .. } => format!("{route}: Required value"),
            SchemaErrorKind::TypeInvalid { expected, found } => invalid(
                &format!("\"{found}\""),
                format!("{route} in body must be of type {}: \"{found}\"", expected.as_str()),
            ),
            SchemaErrorKind::NotSupported { allowed } => {
                let allowed: Vec<String> = allowed.iter().map(|value| format!("\"{value}\"")).gather();
                format!("{route}: Unsupported value: {quoted}: supported values: {}", allowed.join(", "))
            }
            SchemaErrorKind::Pattern(pattern) => {
                invalid(&quoted, format!("{route} in body should match '{}'", pattern.source()))
            }
            SchemaErrorKind::TooShort { least } => {
                invalid(&quoted, format!("{route} in body should be at least {least} chars long"))
            }
            SchemaErrorKind::TooLong { most } => {
                format!("{route}: Too long: may not be more than {most} bytes")
            }
            SchemaErrorKind::TooFew { least } => {
                format!("{route}: Invalid value: {route} in body should have at least {least} items")
            }
            SchemaErrorKind::TooMany { most, found } => {
                format!("{route}: Too many: {found}: must have at most {most} items")
            }
            SchemaErrorKind::TooBig { most } => {
                invalid(text, format!("{route} in body should be less than or equal to {most}"))
            }
            SchemaErrorKind::Validation(validation) => format!("{route}: Invalid value: {}", validation.message()),
        }
    }
}
