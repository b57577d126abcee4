//! Go's `encoding/base64`, standard alphabet, decoding only.
//!
//! Written here because the offset in Go's error is part of what the controller shows, and because
//! line breaks are skipped anywhere, which kept crates do not do.

/// Decodes a text, with `=` padding required or refused. The error is the offset that Go names in
/// `illegal base64 data at input byte …`.
pub(crate) fn decode(text: &str, padded: bool) -> Result<Vec<u8>, usize> {
    let source = text.as_bytes();
    let mut out = Vec::with_capacity(source.len() / 4 * 3 + 3);
    let mut at = 0;
    loop {
        // A quantum: four characters of six bits, fewer at the end.
        let (mut bits, mut filled, mut last) = (0u32, 0, false);
        while filled < 4 {
            let Some(&byte) = source.get(at) else {
                match filled {
                    0 => return Ok(out),
                    1 => return Err(at - filled),
                    _ if padded => return Err(at - filled),
                    _ => last = true,
                }
                break;
            };
            at += 1;
            if let Some(value) = value(byte) {
                bits = bits << 6 | value;
                filled += 1;
            } else if byte == b'=' && padded {
                at = end_of_padding(source, at, filled)?;
                last = true;
                break;
            } else if !is_line_break(byte) {
                return Err(at - 1);
            }
        }
        let bytes = (bits << (6 * (4 - filled))).to_be_bytes();
        out.extend(bytes.iter().skip(1).take(filled - 1));
        if last {
            return Ok(out);
        }
    }
}

/// What may follow the first `=` (read up to `at`, after `filled` characters): the second one where
/// two are due, line breaks, and nothing else.
fn end_of_padding(source: &[u8], at: usize, filled: usize) -> Result<usize, usize> {
    let mut at = at;
    match filled {
        0 | 1 => return Err(at - 1),
        2 => {
            at = skip_line_breaks(source, at);
            match source.get(at) {
                None => return Err(source.len()),
                Some(b'=') => at += 1,
                Some(_) => return Err(at - 1),
            }
        }
        _ => {}
    }
    at = skip_line_breaks(source, at);
    if at < source.len() { Err(at) } else { Ok(at) }
}

fn skip_line_breaks(source: &[u8], at: usize) -> usize {
    let rest = source.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| is_line_break(**byte)).count()
}

fn is_line_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn value(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn decodes_both_forms() {
        assert_eq!(decode("dTpw", true), Ok(b"u:p".to_vec()));
        assert_eq!(decode("dTpwYQ==", true), Ok(b"u:pa".to_vec()));
        assert_eq!(decode("dTpwYQ", false), Ok(b"u:pa".to_vec()));
        assert_eq!(decode("dT\npw\r\nYQ=\n=\n", true), Ok(b"u:pa".to_vec()));
        assert_eq!(decode("", true), Ok(Vec::new()));
    }

    /// Offsets as Go 1.26 gives them.
    #[test]
    fn names_the_offset_that_go_names() {
        assert_eq!(decode("dTpwYQ=", true), Err(7));
        assert_eq!(decode("dTpwYQ=x", true), Err(6));
        assert_eq!(decode("dTpwYQ==x", true), Err(8));
        assert_eq!(decode("dTpw=", true), Err(4));
        assert_eq!(decode("dTpwY", false), Err(4));
        assert_eq!(decode("dTpwY\n", false), Err(5));
        assert_eq!(decode("dTpwYQ==", false), Err(6));
        assert_eq!(decode("dTp wYQ", false), Err(3));
        assert_eq!(decode("dTpwYQ", true), Err(4));
    }
}
