//! Secrets of the transport: which of their keys are read, and what is refused of them.
//!
//! A port of the decisions of fluxcd/pkg/runtime 0.110, `secrets` (`TLSConfigFromSecret`,
//! `ProxyURLFromSecret`). It keeps to the same side as [`super::x509`]: what the controller takes is
//! never refused here.

use super::x509::{self, Certificate, PairError};

/// A key that is read, and the name that it had before and is still read under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyName {
    /// Read first, even where its value is empty.
    pub name: &'static str,
    /// Read where there is no entry of the first name.
    pub legacy: &'static str,
}

/// The client's certificate.
pub const CERTIFICATE: KeyName = KeyName { name: "tls.crt", legacy: "certFile" };
/// The client's private key.
pub const PRIVATE_KEY: KeyName = KeyName { name: "tls.key", legacy: "keyFile" };
/// The authorities that a registry's certificate may come from.
pub const AUTHORITY: KeyName = KeyName { name: "ca.crt", legacy: "caFile" };
/// The key of a proxy's address.
pub const PROXY_ADDRESS: &str = "address";

/// A value of a Secret.
#[derive(Clone, Copy)]
pub enum Item<'d> {
    /// There is no such entry, or its value is empty.
    Absent,
    /// There is a value, and it is encrypted.
    Hidden,
    /// The value.
    Bytes(&'d [u8]),
}

impl Item<'_> {
    fn is_absent(self) -> bool {
        matches!(self, Self::Absent | Self::Bytes([]))
    }
}

/// What a Secret of `certSecretRef` holds under the keys that are read.
#[derive(Clone, Copy)]
pub struct TlsData<'d> {
    /// Of [`CERTIFICATE`].
    pub certificate: Item<'d>,
    /// Of [`PRIVATE_KEY`].
    pub key: Item<'d>,
    /// Of [`AUTHORITY`].
    pub authority: Item<'d>,
}

/// Why a Secret of `certSecretRef` is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsError {
    /// A certificate and no private key.
    NoKey,
    /// A private key and no certificate.
    NoCertificate,
    /// Neither authorities nor a pair.
    Nothing,
    /// A certificate and a key that are refused.
    Pair(PairError),
    /// Authorities among which no certificate is found.
    Authority,
}

impl TlsError {
    /// The controller's words; `secret` is `namespace/name`.
    pub fn words(&self, secret: &str) -> String {
        match self {
            Self::NoKey => format!("secret '{secret}' contains 'tls.crt' but missing 'tls.key'"),
            Self::NoCertificate => format!("secret '{secret}' contains 'tls.key' but missing 'tls.crt'"),
            Self::Nothing => {
                format!("secret '{secret}' must contain either 'ca.crt' or both 'tls.crt' and 'tls.key'")
            }
            Self::Pair(error) => format!("failed to parse TLS certificate and key: {error}"),
            Self::Authority => "failed to parse CA certificate".to_owned(),
        }
    }
}

impl TlsData<'_> {
    /// Checks what is there. The certificates that are read: the client's, then the authorities.
    ///
    /// # Errors
    ///
    /// What the controller refuses as `AuthenticationFailed`, `failed to generate transport`.
    pub fn check(&self) -> Result<(Option<Certificate>, Vec<Certificate>), TlsError> {
        match (self.certificate.is_absent(), self.key.is_absent()) {
            (false, true) => return Err(TlsError::NoKey),
            (true, false) => return Err(TlsError::NoCertificate),
            (true, true) if self.authority.is_absent() => return Err(TlsError::Nothing),
            _ => {}
        }
        let mut client = None;
        if let (Item::Bytes(certificate @ [_, ..]), Item::Bytes(key @ [_, ..])) = (self.certificate, self.key) {
            client = Some(x509::key_pair(certificate, key).map_err(TlsError::Pair)?);
        }
        let mut authorities = Vec::new();
        if let Item::Bytes(bytes @ [_, ..]) = self.authority {
            authorities = x509::authorities(bytes);
            if authorities.is_empty() {
                return Err(TlsError::Authority);
            }
        }
        Ok((client, authorities))
    }
}

/// The longest address of a proxy, in bytes.
pub const LONGEST_PROXY_ADDRESS: usize = 2048;

/// The schemes of a proxy's address.
pub const PROXY_SCHEMES: [&str; 3] = ["http", "https", "socks5"];

/// Why a proxy's address is refused. `Display` gives the controller's words, without the address,
/// which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProxyError {
    /// It is empty.
    Empty,
    /// It has more than [`LONGEST_PROXY_ADDRESS`] bytes.
    Length,
    /// It is no URL.
    NoUrl,
    /// Another scheme than [`PROXY_SCHEMES`], in lower case; empty for none.
    Scheme(String),
}

impl std::fmt::Display for ProxyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => f.write_str("proxy address is empty"),
            Self::Length => write!(f, "proxy URL exceeds maximum length of {LONGEST_PROXY_ADDRESS} characters"),
            Self::NoUrl => f.write_str("failed to parse proxy address"),
            Self::Scheme(scheme) => write!(
                f,
                "proxy URL must use one of the supported schemes ({}), got '{scheme}'",
                PROXY_SCHEMES.join(", ")
            ),
        }
    }
}

impl std::error::Error for ProxyError {}

/// Checks the address of a proxy as far as its scheme.
///
/// # Errors
///
/// What the controller refuses as `AuthenticationFailed`, `failed to get proxy address`.
pub fn check_proxy_address(address: &[u8]) -> Result<(), ProxyError> {
    if address.is_empty() {
        return Err(ProxyError::Empty);
    }
    if address.len() > LONGEST_PROXY_ADDRESS {
        return Err(ProxyError::Length);
    }
    // Go's net/url `getScheme`: a colon first is an error, anything but a scheme before one is a path.
    let end = address.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"+-.".contains(byte)));
    let scheme = match end.and_then(|end| Some((address.get(..end)?, address.get(end)?))) {
        Some(([], b':')) => return Err(ProxyError::NoUrl),
        Some((scheme @ [first, ..], b':')) if first.is_ascii_alphabetic() => {
            String::from_utf8_lossy(scheme).to_ascii_lowercase()
        }
        _ => String::new(),
    };
    if PROXY_SCHEMES.contains(&scheme.as_str()) { Ok(()) } else { Err(ProxyError::Scheme(scheme)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_needs_a_scheme_that_is_known() {
        for address in ["http://proxy:3128", "HTTPS://user@proxy", "socks5://[::1]:1080", "http:proxy"] {
            assert_eq!(check_proxy_address(address.as_bytes()), Ok(()), "{address}");
        }
        let scheme = |scheme: &str| Err(ProxyError::Scheme(scheme.to_owned()));
        for (address, error) in [
            ("", Err(ProxyError::Empty)),
            ("::not a url", Err(ProxyError::NoUrl)),
            ("proxy.example.com:3128", scheme("proxy.example.com")),
            ("10.0.0.1:3128", scheme("")),
            ("proxy", scheme("")),
            ("/proxy", scheme("")),
            ("ftp://proxy", scheme("ftp")),
            ("sock s5://proxy", scheme("")),
        ] {
            assert_eq!(check_proxy_address(address.as_bytes()), error, "{address}");
        }
        let long = format!("http://{}", "a".repeat(LONGEST_PROXY_ADDRESS));
        assert_eq!(check_proxy_address(long.as_bytes()), Err(ProxyError::Length));
    }

    #[test]
    fn keys_come_in_pairs_and_something_must_be_there() {
        let check = |certificate, key, authority| TlsData { certificate, key, authority }.check().map(drop);
        let (absent, hidden) = (Item::Absent, Item::Hidden);
        assert_eq!(check(hidden, hidden, absent), Ok(()));
        assert_eq!(check(absent, absent, hidden), Ok(()));
        assert_eq!(check(hidden, absent, hidden), Err(TlsError::NoKey));
        assert_eq!(check(Item::Bytes(b""), hidden, hidden), Err(TlsError::NoCertificate));
        assert_eq!(check(absent, Item::Bytes(b""), absent), Err(TlsError::Nothing));
        assert_eq!(check(absent, absent, Item::Bytes(b"not a certificate")), Err(TlsError::Authority));
    }
}
