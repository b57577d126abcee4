//! A node as the JSON that kubectl would send.

use serde_json::{Map, Number, Value};

use crate::text::Span;

use super::float;
use super::keys::{duplicate_keys, key_json};
use super::scalar::Scalar;
use super::tree::{Entry, Kind, Node};

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
    // A stack of its own: documents may nest deeper than a thread's stack likes.
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut next = Some(node);
    loop {
        let mut done = match next.take() {
            Some(node) => match open_collection(node)? {
                Some(collection) => {
                    open.push(collection);
                    None
                }
                None => Some(scalar_json(node)?),
            },
            None => None,
        };
        // Each value that is done goes into the collection around it, which may be done with it.
        loop {
            let Some(top) = open.last_mut() else { return Ok(done.unwrap_or_default()) };
            if let Some(value) = done.take() {
                top.add(value);
            }
            next = top.next()?;
            if next.is_some() {
                break;
            }
            done = open.pop().map(Open::close);
        }
    }
}

/// A collection on its way to JSON.
enum Open<'a> {
    Sequence(Vec<Value>, Option<Node<'a>>),
    Mapping { map: Map<String, Value>, entries: std::vec::IntoIter<Entry<'a>>, key: String },
}

fn open_collection(node: Node<'_>) -> Result<Option<Open<'_>>, JsonError> {
    Ok(match node.kind() {
        Kind::Scalar => None,
        Kind::Sequence => Some(Open::Sequence(Vec::new(), node.items().next())),
        Kind::Mapping => {
            check_mapping(node)?;
            let entries = node.effective_entries().into_iter();
            Some(Open::Mapping { map: Map::new(), entries, key: String::new() })
        }
    })
}

impl<'a> Open<'a> {
    /// The next item or value to convert.
    fn next(&mut self) -> Result<Option<Node<'a>>, JsonError> {
        Ok(match self {
            Self::Sequence(_, next) => {
                let item = *next;
                *next = item.and_then(Node::next_sibling);
                item
            }
            Self::Mapping { entries, key, .. } => match entries.next() {
                Some(entry) => {
                    *key = key_json(entry.key)?;
                    Some(entry.value)
                }
                None => None,
            },
        })
    }

    fn add(&mut self, value: Value) {
        match self {
            Self::Sequence(items, _) => items.push(value),
            Self::Mapping { map, key, .. } => {
                map.insert(std::mem::take(key), value);
            }
        }
    }

    fn close(self) -> Value {
        match self {
            Self::Sequence(items, _) => Value::Array(items),
            Self::Mapping { map, .. } => Value::Object(map),
        }
    }
}

fn check_mapping(mapping: Node<'_>) -> Result<(), JsonError> {
    if let Some(&duplicate) = duplicate_keys(mapping).first() {
        return Err(JsonError { span: duplicate.span(), kind: JsonErrorKind::DuplicateKey });
    }
    check_merges(mapping)
}

/// Refuses `<<` with anything but mappings, in what is merged too.
fn check_merges(mapping: Node<'_>) -> Result<(), JsonError> {
    for merge in mapping.entries().filter(|entry| entry.key.is_merge()) {
        match merge.value.kind() {
            Kind::Mapping => check_merges(merge.value)?,
            Kind::Sequence if !merge.value.is_alias() && merge.value.items().all(Node::is_mapping) => {
                merge.value.items().try_for_each(check_merges)?;
            }
            _ => return Err(JsonError { span: merge.value.span(), kind: JsonErrorKind::Merge }),
        }
    }
    Ok(())
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
        Some(Scalar::Binary(text)) => Value::from(binary_json(node, text)?),
        Some(Scalar::Mismatch) => return refuse(JsonErrorKind::Tag),
    })
}

pub(super) fn binary_json(node: Node<'_>, text: &str) -> Result<String, JsonError> {
    let refused = JsonError { span: node.span(), kind: JsonErrorKind::Tag };
    decode_base64(text).map(|bytes| lossy(&bytes)).ok_or(refused)
}

/// A scalar as the JSON that kubectl sends; texts without quotes.
///
/// # Errors
///
/// As [`to_json`].
pub fn scalar_text(node: Node<'_>) -> Result<String, JsonError> {
    let refuse = |kind| Err(JsonError { span: node.span(), kind });
    Ok(match node.scalar() {
        None | Some(Scalar::Null) => "null".to_owned(),
        Some(Scalar::Bool(value)) => value.to_string(),
        Some(Scalar::Int(value)) => value.to_string(),
        Some(Scalar::UInt(value)) => value.to_string(),
        Some(Scalar::Float(value)) if value.is_finite() => float::json(value),
        Some(Scalar::Float(_)) => return refuse(JsonErrorKind::NotANumber),
        Some(Scalar::String(text)) => text.to_owned(),
        Some(Scalar::Binary(text)) => binary_json(node, text)?,
        Some(Scalar::Mismatch) => return refuse(JsonErrorKind::Tag),
    })
}

/// Why a node has no JSON form, if it has none: the error of [`to_json`], without the value.
pub fn json_error(node: Node<'_>) -> Option<JsonError> {
    // A stack of its own, as there.
    let mut open = vec![Part::Value(node)];
    while let Some(part) = open.pop() {
        let node = match part {
            Part::Key(entry) => match key_json(entry.key) {
                Ok(_) => entry.value,
                Err(error) => return Some(error),
            },
            Part::Value(node) => node,
        };
        match node.kind() {
            // All other scalars are JSON, whatever their length.
            Kind::Scalar => {
                if let Some(Scalar::Float(_) | Scalar::Binary(_) | Scalar::Mismatch) = node.scalar()
                    && let Err(error) = scalar_text(node)
                {
                    return Some(error);
                }
            }
            Kind::Sequence => {
                let first = open.len();
                open.extend(node.items().map(Part::Value));
                reverse_from(&mut open, first);
            }
            Kind::Mapping => {
                if let Err(error) = check_mapping(node) {
                    return Some(error);
                }
                let first = open.len();
                open.extend(node.effective_entries().into_iter().map(Part::Key));
                reverse_from(&mut open, first);
            }
        }
    }
    None
}

/// What [`json_error`] still has to look at.
enum Part<'a> {
    Value(Node<'a>),
    Key(Entry<'a>),
}

/// What is popped first has to be pushed last.
fn reverse_from(open: &mut [Part<'_>], first: usize) {
    open.get_mut(first..).unwrap_or_default().reverse();
}

/// Bytes as Go's `encoding/json` writes a string of them: U+FFFD for each that is not UTF-8.
fn lossy(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_the_same_with_and_without_the_value() {
        let texts = "a: .nan|? [a]\n: 1|a: {b: 1, b: 2}|a: !!int x|<<: 1|? {a: .inf}\n: !!int x|null: 1\nb: .inf|[1, [.inf], !!int x]\
            |a: 1.50|- - a: !!binary '?'|{a: [1, {b: .nan, c: 1, c: 2}]}|&a [*a]|a: &b [.inf]\nc: *b|1.5: 2|9999999999999999999: 1";
        for text in texts.split('|') {
            let tree = crate::yaml::parse(text);
            let root = tree.root(text, 0);
            let error = root.and_then(|root| to_json(root).err());
            assert_eq!(root.and_then(json_error), error, "{text}");
        }
    }
}
