//! URLs as they may be shown, and paths as Go writes them.

use std::fmt::Write as _;

/// Query parameters of the registry protocol. Whatever else stands in a query most likely came from a redirect
/// and may be a signature or a token.
const SHOWN: [&str; 7] = ["scope", "service", "mount", "from", "digest", "n", "last"];

/// A URL without what may be secret in it: the password is `xxxxx`, values of parameters that are not of the
/// registry protocol are `REDACTED`. As go-containerregistry's `internal/redact`.
pub fn redact_url(url: &str) -> String {
    let (url, fragment) = match url.split_once('#') {
        Some((url, fragment)) => (url, Some(fragment)),
        None => (url, None),
    };
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let mut out = without_password(base);
    let query = redact_query(query);
    if !query.is_empty() {
        out.push('?');
        out.push_str(&query);
    }
    if let Some(fragment) = fragment {
        out.push('#');
        out.push_str(fragment);
    }
    out
}

fn without_password(base: &str) -> String {
    let Some((scheme, rest)) = base.split_once("://") else { return base.to_owned() };
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((name, _)) => format!("{scheme}://{name}:xxxxx@{host}{path}"),
            None => base.to_owned(),
        },
        None => base.to_owned(),
    }
}

/// Go's `url.Values.Encode` of what `url.ParseQuery` reads: sorted by name; a pair that is not valid is left out.
fn redact_query(query: &str) -> String {
    let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty() && !pair.contains(';')) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (Some(name), Some(value)) = (unescape(name), unescape(value)) else { continue };
        let is_shown = SHOWN.iter().any(|shown| shown.as_bytes() == name);
        pairs.push((name, if is_shown { value } else { b"REDACTED".to_vec() }));
    }
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    let mut out = String::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        escape(&name, b"", true, &mut out);
        out.push('=');
        escape(&value, b"", true, &mut out);
    }
    out
}

/// A path as Go's `url.URL.String` writes it.
pub fn escape_path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    escape(path.as_bytes(), b"$&+,/:;=@", false, &mut out);
    out
}

fn escape(text: &[u8], also: &[u8], plus_for_blank: bool, out: &mut String) {
    for byte in text {
        match byte {
            b' ' if plus_for_blank => out.push('+'),
            byte if byte.is_ascii_alphanumeric() || b"-_.~".contains(byte) || also.contains(byte) => {
                out.push(char::from(*byte));
            }
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}

fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                digit()? * 16 + digit()?
            }
            byte => byte,
        });
    }
    Some(out)
}
