//! PAX records: what they say about the entry behind them.

use std::collections::BTreeMap;

use super::{Found, ReadError};

/// Records by key; the last of a key counts.
#[derive(Debug, Default)]
pub(super) struct Records(BTreeMap<Vec<u8>, Vec<u8>>);

impl Records {
    /// Reads records: each its own length, a blank, key, `=`, value and a line break.
    pub(super) fn parse(mut bytes: &[u8]) -> Result<Self, ReadError> {
        let mut records = BTreeMap::new();
        while !bytes.is_empty() {
            let (key, value, rest) = split(bytes).ok_or(ReadError::Header)?;
            records.insert(key.to_vec(), value.to_vec());
            bytes = rest;
        }
        Ok(Self(records))
    }

    /// Puts them into an entry. An empty value keeps what the header says.
    pub(super) fn merge(&self, found: &mut Found) -> Result<(), ReadError> {
        for (key, value) in self.0.iter().filter(|(_, value)| !value.is_empty()) {
            match key.as_slice() {
                b"path" => found.name.clone_from(value),
                b"linkpath" => found.link.clone_from(value),
                b"uid" | b"gid" => drop(integer(value)?),
                b"atime" | b"ctime" => drop(time(value)?),
                b"mtime" => found.modified = time(value)?,
                b"size" => found.size = integer(value)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether they make a sparse file of the entry.
    pub(super) fn is_sparse(&self) -> bool {
        let value = |key: &str| self.0.get(key.as_bytes()).map(Vec::as_slice).unwrap_or_default();
        match (value("GNU.sparse.major"), value("GNU.sparse.minor")) {
            (b"0", b"0" | b"1") | (b"1", b"0") => true,
            // Version 0.0 has neither a map nor a version.
            (b"", b"") => !value("GNU.sparse.map").is_empty() || self.0.contains_key(b"GNU.sparse.offset".as_slice()),
            _ => false,
        }
    }
}

/// The first record and what follows it.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let blank = bytes.iter().position(|byte| *byte == b' ')?;
    let (digits, _) = bytes.split_at_checked(blank)?;
    let length = usize::try_from(integer(digits).ok()?).ok()?;
    if length < 5 || length <= blank + 1 {
        return None;
    }
    let (record, rest) = bytes.split_at_checked(length)?;
    let record = record.get(blank + 1..)?.strip_suffix(b"\n")?;
    let equals = record.iter().position(|byte| *byte == b'=')?;
    let (key, value) = (record.get(..equals)?, record.get(equals + 1..)?);
    let zeros_in = if matches!(key, b"path" | b"linkpath" | b"uname" | b"gname") { value } else { key };
    (!key.is_empty() && !zeros_in.contains(&0)).then_some((key, value, rest))
}

/// A decimal number of 64 bits, with a sign or without.
fn integer(digits: &[u8]) -> Result<i64, ReadError> {
    std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).ok_or(ReadError::Header)
}

/// A time: seconds, and nanoseconds with the sign of the time. More digits than those of a nanosecond
/// are dropped.
fn time(text: &[u8]) -> Result<(i64, i32), ReadError> {
    let (seconds, fraction) = match text.iter().position(|byte| *byte == b'.') {
        Some(dot) => (text.get(..dot).unwrap_or_default(), text.get(dot + 1..).unwrap_or_default()),
        None => (text, b"".as_slice()),
    };
    let whole = integer(seconds)?;
    if !fraction.iter().all(u8::is_ascii_digit) {
        return Err(ReadError::Header);
    }
    let digits = fraction.iter().map(|digit| i32::from(digit - b'0')).chain(std::iter::repeat(0));
    let nanoseconds = digits.take(9).fold(0, |value, digit| value * 10 + digit);
    Ok((whole, if seconds.starts_with(b"-") { -nanoseconds } else { nanoseconds }))
}
