//! Go's `netip.ParseAddr` and the part of `net.ParseIP` that reads IPv4.
//!
//! The standard library's parsers would do for the answer, not for the words.

use crate::compat::quote::quoted_bytes;

/// Why a text is no address, in Go's words.
type Refusal = String;

/// Whether a text is an IPv6 address, with or without a zone: the only thing that may stand in the
/// brackets of a URL. `Ok(false)` is an IPv4 address.
pub(crate) fn is_ipv6(text: &[u8]) -> Result<bool, Refusal> {
    match text.iter().find(|byte| matches!(byte, b'.' | b':' | b'%')) {
        Some(b'.') => parse_ipv4(text, text).map(|_| false),
        Some(b':') => check_ipv6(text).map(|()| true),
        Some(_) => Err(refuse(text, "missing IPv6 address", b"")),
        None => Err(refuse(text, "unable to parse IP", b"")),
    }
}

/// Reads a dotted IPv4 address: four decimal octets without leading zeros.
pub(crate) fn ipv4_octets(text: &[u8]) -> Option<[u8; 4]> {
    parse_ipv4(text, text).ok()
}

fn refuse(whole: &[u8], message: &str, at: &[u8]) -> Refusal {
    let whole = quoted_bytes(whole);
    if at.is_empty() {
        format!("ParseAddr({whole}): {message}")
    } else {
        format!("ParseAddr({whole}): {message} (at {})", quoted_bytes(at))
    }
}

fn parse_ipv4(whole: &[u8], text: &[u8]) -> Result<[u8; 4], Refusal> {
    let (mut octets, mut position) = ([0u8; 4], 0);
    let (mut value, mut digits) = (0u32, 0);
    for (at, &byte) in text.iter().enumerate() {
        let rest = text.get(at..).unwrap_or_default();
        match byte {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    let message = "IPv4 field has octet with leading zero";
                    return Err(refuse(whole, message, b""));
                }
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return Err(refuse(whole, "IPv4 field has value >255", b""));
                }
            }
            b'.' => {
                if at == 0 || digits == 0 || rest.len() == 1 {
                    let message = "IPv4 field must have at least one digit";
                    return Err(refuse(whole, message, rest));
                }
                match octets.get_mut(position) {
                    Some(octet) if position < 3 => *octet = u8::try_from(value).unwrap_or(u8::MAX),
                    _ => return Err(refuse(whole, "IPv4 address too long", b"")),
                }
                (value, digits, position) = (0, 0, position + 1);
            }
            _ => return Err(refuse(whole, "unexpected character", rest)),
        }
    }
    if position < 3 {
        return Err(refuse(whole, "IPv4 address too short", b""));
    }
    octets[3] = u8::try_from(value).unwrap_or(u8::MAX);
    Ok(octets)
}

fn check_ipv6(whole: &[u8]) -> Result<(), Refusal> {
    let refuse = |message: &str, at: &[u8]| Err(refuse(whole, message, at));
    let mut text = whole;
    if let Some(percent) = whole.iter().position(|byte| *byte == b'%') {
        text = whole.get(..percent).unwrap_or_default();
        if percent + 1 == whole.len() {
            return refuse("zone must be a non-empty string", b"");
        }
    }
    let mut ellipsis = false;
    if let Some(rest) = text.strip_prefix(b"::") {
        if rest.is_empty() {
            return Ok(());
        }
        (ellipsis, text) = (true, rest);
    }
    let mut fields = 0;
    while fields < 8 {
        let digits = text.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        match digits {
            0 => {
                let message = "each colon-separated field must have at least one digit";
                return refuse(message, text);
            }
            1..=4 => {}
            _ => return refuse("each group must have 4 or less digits", text),
        }
        let mut rest = text.get(digits..).unwrap_or_default();
        if rest.starts_with(b".") {
            if !ellipsis && fields != 6 {
                let message = "embedded IPv4 address must replace the final 2 fields of the address";
                return refuse(message, text);
            }
            if fields > 6 {
                let message = "too many hex fields to fit an embedded IPv4 at the end of the address";
                return refuse(message, text);
            }
            parse_ipv4(whole, text)?;
            (fields, text) = (fields + 2, b"");
            break;
        }
        fields += 1;
        match rest {
            [] => {
                text = rest;
                break;
            }
            [b':'] => return refuse("colon must be followed by more characters", rest),
            [b':', behind @ ..] => rest = behind,
            _ => return refuse("unexpected character, want colon", rest),
        }
        if let Some(behind) = rest.strip_prefix(b":") {
            if ellipsis {
                return refuse("multiple :: in address", rest);
            }
            (ellipsis, rest) = (true, behind);
        }
        text = rest;
        if text.is_empty() {
            break;
        }
    }
    if !text.is_empty() {
        return refuse("trailing garbage after address", text);
    }
    match (fields < 8, ellipsis) {
        (true, false) => refuse("address string too short", b""),
        (false, true) => refuse("the :: must expand to at least one field of zeros", b""),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words as Go 1.26's `netip.ParseAddr` gives them.
    #[test]
    fn refuses_in_the_words_of_go() {
        let cases: [(&str, &str); 16] = [
            ("", "unable to parse IP"),
            ("%eth0", "missing IPv6 address"),
            ("fe80::1%", "zone must be a non-empty string"),
            ("1:2", "address string too short"),
            ("1::2::3", "multiple :: in address (at \":3\")"),
            ("12345::", "each group must have 4 or less digits (at \"12345::\")"),
            ("1:g", "each colon-separated field must have at least one digit (at \"g\")"),
            ("1:2g", "unexpected character, want colon (at \"g\")"),
            ("1:", "colon must be followed by more characters (at \":\")"),
            ("1:2:3:4:5:6:7:8:9", "trailing garbage after address (at \"9\")"),
            ("1:2:3:4:5:6:7::8", "the :: must expand to at least one field of zeros"),
            ("::1.2.3", "IPv4 address too short"),
            ("::1.2.3.256", "IPv4 field has value >255"),
            ("::1.02.3.4", "IPv4 field has octet with leading zero"),
            ("1::1.2..4", "IPv4 field must have at least one digit (at \".4\")"),
            ("1:1.2.3.4", "embedded IPv4 address must replace the final 2 fields of the address (at \"1.2.3.4\")"),
        ];
        for (text, message) in cases {
            assert_eq!(is_ipv6(text.as_bytes()), Err(format!("ParseAddr(\"{text}\"): {message}")), "{text}");
        }
    }

    #[test]
    fn accepts_what_go_accepts() {
        for text in [
            "::",
            "::1",
            "1::",
            "fe80::1%eth0",
            "::ffff:1.2.3.4",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:1.2.3.4",
            "1:2:3:4:5:6:7::",
        ] {
            assert_eq!(is_ipv6(text.as_bytes()), Ok(true), "{text}");
        }
        assert_eq!(is_ipv6(b"1.2.3.4"), Ok(false));
        assert_eq!(ipv4_octets(b"192.168.1.10"), Some([192, 168, 1, 10]));
        assert_eq!(ipv4_octets(b"192.168.1"), None);
        assert_eq!(ipv4_octets(b"192.168.1.10.1"), None);
    }
}
