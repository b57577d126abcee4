/// A text as a string of JSON, as `serde_json` writes it.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(text.get(written..at).unwrap_or_default());
        written = at + 1;
        out.push('\\');
        match byte {
            b'\n' => out.push('n'),
            b'\t' => out.push('t'),
            b'\r' => out.push('r'),
            8 => out.push('b'),
            12 => out.push('f'),
            0..b' ' => out.push_str(&format!("u{byte:04x}")),
            _ => out.push(char::from(byte)),
        }
    }
    out.push_str(text.get(written..).unwrap_or_default());
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_written_as_serde_json_writes_it() {
        let text: String = (0..0x300).filter_map(char::from_u32).collect();
        assert_eq!(quoted(&text), serde_json::to_string(&text).unwrap_or_default());
        assert_eq!([quoted(""), quoted("é😀")], ["\"\"", "\"é😀\""]);
    }
}
