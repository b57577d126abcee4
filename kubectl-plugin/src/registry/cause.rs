//! Why there was no answer, told from the errors of the HTTP and TLS libraries, and in Go's words.

use std::error::Error as _;
use std::io;
use std::net::IpAddr;

use kubectl_oci_core::compat::registry_error::alert_words;
use rustls::{AlertDescription, CertificateError};

/// Why a request came to no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cause {
    /// There is no such host.
    UnknownHost { host: String },
    /// Nobody listens.
    ConnectionRefused { address: String },
    /// The connection was cut, before or within the answer.
    Cut { reset: bool },
    /// The other end gave up a stream of HTTP/2, or all of the connection's.
    Stream(String),
    /// It took too long.
    TimedOut,
    /// The server's certificate was issued by nobody whom we believe.
    UnknownAuthority,
    /// The server's certificate is too old or too new.
    NotInItsTime { expired: bool },
    /// The server's certificate is for other names; those of the host's kind, addresses or names.
    OtherName { host: String, names: Vec<String> },
    /// Plain HTTP where TLS was expected.
    NotTls,
    /// The server ended the handshake, most often because it wants a client certificate.
    Alert(u8),
    /// Something else about TLS.
    Tls(String),
    /// The proxy cannot be reached.
    Proxy(String),
    /// Where the answer sends us is not where we go.
    Redirect(String),
    /// Anything else.
    Other(String),
}

impl Cause {
    /// Finds the cause in what a request ended with. `address` is what the host was resolved to.
    pub(crate) fn of(error: &reqwest::Error, host: &str, address: Option<String>) -> Self {
        let mut source = error.source();
        let mut deepest = None;
        while let Some(error) = source {
            if let Some(cause) = Self::of_one(error, host, address.as_deref()) {
                return cause;
            }
            deepest = Some(error);
            source = error.source();
        }
        if error.is_timeout() {
            return Self::TimedOut;
        }
        match deepest.map_or_else(|| error.to_string(), ToString::to_string) {
            // The other end went before the request was sent, or before its answer was complete.
            words if words.starts_with("connection closed") => Self::Cut { reset: false },
            words => Self::Other(words),
        }
    }

    fn of_one(error: &(dyn std::error::Error + 'static), host: &str, address: Option<&str>) -> Option<Self> {
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return Some(Self::of_tls(error, host));
        }
        if error.downcast_ref::<super::transport::UnknownHost>().is_some() {
            return Some(Self::UnknownHost { host: host.to_owned() });
        }
        if let Some(error) = error.downcast_ref::<h2::Error>().filter(|error| error.is_reset() || error.is_go_away()) {
            return Some(Self::Stream(error.to_string()));
        }
        let error = error.downcast_ref::<io::Error>()?;
        // What an error of the system was made from is not among its sources.
        if let Some(cause) = error.get_ref().and_then(|inner| Self::of_one(inner, host, address)) {
            return Some(cause);
        }
        if let Some(alert) = told_alert(&error.to_string()) {
            return Some(Self::Alert(alert));
        }
        match error.kind() {
            io::ErrorKind::ConnectionRefused => {
                Some(Self::ConnectionRefused { address: address.unwrap_or(host).to_owned() })
            }
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
                Some(Self::Cut { reset: true })
            }
            io::ErrorKind::UnexpectedEof => Some(Self::Cut { reset: false }),
            io::ErrorKind::TimedOut => Some(Self::TimedOut),
            _ => None,
        }
    }

    fn of_tls(error: &rustls::Error, host: &str) -> Self {
        use CertificateError as Refused;
        match error {
            rustls::Error::InvalidCertificate(refused) => match refused {
                Refused::UnknownIssuer => Self::UnknownAuthority,
                Refused::Expired | Refused::ExpiredContext { .. } => Self::NotInItsTime { expired: true },
                Refused::NotValidYet | Refused::NotValidYetContext { .. } => Self::NotInItsTime { expired: false },
                Refused::NotValidForName => Self::OtherName { host: without_port(host).to_owned(), names: Vec::new() },
                Refused::NotValidForNameContext { presented, .. } => {
                    let host = without_port(host);
                    let kind = if host.parse::<IpAddr>().is_ok() { "IpAddress(" } else { "DnsName(" };
                    let names = presented.iter().filter_map(|name| name.strip_prefix(kind));
                    let names = names.map(|name| name.trim_end_matches(')').trim_matches('"').to_owned());
                    Self::OtherName { host: host.to_owned(), names: names.collect() }
                }
                Refused::InvalidPurpose | Refused::InvalidPurposeContext { .. } => {
                    let words = "certificate specifies an incompatible key usage";
                    Self::Tls(format!("failed to verify certificate: x509: {words}"))
                }
                other => Self::Tls(format!("failed to verify certificate: x509: {other}")),
            },
            rustls::Error::AlertReceived(alert) => Self::Alert(u8::from(*alert)),
            rustls::Error::InvalidMessage(_) => Self::NotTls,
            other => Self::Tls(other.to_string()),
        }
    }

    /// Go's words, as far as they are well known; whole sentences of its TLS library are not imitated.
    pub(crate) fn go_words(&self) -> String {
        let refused = "tls: failed to verify certificate: x509: ";
        match self {
            Self::UnknownHost { host } => format!("dial tcp: lookup {}: no such host", without_port(host)),
            Self::ConnectionRefused { address } => format!("dial tcp {address}: connect: connection refused"),
            Self::Cut { reset: true } => "read: connection reset by peer".to_owned(),
            Self::Cut { reset: false } => "EOF".to_owned(),
            Self::TimedOut => "context deadline exceeded".to_owned(),
            Self::UnknownAuthority => format!("{refused}certificate signed by unknown authority"),
            Self::NotInItsTime { .. } => format!("{refused}certificate has expired or is not yet valid"),
            Self::OtherName { host, names } => format!("{refused}{}", other_name(host, names)),
            Self::NotTls => "http: server gave HTTP response to HTTPS client".to_owned(),
            Self::Alert(alert) => alert_words(*alert),
            Self::Tls(words) => format!("tls: {words}"),
            Self::Proxy(words) => format!("proxyconnect tcp: {words}"),
            Self::Stream(words) => format!("http2: {words}"),
            Self::Redirect(words) | Self::Other(words) => words.clone(),
        }
    }

    /// Whether asking again may help.
    pub(crate) fn is_temporary(&self) -> bool {
        matches!(self, Self::Cut { .. } | Self::Stream(_))
    }

    /// Whether it is about who is who, so that another authority, certificate or scheme would help.
    pub(crate) fn is_tls(&self) -> bool {
        matches!(
            self,
            Self::UnknownAuthority
                | Self::NotInItsTime { .. }
                | Self::OtherName { .. }
                | Self::NotTls
                | Self::Alert(_)
                | Self::Tls(_)
        )
    }
}

/// An alert that comes after the handshake is handed on as text alone.
fn told_alert(text: &str) -> Option<u8> {
    let name = text.strip_prefix("received fatal alert: ")?;
    (0..=u8::MAX).find(|number| format!("{:?}", AlertDescription::from(*number)) == name)
}

/// As Go's `x509.HostnameError`.
fn other_name(host: &str, names: &[String]) -> String {
    match names {
        [] if host.parse::<IpAddr>().is_ok() => {
            format!("cannot validate certificate for {host} because it doesn't contain any IP SANs")
        }
        [] => format!("certificate is not valid for any names, but wanted to match {host}"),
        names => format!("certificate is valid for {}, not {host}", names.join(", ")),
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_names_are_told_as_go_tells_them() {
        let names = vec!["a.example".to_owned(), "b.example".to_owned()];
        assert_eq!(other_name("c", &names), "certificate is valid for a.example, b.example, not c");
        assert_eq!(other_name("c", &[]), "certificate is not valid for any names, but wanted to match c");
        assert!(other_name("10.0.0.1", &[]).ends_with("because it doesn't contain any IP SANs"));
    }

    #[test]
    fn alerts_are_known_by_their_names() {
        assert_eq!(told_alert("received fatal alert: BadCertificate"), Some(42));
        assert_eq!(told_alert("received fatal alert: CertificateRequired"), Some(116));
        assert_eq!(told_alert("something else"), None);
        assert_eq!(without_port("h:1"), "h");
        assert_eq!(without_port("[::1]:5000"), "[::1]");
    }
}
