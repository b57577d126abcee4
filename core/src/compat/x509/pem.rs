//! PEM as Go's encoding/pem finds it in a text.

use crate::collections::Gather;
use crate::yaml::decode_base64;

/// A block of a PEM text.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Block<'a> {
    /// What stands behind `BEGIN`: `CERTIFICATE`.
    pub(super) label: &'a [u8],
    /// True where lines such as `Proc-Type: 4,ENCRYPTED` precede the base64.
    pub(super) has_headers: bool,
    /// What the base64 holds.
    pub(super) bytes: Vec<u8>,
}

impl Block<'_> {
    /// True for `PRIVATE KEY` and everything that ends so.
    pub(super) fn is_private_key(&self) -> bool {
        self.label == b"PRIVATE KEY" || self.label.ends_with(b" PRIVATE KEY")
    }

    /// The label as text.
    pub(super) fn label(&self) -> String {
        String::from_utf8_lossy(self.label).into_owned()
    }
}

/// The blocks of a text, in order. What stands between them, and blocks that are not well formed,
/// are skipped, as Go does.
pub(super) fn blocks(text: &[u8]) -> impl Iterator<Item = Block<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (block, behind) = first_block(rest)?;
        rest = behind;
        Some(block)
    })
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"\n-----END ";
const DASHES: &[u8] = b"-----";

/// The first well-formed block and what stands behind it. Source: encoding/pem `Decode`.
fn first_block(text: &[u8]) -> Option<(Block<'_>, &[u8])> {
    let mut rest = text;
    loop {
        // The first END, and the last BEGIN before it: a BEGIN that nothing ends is passed over.
        let end = crate::text::find(rest, END)?;
        let (before, behind) = rest.split_at_checked(end + END.len())?;
        rest = behind;
        let Some(begin) = crate::text::rfind(before.get(..end)?, BEGIN) else { continue };
        if begin > 0 && before.get(begin - 1) != Some(&b'\n') {
            continue;
        }
        if let Some(found) = read_block(before.get(begin + BEGIN.len()..)?, behind) {
            return Some(found);
        }
    }
}

/// Reads a block from behind its `BEGIN` up to and with its `END`, and what closes it in `behind`.
fn read_block<'a>(block: &'a [u8], behind: &'a [u8]) -> Option<(Block<'a>, &'a [u8])> {
    let (first, mut body) = line(block);
    let label = first.strip_suffix(DASHES)?;
    let mut has_headers = false;
    loop {
        let (header, next) = line(body);
        if !header.contains(&b':') {
            break;
        }
        has_headers = true;
        body = next;
    }
    // The line break before END belongs to it; without headers it may be the one behind BEGIN.
    let base64 = match body.strip_suffix(END) {
        Some(base64) => base64,
        None if !has_headers && END.strip_prefix(b"\n") == Some(body) => b"",
        None => return None,
    };
    let closing = behind.strip_prefix(label)?.strip_prefix(DASHES)?;
    let (trailing, rest) = line(closing);
    if !trailing.is_empty() {
        return None;
    }
    let base64: Vec<u8> = base64.iter().copied().filter(|byte| !matches!(byte, b' ' | b'\t')).gather();
    let bytes = decode_base64(std::str::from_utf8(&base64).ok()?)?;
    Some((Block { label, has_headers, bytes }, rest))
}

/// A line without its line break and the blanks before that, and what follows it.
fn line(text: &[u8]) -> (&[u8], &[u8]) {
    let (line, rest) = match memchr::memchr(b'\n', text) {
        Some(at) => {
            let line = text.get(..at).unwrap_or_default();
            (line.strip_suffix(b"\r").unwrap_or(line), text.get(at + 1..).unwrap_or_default())
        }
        None => (text, &b""[..]),
    };
    let end = line.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(0, |last| last + 1);
    (line.get(..end).unwrap_or_default(), rest)
}
