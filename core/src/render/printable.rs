use std::borrow::Cow;

/// A text without what would steer a terminal: control characters become their pictures (`␛`),
/// and those that reorder what is read become `\u{fffd}`. Line breaks and tabs stay.
///
/// Values of manifests are quoted in messages, and a manifest may be anybody's.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unprintable) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if is_unprintable(c) { picture(c) } else { c }).collect())
}

/// JSON in which nothing steers a terminal: what would is escaped, and the same to whoever reads it. Such characters
/// stand in strings alone.
pub fn printable_json(json: String) -> String {
    if !json.chars().any(is_unprintable) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        match is_unprintable(c) {
            true => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            false => out.push(c),
        }
    }
    out
}

/// As [`printable`], on one line.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    match printable(text) {
        Cow::Borrowed(text) if !text.contains(['\n', '\t']) => Cow::Borrowed(text),
        text => Cow::Owned(text.replace(['\n', '\t'], " ")),
    }
}

fn is_unprintable(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

fn picture(c: char) -> char {
    match u32::from(c) {
        code @ 0..0x20 => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ => '\u{fffd}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(printable("plain é"), "plain é");
        assert_eq!(printable("a\x1b[31mb\u{202e}c\u{9b}d\x7f"), "a␛[31mb\u{fffd}c\u{fffd}d␡");
        assert_eq!(one_line("a\r\n\tb"), "a␍  b");
        assert_eq!(
            printable_json("{\"a\":\n\"é\u{9b}\x7f\u{202e}\"}".to_owned()),
            r#"{"a":
"é\u009b\u007f\u202e"}"#
        );
    }
}
