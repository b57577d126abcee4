//! A failed request as the core takes it: the controller's words, and what stands behind them.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use kubectl_oci_core::compat::x509::describe;
use kubectl_oci_core::doctor::{Cause, CertificateFacts, CertificateProblem, Failure};

use crate::registry::{self, Client, Error, Repository};

/// TLS alerts with which a server asks for a client's certificate, or refuses the one that it got (RFC 8446, 6.2).
const OF_CLIENT_CERTIFICATES: [u8; 8] = [40, 42, 43, 44, 45, 46, 48, 116];

pub(super) async fn of(error: &Error, repository: &Repository, client: &Client, has_credentials: bool) -> Failure {
    let host = repository.host().to_owned();
    let cause = error.cause().map(|cause| self::cause(cause, &host, client));
    // Where there was no answer by HTTPS, the one by HTTP says nothing.
    let status = error.status().filter(|_| cause.is_none());
    let sent = has_credentials && cause.is_none() && repository.shows_credentials().await.unwrap_or(false);
    Failure {
        text: error.controller_words(),
        status: status.map(registry_status),
        codes: status.map_or_else(Vec::new, |status| {
            status.diagnostics().iter().map(|diagnostic| diagnostic.code.clone()).collect()
        }),
        host: status.and_then(|status| host_of(status.url())).unwrap_or(host),
        sent_credentials: sent,
        cause,
    }
}

fn registry_status(status: &kubectl_oci_core::compat::registry_error::StatusError) -> u16 {
    status.status()
}

/// Host and port of a URL.
fn host_of(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    rest.split(['/', '?', '#']).next().map(str::to_owned)
}

fn cause(cause: &registry::Cause, host: &str, client: &Client) -> Cause {
    let certificate = |problem| Cause::Certificate(Box::new(facts(problem, host, client)));
    match cause {
        registry::Cause::UnknownHost { .. } => Cause::UnknownHost,
        registry::Cause::ConnectionRefused { .. } => Cause::Refused,
        registry::Cause::TimedOut => Cause::Timeout,
        registry::Cause::UnknownAuthority => certificate(CertificateProblem::UnknownAuthority),
        registry::Cause::NotInItsTime { expired: true } => certificate(CertificateProblem::Expired),
        registry::Cause::NotInItsTime { expired: false } => certificate(CertificateProblem::NotYetValid),
        registry::Cause::OtherName { .. } => certificate(CertificateProblem::Name),
        registry::Cause::NotTls => Cause::PlainHttp,
        registry::Cause::Proxy(_) => Cause::Proxy,
        registry::Cause::Alert(alert) if OF_CLIENT_CERTIFICATES.contains(alert) => Cause::ClientCertificate,
        registry::Cause::Tls(words) if words.contains("x509") => certificate(CertificateProblem::Other),
        registry::Cause::Alert(_)
        | registry::Cause::Tls(_)
        | registry::Cause::Cut { .. }
        | registry::Cause::Stream(_)
        | registry::Cause::Redirect(_)
        | registry::Cause::Other(_) => Cause::Other,
    }
}

/// What the server showed.
fn facts(problem: CertificateProblem, host: &str, client: &Client) -> CertificateFacts {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let chain = client.certificates_of(name.trim_matches(['[', ']']));
    let said = chain.first().and_then(|certificate| describe(certificate)).unwrap_or_default();
    CertificateFacts {
        problem,
        subject: said.subject,
        issuer: said.issuer,
        names: said.names,
        not_before: said.not_before,
        not_after: said.not_after,
        // A server that sends more than its own certificate sends those above it; the last is the highest.
        authority_pem: chain.get(1..).and_then(<[_]>::last).map(|authority| pem(authority)),
    }
}

fn pem(der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_keep_their_ports() {
        assert_eq!(host_of("https://auth.example.com:8443/token?a=b").as_deref(), Some("auth.example.com:8443"));
        assert_eq!(host_of("nothing"), None);
    }

    #[test]
    fn pem_has_short_lines() {
        let text = pem(&[0; 60]);
        assert!(text.lines().all(|line| line.len() <= 64) && text.ends_with("-----END CERTIFICATE-----\n"));
    }
}
