//! The one shape that versions and range terms share, read in a single pass.
//!
//! Masterminds/semver describes both with regular expressions (`looseSemVerRegex`, `cvRegex`) that
//! differ only in the characters a number may hold. Every part of them is followed by a character
//! that the part itself cannot hold, so the greedy reading here is the only one that their
//! backtracking could find.

/// The parts of a version or of a range term, as written. What is absent is empty.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shape<'a> {
    /// The first number, without a leading `v`.
    pub(super) major: &'a str,
    /// The second number.
    pub(super) minor: &'a str,
    /// The third number.
    pub(super) patch: &'a str,
    /// What follows the `-`.
    pub(super) prerelease: &'a str,
    /// What follows the `+`.
    pub(super) metadata: &'a str,
    /// Byte offset behind the last part.
    pub(super) end: usize,
}

impl<'a> Shape<'a> {
    /// Reads the longest shape that begins at byte `start` of `text`; `None` where none begins.
    ///
    /// `number` says which bytes a number may hold, `plus` which of them begin the build metadata.
    #[inline]
    pub(super) fn read(
        text: &'a str,
        start: usize,
        number: impl Fn(u8) -> bool,
        plus: impl Fn(u8) -> bool,
    ) -> Option<Self> {
        let bytes = text.as_bytes();
        let first = start + usize::from(byte(bytes, start) == Some(b'v'));
        let mut end = run(bytes, first, &number);
        if end == first {
            return None;
        }
        let mut shape = Shape { major: slice(text, first, end), ..Shape::default() };
        for place in [&mut shape.minor, &mut shape.patch] {
            if byte(bytes, end) != Some(b'.') {
                break;
            }
            let stop = run(bytes, end + 1, &number);
            if stop == end + 1 {
                break;
            }
            *place = slice(text, end + 1, stop);
            end = stop;
        }
        if byte(bytes, end) == Some(b'-')
            && let Some(stop) = identifiers(bytes, end + 1)
        {
            shape.prerelease = slice(text, end + 1, stop);
            end = stop;
        }
        if byte(bytes, end).is_some_and(plus)
            && let Some(stop) = identifiers(bytes, end + 1)
        {
            shape.metadata = slice(text, end + 1, stop);
            end = stop;
        }
        shape.end = end;
        Some(shape)
    }
}

/// Where the dot-separated identifiers that begin at `start` end; `None` where none begins.
#[inline]
fn identifiers(bytes: &[u8], start: usize) -> Option<usize> {
    let mut end = run(bytes, start, is_identifier);
    if end == start {
        return None;
    }
    while byte(bytes, end) == Some(b'.') {
        let stop = run(bytes, end + 1, is_identifier);
        if stop == end + 1 {
            break;
        }
        end = stop;
    }
    Some(end)
}

#[inline]
fn is_identifier(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// What Go's `\s` means: no vertical tab, nothing beyond ASCII.
#[inline]
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ')
}

/// Where the run of accepted bytes that begins at `start` ends.
#[inline]
pub(super) fn run(bytes: &[u8], start: usize, accept: impl Fn(u8) -> bool) -> usize {
    let mut end = start;
    while byte(bytes, end).is_some_and(&accept) {
        end += 1;
    }
    end
}

#[inline]
pub(super) fn byte(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at).copied()
}

/// A slice between two offsets that are known to lie beside ASCII.
#[inline]
pub(super) fn slice(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or_default()
}

/// A decimal number; `None` where it is not one, or does not fit 64 bits.
///
/// Go's `strconv.ParseUint`: leading zeros are accepted, signs are not.
#[inline]
pub(super) fn number(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    let mut value: u64 = 0;
    for digit in text.bytes() {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
    }
    Some(value)
}
