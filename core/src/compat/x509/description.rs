//! What a certificate says of itself, for a reader: whose it is, who signed it, for which names.

use super::certificate::read_time;
use super::der::{Reader, tag};

/// A certificate in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    /// Its subject, `CN=server,O=acme`; empty where there is none.
    pub subject: String,
    /// Who signed it, in the same form.
    pub issuer: String,
    /// The hosts and addresses that it is for.
    pub names: Vec<String>,
    /// The first second of its validity, Unix; `None` where it is not written as usual.
    pub not_before: Option<i64>,
    /// The last second of its validity.
    pub not_after: Option<i64>,
}

/// `subjectAltName`
const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1d, 0x11];

/// The parts of names that people know, by the last number of their identifier (2.5.4.x).
const PARTS: [(u8, &str); 6] = [(3, "CN"), (6, "C"), (7, "L"), (8, "ST"), (10, "O"), (11, "OU")];

/// Reads a certificate in DER. Nothing that it says is verified.
pub fn describe(der: &[u8]) -> Option<Description> {
    let mut certificate = Reader::new(der).enter(tag::SEQUENCE)?;
    let mut tbs = certificate.enter(tag::SEQUENCE)?;
    tbs.read_optional(tag::CONTEXT_0);
    tbs.read(tag::INTEGER)?;
    tbs.read(tag::SEQUENCE)?; // signature algorithm
    let issuer = name(tbs.enter(tag::SEQUENCE)?);
    let mut validity = tbs.enter(tag::SEQUENCE)?;
    let not_before = read_time(&mut validity)?;
    let not_after = read_time(&mut validity)?;
    let subject = name(tbs.enter(tag::SEQUENCE)?);
    tbs.read(tag::SEQUENCE)?; // key
    tbs.read_optional(0x81);
    tbs.read_optional(0x82);
    let names = tbs.enter(tag::CONTEXT_3).map(alternative_names).unwrap_or_default();
    Some(Description { subject, issuer, names, not_before, not_after })
}

/// A name as Go prints it: the last part first.
fn name(mut sequence: Reader<'_>) -> String {
    let mut parts = Vec::new();
    while let Some(mut set) = sequence.enter(tag::SET) {
        let Some(mut pair) = set.enter(tag::SEQUENCE) else { continue };
        let Some(&[0x55, 4, number]) = pair.read(tag::OBJECT_IDENTIFIER) else { continue };
        let Some(text) = pair.peek().and_then(|kind| pair.read(kind)) else { continue };
        if let Some((_, part)) = PARTS.iter().find(|(known, _)| *known == number) {
            parts.push(format!("{part}={}", String::from_utf8_lossy(text)));
        }
    }
    parts.reverse();
    parts.join(",")
}

fn alternative_names(mut explicit: Reader<'_>) -> Vec<String> {
    let Some(mut extensions) = explicit.enter(tag::SEQUENCE) else { return Vec::new() };
    while let Some(mut extension) = extensions.enter(tag::SEQUENCE) {
        let is_names = extension.read(tag::OBJECT_IDENTIFIER) == Some(ALTERNATIVE_NAMES);
        extension.read_optional(tag::BOOLEAN);
        if let (true, Some(mut value)) = (is_names, extension.enter(tag::OCTET_STRING)) {
            return value.enter(tag::SEQUENCE).map(general_names).unwrap_or_default();
        }
    }
    Vec::new()
}

fn general_names(mut names: Reader<'_>) -> Vec<String> {
    let mut out = Vec::new();
    while let Some(kind) = names.peek() {
        let Some(value) = names.read(kind) else { break };
        match kind {
            // dNSName
            0x82 => out.push(String::from_utf8_lossy(value).into_owned()),
            // iPAddress
            0x87 => out.extend(address(value)),
            _ => {}
        }
    }
    out
}

fn address(bytes: &[u8]) -> Option<String> {
    let of = |address: std::net::IpAddr| address.to_string();
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(|bytes| of(bytes.into())),
        _ => <[u8; 16]>::try_from(bytes).ok().map(|bytes| of(bytes.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::super::pem;
    use super::*;

    #[test]
    fn a_certificate_says_whose_it_is() {
        let text = include_bytes!("testdata/server.crt");
        let der = pem::blocks(text).next().unwrap().bytes;
        let said = describe(&der).unwrap();
        assert_eq!((said.subject.as_str(), said.issuer.as_str()), ("CN=server", "CN=acme ca"));
        assert_eq!(said.names, ["127.0.0.1", "localhost"]);
        assert!(said.not_before.unwrap() < said.not_after.unwrap());
        for length in 0..der.len() {
            let _ = describe(&der[..length]);
        }
    }
}
