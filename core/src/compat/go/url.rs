//! Go's `url.Parse`, for the three shapes that Flux's libraries hand it: `https://…`, `http://…`
//! and `//…`.
//!
//! Not a URL library's job: what Go lets pass (`HOST:`, `a:b:5000` without a scheme, any byte in a
//! path) decides which references and registry credentials are valid, and its words are shown.

use super::ip;
use crate::compat::quote::quoted_bytes;

/// What is needed of a parsed URL. Percent escapes are resolved, so neither part need be UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Url {
    /// Host and port.
    pub(crate) host: Vec<u8>,
    /// Path, with its leading slash.
    pub(crate) path: Vec<u8>,
}

/// Parses a URL that begins with `https://`, `http://` or `//`. The error is Go's, with
/// `parse "…": ` in front.
pub(crate) fn parse(raw: &[u8]) -> Result<Url, String> {
    let (without_fragment, fragment) = cut(raw, b'#');
    let words = |url: &[u8], error: String| format!("parse {}: {error}", quoted_bytes(url));
    let url = parse_without_fragment(without_fragment).map_err(|error| words(without_fragment, error))?;
    unescape(fragment, Mode::Other).map_err(|error| words(raw, error))?;
    Ok(url)
}

/// Which percent escapes and which characters are allowed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Host,
    Zone,
    /// Path, user and fragment: anything.
    Other,
}

fn parse_without_fragment(raw: &[u8]) -> Result<Url, String> {
    if raw.iter().any(u8::is_ascii_control) {
        return Err("net/url: invalid control character in URL".to_owned());
    }
    let (web, rest) = match raw.iter().position(|byte| *byte == b'/') {
        Some(slash) => (slash > 0, raw.get(slash..).unwrap_or_default()),
        None => (false, raw),
    };
    let (rest, _query) = cut(rest, b'?');
    let rest = rest.strip_prefix(b"//").unwrap_or(rest);
    let slash = rest.iter().position(|byte| *byte == b'/');
    let (authority, path) = rest.split_at(slash.unwrap_or(rest.len()));
    let host = parse_authority(authority, web)?;
    let path = unescape(path, Mode::Other)?;
    Ok(Url { host, path })
}

fn parse_authority(authority: &[u8], web: bool) -> Result<Vec<u8>, String> {
    let Some(at) = authority.iter().rposition(|byte| *byte == b'@') else {
        return parse_host(authority, web);
    };
    let host = parse_host(authority.get(at + 1..).unwrap_or_default(), web)?;
    let user = authority.get(..at).unwrap_or_default();
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(byte);
    if !user.iter().all(allowed) {
        return Err("net/url: invalid userinfo".to_owned());
    }
    // Name and password are unescaped apart; an escape cannot reach over the colon.
    let (name, password) = cut(user, b':');
    unescape(name, Mode::Other)?;
    unescape(password, Mode::Other)?;
    Ok(host)
}

fn parse_host(host: &[u8], web: bool) -> Result<Vec<u8>, String> {
    match host.iter().rposition(|byte| *byte == b'[') {
        Some(0) => parse_bracketed_host(host),
        Some(_) => Err("invalid IP-literal".to_owned()),
        None => {
            // Only http and https insist on a single colon.
            let colon = if web {
                host.iter().position(|byte| *byte == b':')
            } else {
                host.iter().rposition(|byte| *byte == b':')
            };
            check_port(colon.and_then(|colon| host.get(colon..)).unwrap_or_default())?;
            unescape(host, Mode::Host)
        }
    }
}

/// `[fe80::1%25eth0]:5000`: the zone may be escaped, the address is checked.
fn parse_bracketed_host(host: &[u8]) -> Result<Vec<u8>, String> {
    let Some(close) = host.iter().rposition(|byte| *byte == b']') else {
        return Err("missing ']' in host".to_owned());
    };
    let port = host.get(close + 1..).unwrap_or_default();
    check_port(port)?;
    let address = host.get(1..close).unwrap_or_default();
    let zone = address.windows(3).position(|window| window == b"%25");
    let (address, zone) = address.split_at(zone.unwrap_or(address.len()));
    let mut literal = unescape(address, Mode::Host)?;
    literal.extend(unescape(zone, Mode::Zone)?);
    match ip::is_ipv6(&literal) {
        Err(error) => Err(format!("invalid host: {error}")),
        Ok(false) => Err("invalid IP-literal".to_owned()),
        Ok(true) => Ok([b"[", literal.as_slice(), b"]", port].concat()),
    }
}

/// Nothing, or a colon and any number of digits.
fn check_port(port: &[u8]) -> Result<(), String> {
    match port.split_first() {
        None => Ok(()),
        Some((b':', digits)) if digits.iter().all(u8::is_ascii_digit) => Ok(()),
        Some(_) => Err(format!("invalid port {} after host", quoted_bytes(port))),
    }
}

fn unescape(text: &[u8], mode: Mode) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte != b'%' {
            if mode != Mode::Other && byte.is_ascii() && !is_host_character(byte) {
                return Err(format!("invalid character {} in host name", quoted_bytes(&[byte])));
            }
            out.push(byte);
            continue;
        }
        let digits = behind.get(..2).unwrap_or(behind);
        let value = match digits {
            [high, low] => hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        // A host may escape only what is not ASCII, a zone only what it could write as well (and,
        // for Windows, blanks); both may escape the percent sign.
        let allowed = |value: &u8| match mode {
            Mode::Other => true,
            Mode::Host => !value.is_ascii() || digits == b"25",
            Mode::Zone => is_host_character(*value) || *value == b' ' || digits == b"25",
        };
        let Some(value) = value.filter(allowed) else {
            return Err(format!("invalid URL escape {}", quoted_bytes(&[b"%", digits].concat())));
        };
        out.push(value);
        rest = behind.get(2..).unwrap_or_default();
    }
    Ok(out)
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

/// The ASCII characters that Go lets stand in a host.
fn is_host_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!\"$&'()*+,-.:;<=>[]_~".contains(&byte)
}

fn cut(text: &[u8], at: u8) -> (&[u8], &[u8]) {
    match text.iter().position(|byte| *byte == at) {
        Some(position) => (text.get(..position).unwrap_or_default(), text.get(position + 1..).unwrap_or_default()),
        None => (text, b""),
    }
}
