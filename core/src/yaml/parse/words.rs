//! Eight bytes at a time: most of a manifest is indentation and ordinary characters.

const LOW: u64 = u64::from_le_bytes([0x01; 8]);
const HIGH: u64 = u64::from_le_bytes([0x80; 8]);

fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let word = bytes.get(at..at.checked_add(8)?)?;
    word.try_into().ok().map(u64::from_le_bytes)
}

/// Which bytes are below `limit`, at most 0x80: a high bit for each. Exact up to the first; the
/// borrow may set more behind it.
fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(LOW * u64::from(limit)) & !word & HIGH
}

/// Which bytes equal `byte`, with the same exactness.
fn equal(word: u64, byte: u8) -> u64 {
    below(word ^ (LOW * u64::from(byte)), 1)
}

/// The first offset from `at` on that holds one of `bytes`, anything below `limit`, or anything that
/// is not ASCII; or an offset that fewer than eight bytes follow.
#[inline]
pub(super) fn skip_ordinary<const N: usize>(text: &[u8], mut at: usize, limit: u8, bytes: [u8; N]) -> usize {
    while let Some(word) = word(text, at) {
        let mut found = below(word, limit) | (word & HIGH);
        for byte in bytes {
            found |= equal(word, byte);
        }
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at
}

/// Past the blanks from `at` on.
#[inline]
pub(super) fn skip_spaces(text: &[u8], mut at: usize) -> usize {
    while let Some(word) = word(text, at) {
        let other = word ^ (LOW * u64::from(b' '));
        if other != 0 {
            return at + other.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while text.get(at) == Some(&b' ') {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_skip_what_bytes_would() {
        let texts = [
            "",
            "a",
            "abcdefgh",
            "abcdefghij:k",
            "  \tabc",
            "        x",
            "                ",
            "aé:",
            "a\u{1}b",
            "ab\"c\\",
        ];
        for text in texts {
            for pad in 0..17 {
                let text = format!("{}{text}", "x".repeat(pad));
                for at in 0..=text.len() {
                    let rest = &text.as_bytes()[at..];
                    let stops = |byte: &u8| *byte < 0x21 || *byte >= 0x80 || matches!(byte, b':' | b'"');
                    let first = at + rest.iter().position(stops).unwrap_or(rest.len());
                    let found = skip_ordinary(text.as_bytes(), at, 0x21, [b':', b'"']);
                    assert!(found == first || found < first && text.len() - found < 8, "{text:?} {at} {found} {first}");
                    let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
                    assert_eq!(skip_spaces(text.as_bytes(), at), at + spaces, "{text:?} {at}");
                }
            }
        }
    }
}
