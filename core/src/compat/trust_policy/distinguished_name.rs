//! Distinguished names, as notation reads them: go-ldap 3.4.10's `ParseDN`, and notation's rules on
//! top.

use crate::collections::IndexMap;
use crate::compat::go::unicode::is_printable;
use crate::compat::quote::{quoted, quoted_bytes};

/// Attributes by type. Bytes, since a value may be escaped byte by byte.
pub(super) type DistinguishedName = IndexMap<Vec<u8>, Vec<u8>>;

/// Reads a name: attributes apart by `,` or `;`, each type once, country, state and organization
/// among them. The error is notation's.
pub(super) fn parse(name: &str) -> Result<DistinguishedName, String> {
    let subject = quoted(name);
    if name.contains("=#") {
        return Err(format!(
            "unsupported distinguished name (DN) {subject}: notation does not support x509.subject identities containing \"=#\""
        ));
    }
    let attributes = parse_attributes(name).map_err(|words| format!("parsing distinguished name (DN) {subject} failed with err: {words}. A valid DN must contain 'C', 'ST' or 'S', and 'O' RDN attributes at a minimum, and follow RFC 4514 standard"))?;
    let mut parsed = DistinguishedName::new();
    for attribute in attributes {
        if attribute.shares_its_rdn {
            return Err(format!(
                "distinguished name (DN) {subject} has multi-valued RDN attributes, remove multi-valued RDN attributes as they are not supported"
            ));
        }
        let kind = if attribute.kind == b"S" { b"ST".to_vec() } else { attribute.kind };
        let value = parsed.or_default(kind.clone());
        if !value.is_empty() {
            let kind = quoted_bytes(&kind);
            return Err(format!(
                "distinguished name (DN) {subject} has duplicate RDN attribute for {kind}, DN can only have unique RDN attributes"
            ));
        }
        *value = attribute.value;
    }
    for mandatory in ["C", "ST", "O"] {
        if parsed.get(mandatory.as_bytes()).is_none_or(Vec::is_empty) {
            let mandatory = quoted(mandatory);
            return Err(format!(
                "distinguished name (DN) {subject} has no mandatory RDN attribute for {mandatory}, it must contain 'C', 'ST' or 'S', and 'O' RDN attributes at a minimum"
            ));
        }
    }
    Ok(parsed)
}

/// How many pairs of names are compared at most. Finding a set within another has no fast way in
/// general, and a Secret has room for 16,000 names made to be slow; those of people differ in what
/// they name, and are never compared at all.
const MOST_COMPARISONS: usize = 1_000_000;

/// The first name all of whose attributes another name has as well, and the first such other. None is
/// found beyond [`MOST_COMPARISONS`].
///
/// Only names that share the rarest attribute of the first are compared with it, so that many
/// identities cost little.
pub(super) fn first_overlap(names: &[&DistinguishedName]) -> Option<(usize, usize)> {
    let mut holders: IndexMap<(&[u8], &[u8]), Vec<usize>> = IndexMap::new();
    for (index, name) in names.iter().enumerate() {
        for (kind, value) in name.iter() {
            holders.or_default((kind, value)).push(index);
        }
    }
    let mut left = MOST_COMPARISONS;
    for (part, name) in names.iter().enumerate() {
        // One with a value: an empty one is equal to a missing one.
        let values = name.iter().filter(|(_, value)| !value.is_empty());
        let rarest = values
            .filter_map(|(kind, value)| holders.get(&(kind.as_slice(), value.as_slice())))
            .min_by_key(|indices| indices.len());
        for &whole in rarest.map_or(&[][..], Vec::as_slice) {
            if whole == part {
                continue;
            }
            left = left.checked_sub(1)?;
            if names.get(whole).is_some_and(|whole| is_subset(name, whole)) {
                return Some((part, whole));
            }
        }
    }
    None
}

fn is_subset(part: &DistinguishedName, whole: &DistinguishedName) -> bool {
    part.iter().all(|(kind, value)| value == whole.get(kind).map_or(&[][..], Vec::as_slice))
}

struct Attribute {
    kind: Vec<u8>,
    value: Vec<u8>,
    /// Whether it stands in a relative name with others, `C=US+ST=WA`.
    shares_its_rdn: bool,
}

fn parse_attributes(name: &str) -> Result<Vec<Attribute>, String> {
    let mut attributes = Vec::new();
    if name.trim().is_empty() {
        return Ok(attributes);
    }
    let (mut kind, mut start, mut escaping) = (Vec::new(), 0, false);
    let mut joined = false;
    for (at, byte) in name.bytes().enumerate() {
        match byte {
            _ if escaping => escaping = false,
            b'\\' => escaping = true,
            b'=' if kind.is_empty() => {
                kind = unescape(name.get(start..at).unwrap_or_default())?;
                start = at + 1;
            }
            b',' | b'+' | b';' => {
                if kind.is_empty() {
                    return Err("incomplete type, value pair".to_owned());
                }
                attributes.push(Attribute {
                    kind: std::mem::take(&mut kind),
                    value: unescape(name.get(start..at).unwrap_or_default())?,
                    shares_its_rdn: joined || byte == b'+',
                });
                joined = byte == b'+';
                start = at + 1;
            }
            _ => {}
        }
    }
    if kind.is_empty() {
        return Err("DN ended with incomplete type, value pair".to_owned());
    }
    attributes.push(Attribute {
        kind,
        value: unescape(name.get(start..).unwrap_or_default())?,
        shares_its_rdn: joined,
    });
    Ok(attributes)
}

/// Takes the blanks off both ends and resolves the escapes.
fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut trimmed = text.trim_matches(' ');
    if trimmed.ends_with('\\') && text.ends_with(' ') {
        // The blank behind a backslash is an escaped one. What was trimmed began where it did.
        let leading = text.len() - text.trim_start_matches(' ').len();
        trimmed = text.get(leading..leading + trimmed.len() + 1).unwrap_or(trimmed);
    }
    let mut out = Vec::with_capacity(trimmed.len());
    let mut rest = trimmed;
    while let Some(backslash) = rest.find('\\') {
        let (plain, escape) = rest.split_at(backslash);
        out.extend_from_slice(plain.as_bytes());
        let mut characters = escape.chars();
        characters.next();
        let escaped = characters.next();
        match (escaped, characters.clone().next()) {
            (None, _) => {
                return Err(format!("got corrupted escaped character: '{trimmed}'"));
            }
            (Some(' ' | '"' | '#' | '+' | ',' | ';' | '<' | '=' | '>' | '\\'), _) => {
                out.extend(escaped.map(|character| character as u8));
            }
            (Some(first), None) => {
                return Err(format!("failed to decode escaped character: encoding/hex: invalid byte: {first}"));
            }
            (Some(first), Some(second)) => {
                characters.next();
                out.push(hex_pair(first, second)?);
            }
        }
        rest = characters.as_str();
    }
    out.extend_from_slice(rest.as_bytes());
    Ok(out)
}

fn hex_pair(first: char, second: char) -> Result<u8, String> {
    if !first.is_ascii() || !second.is_ascii() {
        return Err(format!("failed to decode escaped character: invalid byte: {first}{second}"));
    }
    let digit = |character: char| {
        let value = character.to_digit(16).and_then(|it| u8::try_from(it).ok());
        value.ok_or_else(|| {
            let code = u32::from(character);
            let shown = if is_printable(character) { format!(" '{character}'") } else { String::new() };
            format!("failed to decode escaped character: encoding/hex: invalid byte: U+{code:04X}{shown}")
        })
    };
    Ok(digit(first)? << 4 | digit(second)?)
}
