//! What single bytes and characters mean to YAML 1.1.

/// Ends an unquoted scalar in block context, or may: what follows decides.
pub(super) const PLAIN: u8 = 1;
/// The same in flow context.
pub(super) const FLOW_PLAIN: u8 = 2;
/// Ends a run of ordinary characters between single quotes.
pub(super) const SINGLE: u8 = 4;
/// Ends a run of ordinary characters between double quotes.
pub(super) const DOUBLE: u8 = 8;
/// Cannot begin an unquoted scalar. `-`, `?` and `:` are looked at before.
pub(super) const INDICATOR: u8 = 16;
/// May stand in the name of an anchor or a tag handle.
pub(super) const NAME: u8 = 32;
/// May stand in a tag.
pub(super) const TAG: u8 = 64;
/// May begin a line break: `\n`, `\r`, and the lead bytes of U+0085, U+2028 and U+2029.
pub(super) const BREAK: u8 = 128;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = class_of(byte as u8);
        byte += 1;
    }
    classes
};

const fn class_of(byte: u8) -> u8 {
    let breaks = matches!(byte, b'\n' | b'\r' | 0xC2 | 0xE2);
    let flow = matches!(byte, b',' | b'?' | b'[' | b']' | b'{' | b'}');
    let plain = breaks || matches!(byte, b' ' | b'\t' | b':');
    let indicator = matches!(
        byte,
        b' ' | b'\t'
            | b'\n'
            | b'\r'
            | b'-'
            | b'?'
            | b':'
            | b','
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'#'
            | b'&'
            | b'*'
            | b'!'
            | b'|'
            | b'>'
            | b'\''
            | b'"'
            | b'%'
            | b'@'
            | b'`'
    );
    let name = matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-');
    let tag = name
        || matches!(
            byte,
            b';' | b'/'
                | b'?'
                | b':'
                | b'@'
                | b'&'
                | b'='
                | b'+'
                | b'$'
                | b','
                | b'.'
                | b'!'
                | b'~'
                | b'*'
                | b'\''
                | b'('
                | b')'
                | b'['
                | b']'
                | b'%'
        );
    let flags = [
        (plain, PLAIN),
        (plain || flow, FLOW_PLAIN),
        (breaks || byte == b'\'', SINGLE),
        (breaks || matches!(byte, b'"' | b'\\'), DOUBLE),
        (indicator, INDICATOR),
        (name, NAME),
        (tag, TAG),
        (breaks, BREAK),
    ];
    let mut class = 0;
    let mut index = 0;
    while index < flags.len() {
        if flags[index].0 {
            class |= flags[index].1;
        }
        index += 1;
    }
    class
}

/// True where a byte is of a class.
pub(super) fn is(byte: u8, class: u8) -> bool {
    // A table of 256 cannot be missed by a byte.
    CLASSES[byte as usize] & class != 0
}

/// How long the line break at an offset is; 0 where there is none. `\r\n` is one break.
pub(in crate::yaml) fn break_len(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b'\n') => 1,
        Some(b'\r') => 1 + usize::from(bytes.get(at + 1) == Some(&b'\n')),
        Some(0xC2) => 2 * usize::from(bytes.get(at + 1) == Some(&0x85)),
        Some(0xE2) => {
            3 * usize::from(bytes.get(at + 1) == Some(&0x80) && matches!(bytes.get(at + 2), Some(0xA8 | 0xA9)))
        }
        _ => 0,
    }
}

/// What a text holds besides ordinary characters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Survey {
    /// Where its first character stands that YAML forbids; the text's length where none does.
    pub(super) forbidden: usize,
    /// True where `\n` alone breaks lines before that.
    pub(super) line_feeds_alone: bool,
}

/// Looks through a text from an offset on. Source: go-yaml `readerc.go`: allowed are tab, line feed,
/// carriage return, U+0085 and everything printable.
pub(super) fn survey(bytes: &[u8], from: usize) -> Survey {
    let mut survey = Survey { forbidden: bytes.len(), line_feeds_alone: true };
    let mut at = from.min(bytes.len());
    for chunk in bytes.get(at..).unwrap_or_default().chunks(64) {
        // Written so that it compiles to a handful of vector instructions.
        let unusual = chunk.iter().fold(0u8, |found, &byte| {
            found | u8::from((byte < 0x20) & (byte != b'\n') & (byte != b'\t')) | u8::from(byte > 0x7E)
        });
        if unusual != 0 {
            for offset in at..at + chunk.len() {
                match unusual_at(bytes, offset) {
                    Unusual::None => {}
                    Unusual::Break => survey.line_feeds_alone = false,
                    Unusual::Forbidden => return Survey { forbidden: offset, ..survey },
                }
            }
        }
        at += chunk.len();
    }
    survey
}

enum Unusual {
    None,
    Break,
    Forbidden,
}

fn unusual_at(bytes: &[u8], at: usize) -> Unusual {
    let byte = |offset: usize| bytes.get(at + offset).copied().unwrap_or(0);
    match byte(0) {
        b'\r' => Unusual::Break,
        b'\t' | b'\n' => Unusual::None,
        0..0x20 | 0x7F => Unusual::Forbidden,
        0xC2 if byte(1) == 0x85 => Unusual::Break,
        0xC2 if byte(1) < 0xA0 => Unusual::Forbidden,
        0xE2 if byte(1) == 0x80 && matches!(byte(2), 0xA8 | 0xA9) => Unusual::Break,
        0xEF if byte(1) == 0xBF && byte(2) >= 0xBE => Unusual::Forbidden,
        _ => Unusual::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_survey_finds_what_is_forbidden_and_unusual_breaks() {
        for (text, forbidden, line_feeds_alone) in [
            ("a\tb\n", None, true),
            ("é ü \u{feff} \u{1f600} \u{a0} \u{fffd}", None, true),
            ("a\r\n", None, false),
            ("a\u{85}", None, false),
            ("a\u{2028}", None, false),
            ("a\u{2029}", None, false),
            ("\u{2027}", None, true),
            ("ab\u{0}", Some(2), true),
            ("\u{7f}", Some(0), true),
            ("é\u{80}", Some(2), true),
            ("\u{9f}", Some(0), true),
            ("\u{fffe}", Some(0), true),
            ("\u{ffff}", Some(0), true),
            ("\u{1b}", Some(0), true),
        ] {
            for pad in [0, 1, 62, 63, 64, 200] {
                let text = format!("{}{text}", "x".repeat(pad));
                let survey = survey(text.as_bytes(), 0);
                assert_eq!(survey.forbidden, forbidden.map_or(text.len(), |at| at + pad), "{text:?}");
                assert_eq!(survey.line_feeds_alone, line_feeds_alone, "{text:?}");
            }
        }
    }
}
