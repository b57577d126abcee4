//! A node as the JSON that kubectl would send.

use serde_json::{Map, Number, Value};

use crate::text::Span;

use super::scalar::Scalar;
use super::tree::{Kind, Node};

/// Why a document has no JSON form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// The key or value at fault.
    pub span: Span,
    /// What is wrong with it.
    pub kind: JsonErrorKind,
}

/// What is wrong with a value that JSON cannot hold, or that a strict reader refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonErrorKind {
    /// A key that was there before.
    DuplicateKey,
    /// A mapping, sequence or null as a key.
    Key,
    /// Infinity or not-a-number.
    NotANumber,
    /// A tag that does not fit its value.
    Tag,
    /// `<<` with anything but mappings.
    Merge,
}

/// The JSON of a node. Source: sigs.k8s.io/yaml `YAMLToJSONStrict`; a key that overrides a merged
/// one is accepted, as it is by every reader that people use before the API server.
///
/// # Errors
///
/// Where a strict reader refuses the value.
pub fn to_json(node: Node<'_>) -> Result<Value, JsonError> {
    match node.kind() {
        Kind::Scalar => scalar_json(node),
        Kind::Sequence => node.items().map(to_json).collect::<Result<Vec<_>, _>>().map(Value::Array),
        Kind::Mapping => {
            if let Some(&duplicate) = duplicate_keys(node).first() {
                return Err(JsonError { span: duplicate.span(), kind: JsonErrorKind::DuplicateKey });
            }
            if let Some(merge) = node.entries().find(|entry| entry.key.is_merge()) {
                check_merge(merge.value)?;
            }
            let mut map = Map::new();
            for entry in node.effective_entries() {
                map.insert(key_json(entry.key)?, to_json(entry.value)?);
            }
            Ok(Value::Object(map))
        }
    }
}

fn check_merge(value: Node<'_>) -> Result<(), JsonError> {
    let fits = match value.kind() {
        Kind::Mapping => true,
        Kind::Sequence => value.items().all(Node::is_mapping),
        Kind::Scalar => false,
    };
    if fits { Ok(()) } else { Err(JsonError { span: value.span(), kind: JsonErrorKind::Merge }) }
}

fn scalar_json(node: Node<'_>) -> Result<Value, JsonError> {
    let refuse = |kind| Err(JsonError { span: node.span(), kind });
    Ok(match node.scalar() {
        None | Some(Scalar::Null) => Value::Null,
        Some(Scalar::Bool(value)) => Value::Bool(value),
        Some(Scalar::Int(value)) => Value::from(value),
        Some(Scalar::UInt(value)) => Value::from(value),
        Some(Scalar::Float(value)) => match Number::from_f64(value) {
            Some(number) => Value::Number(number),
            None => return refuse(JsonErrorKind::NotANumber),
        },
        Some(Scalar::String(text)) => Value::from(text),
        Some(Scalar::Binary(text)) => match decode_base64(text).and_then(|bytes| String::from_utf8(bytes).ok()) {
            Some(text) => Value::from(text),
            None => return refuse(JsonErrorKind::Tag),
        },
        Some(Scalar::Mismatch) => return refuse(JsonErrorKind::Tag),
    })
}

/// A key as a string. Source: sigs.k8s.io/yaml `convertToJSONableObject`, which knows no unsigned
/// numbers and writes fractions with 32 bits.
fn key_json(key: Node<'_>) -> Result<String, JsonError> {
    let refuse = || Err(JsonError { span: key.span(), kind: JsonErrorKind::Key });
    match key.scalar() {
        None | Some(Scalar::Null | Scalar::UInt(_)) => refuse(),
        Some(Scalar::Float(value)) => Ok(float_key(value as f32)),
        Some(_) => match scalar_json(key)? {
            Value::String(text) => Ok(text),
            value => Ok(value.to_string()),
        },
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
    let shortest = format!("{value:e}");
    let (digits, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
        _ => value.to_string(),
    }
}

/// The keys of a mapping that stand there a second time, typed as a strict reader compares them
/// (`1` and `"1"` are two keys, `yes` and `true` are one).
pub fn duplicate_keys(node: Node<'_>) -> Vec<Node<'_>> {
    // Most mappings are small: comparing all pairs beats any set. Large ones are sorted.
    let keys: Vec<Node<'_>> = node.entries().map(|entry| entry.key).filter(|key| key.kind() == Kind::Scalar).collect();
    let mut found = Vec::new();
    if keys.len() <= 24 {
        for (index, key) in keys.iter().enumerate() {
            if keys.iter().take(index).any(|before| before.text().len() == key.text().len() && same_key(*before, *key))
            {
                found.push(*key);
            }
        }
        return found;
    }
    let mut sorted: Vec<(&str, usize)> = keys.iter().enumerate().map(|(index, key)| (key.text(), index)).collect();
    sorted.sort_unstable();
    for (at, &(text, index)) in sorted.iter().enumerate() {
        let earlier = sorted.iter().take(at).rev().take_while(|(other, _)| *other == text);
        let Some(&key) = keys.get(index) else { continue };
        if earlier.into_iter().take(64).any(|&(_, other)| keys.get(other).is_some_and(|other| same_key(*other, key))) {
            found.push(key);
        }
    }
    found.sort_by_key(|key| key.span());
    found
}

fn same_key(a: Node<'_>, b: Node<'_>) -> bool {
    a.text() == b.text() && a.scalar() == b.scalar()
}

/// Standard base64 with padding, line breaks allowed; `None` for anything else. As `!!binary` wants it.
pub fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut have, mut padding) = (0u32, 0, 0);
    for byte in text.bytes().filter(|b| !matches!(b, b'\r' | b'\n')) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                padding += 1;
                continue;
            }
            _ => return None,
        };
        if padding > 0 {
            return None;
        }
        bits = (bits << 6) | u32::from(value);
        have += 1;
        if have == 4 {
            out.extend_from_slice(&bits.to_be_bytes()[1..]);
            (bits, have) = (0, 0);
        }
    }
    match (have, padding) {
        (0, 0) => {}
        (2, 2) => out.push((bits >> 4) as u8),
        (3, 1) => out.extend_from_slice(&[(bits >> 10) as u8, (bits >> 2) as u8]),
        _ => return None,
    }
    Some(out)
}
