//! Keys as JSON and a strict reader have them.

use std::borrow::Cow;

use crate::collections::{Arrange, Gather};

use super::float;
use super::json::{JsonError, JsonErrorKind, binary_json, decode_base64, scalar_text};
use super::scalar::Scalar;
use super::tree::Node;

/// A key as a string. Source: sigs.k8s.io/yaml `convertToJSONableObject`, which knows no unsigned
/// numbers and writes fractions with 32 bits.
pub(super) fn key_json(key: Node<'_>) -> Result<String, JsonError> {
    match key.scalar() {
        None | Some(Scalar::Null | Scalar::UInt(_)) => Err(JsonError { span: key.span(), kind: JsonErrorKind::Key }),
        Some(Scalar::Float(value)) => Ok(float_key(value as f32)),
        Some(Scalar::String(text)) => Ok(text.to_owned()),
        Some(Scalar::Binary(text)) => binary_json(key, text),
        Some(_) => scalar_text(key),
    }
}

/// A number as Go's `strconv.FormatFloat(value, 'g', -1, 32)` writes it.
fn float_key(value: f32) -> String {
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    float::general_32(value)
}

/// A key as a strict reader compares it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    Bool(bool),
    Int(i64),
    UInt(u64),
    /// The bits of a number: positive zero for both.
    Float(u64),
    Text(Cow<'a, [u8]>),
}

/// `None` where a key equals no other: null, not-a-number, lists and mappings.
fn key_of(node: Node<'_>) -> Option<Key<'_>> {
    Some(match node.scalar()? {
        Scalar::Null | Scalar::Mismatch => return None,
        Scalar::Bool(value) => Key::Bool(value),
        Scalar::Int(value) => Key::Int(value),
        Scalar::UInt(value) => Key::UInt(value),
        Scalar::Float(value) if value.is_nan() => return None,
        Scalar::Float(value) => Key::Float((value + 0.0).to_bits()),
        Scalar::String(text) => Key::Text(Cow::Borrowed(text.as_bytes())),
        Scalar::Binary(text) => Key::Text(Cow::Owned(decode_base64(text)?)),
    })
}

/// The keys of a mapping that stand there a second time, typed as a strict reader compares them:
/// `1` and `"1"` are two keys, `yes` and `true` are one. `<<` may stand there any number of times.
pub fn duplicate_keys(node: Node<'_>) -> Vec<Node<'_>> {
    let keys: Vec<Node<'_>> = node.entries().map(|entry| entry.key).filter(|key| !key.is_merge()).gather();
    let mut sorted: Vec<(Key<'_>, usize)> =
        keys.iter().enumerate().filter_map(|(index, &key)| Some((key_of(key)?, index))).gather();
    sorted.arrange();
    let mut again: Vec<usize> = sorted
        .iter()
        .zip(sorted.iter().skip(1))
        .filter(|((first, _), (second, _))| first == second)
        .map(|(_, &(_, index))| index)
        .gather();
    again.arrange();
    again.into_iter().filter_map(|index| keys.get(index).copied()).gather()
}
