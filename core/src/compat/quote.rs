//! How Go quotes a text in an error (`%q`, strconv `Quote`).
//!
//! Rust's own `{:?}` differs: it writes `\u{a0}` where Go writes `\u00a0`, has no `\a`, and
//! takes other characters for printable.

use std::fmt::{self, Write};

use crate::collections::Gather;

use super::go::unicode::is_printable;

/// A text as Go's `%q` prints it, in double quotes.
pub(crate) fn quoted(text: &str) -> impl fmt::Display + '_ {
    Quoted(text.as_bytes())
}

/// A text as Go's `%q` prints it, for bytes that need not be UTF-8: each stray byte is written `\xff`.
pub fn quoted_bytes(bytes: &[u8]) -> impl fmt::Display + '_ {
    Quoted(bytes)
}

/// A list as `%q` prints a slice of strings: `["a" "b"]`.
pub(crate) fn quoted_list(texts: &[&str]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text).to_string()).gather();
    format!("[{}]", texts.join(" "))
}

/// One byte as `encoding/json` names it in its errors: taken for a Latin-1 character, in single
/// quotes.
pub(crate) fn quoted_byte(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        _ => format!("'{}'", Escaped(char::from(byte))),
    }
}

struct Quoted<'a>(&'a [u8]);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                Escaped(character).fmt(f)?;
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        f.write_char('"')
    }
}

/// A character as it stands between double quotes.
struct Escaped(char);

impl fmt::Display for Escaped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            '"' => f.write_str("\\\""),
            '\\' => f.write_str("\\\\"),
            '\x07' => f.write_str("\\a"),
            '\x08' => f.write_str("\\b"),
            '\x0c' => f.write_str("\\f"),
            '\n' => f.write_str("\\n"),
            '\r' => f.write_str("\\r"),
            '\t' => f.write_str("\\t"),
            '\x0b' => f.write_str("\\v"),
            character if is_printable(character) => f.write_char(character),
            character => match u32::from(character) {
                code @ (..0x20 | 0x7f) => write!(f, "\\x{code:02x}"),
                code @ ..0x10000 => write!(f, "\\u{code:04x}"),
                code => write!(f, "\\U{code:08x}"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_as_go_does() {
        for (text, theirs) in [
            ("plain é 本 😀", r#""plain é 本 😀""#),
            ("\"\\'", r#""\"\\'""#),
            ("\x07\x08\x0c\n\r\t\x0b\0\x1f\x7f", r#""\a\b\f\n\r\t\v\x00\x1f\x7f""#),
            ("\u{80}\u{a0}\u{ad}\u{200b}\u{feff}\u{fffd}", "\"\\u0080\\u00a0\\u00ad\\u200b\\ufeff\u{fffd}\""),
            ("\u{e0001}\u{10ffff}", r#""\U000e0001\U0010ffff""#),
        ] {
            assert_eq!(quoted(text).to_string(), theirs);
        }
        assert_eq!(quoted_bytes(b"a\xe2\x82z").to_string(), r#""a\xe2\x82z""#);
        assert_eq!(quoted_list(&["a", "b"]), r#"["a" "b"]"#);
    }

    #[test]
    fn quotes_one_byte_in_single_quotes() {
        for (byte, theirs) in [(b'\'', r"'\''"), (b'"', "'\"'"), (b'\\', r"'\\'"), (0xef, "'ï'"), (0x80, r"'\u0080'")]
        {
            assert_eq!(quoted_byte(byte), theirs);
        }
    }
}
