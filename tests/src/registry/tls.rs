//! Certificates: an authority made anew for each run, and what it signs, good and bad.

use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, SanType, date_time_ymd,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

/// A certificate authority.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Authority")
    }
}

/// A certificate and its key, in PEM.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The chain.
    pub certificate: String,
    /// The private key.
    pub key: String,
}

/// What is the matter with a server's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing.
    None,
    /// It ended years ago.
    Expired,
    /// It begins in years.
    NotYetValid,
    /// It is for `registry.invalid`.
    OtherName,
    /// It is for clients.
    ClientOnly,
    /// It signed itself.
    SelfSigned,
}

impl Authority {
    /// A new one of this name.
    pub fn new(name: &str) -> Self {
        let mut params = named(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Self(CertifiedIssuer::self_signed(params, key()).expect("an authority"))
    }

    /// Its certificate in PEM.
    pub fn certificate(&self) -> String {
        self.0.pem()
    }

    /// A server's certificate for `localhost`, `registry.example` and this address.
    pub fn server(&self, address: IpAddr, flaw: Flaw) -> Identity {
        let mut params = named("registry of the tests");
        params.extended_key_usages = vec![match flaw {
            Flaw::ClientOnly => ExtendedKeyUsagePurpose::ClientAuth,
            _ => ExtendedKeyUsagePurpose::ServerAuth,
        }];
        params.subject_alt_names = match flaw {
            Flaw::OtherName => vec![dns("registry.invalid")],
            _ => vec![dns("localhost"), dns("registry.example"), SanType::IpAddress(address)],
        };
        match flaw {
            Flaw::Expired => params.not_after = date_time_ymd(2021, 2, 3),
            Flaw::NotYetValid => params.not_before = date_time_ymd(2094, 5, 6),
            _ => {}
        }
        let key = key();
        let certificate = match flaw {
            Flaw::SelfSigned => params.self_signed(&key),
            _ => params.signed_by(&key, &self.0),
        };
        Identity { certificate: certificate.expect("a certificate").pem(), key: key.serialize_pem() }
    }

    /// A server's certificate for these names.
    pub fn server_of(&self, names: &[&str]) -> Identity {
        let mut params = named("registry of the tests");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.subject_alt_names = names.iter().map(|name| dns(name)).collect();
        let key = key();
        let certificate = params.signed_by(&key, &self.0);
        Identity { certificate: certificate.expect("a certificate").pem(), key: key.serialize_pem() }
    }

    /// A client's certificate.
    pub fn client(&self, name: &str) -> Identity {
        let mut params = named(name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let key = key();
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        Identity { certificate: certificate.pem(), key: key.serialize_pem() }
    }
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2020, 1, 2);
    params.not_after = date_time_ymd(2095, 1, 2);
    params
}

fn dns(name: &str) -> SanType {
    SanType::DnsName(name.try_into().expect("a DNS name"))
}

fn key() -> KeyPair {
    KeyPair::generate().expect("a key pair")
}

impl Identity {
    /// Writes `<name>.crt` and `<name>.key` into a folder.
    pub fn write(&self, folder: &Path, name: &str) -> io::Result<(PathBuf, PathBuf)> {
        let (certificate, key) = (folder.join(format!("{name}.crt")), folder.join(format!("{name}.key")));
        std::fs::write(&certificate, &self.certificate)?;
        std::fs::write(&key, &self.key)?;
        Ok((certificate, key))
    }
}

/// The server's side of TLS for HTTP/2 alone.
pub(super) fn http2_config(identity: &Identity) -> Arc<ServerConfig> {
    let mut config = Arc::unwrap_or_clone(server_config(identity, None));
    config.alpn_protocols = vec![b"h2".to_vec()];
    Arc::new(config)
}

/// The server's side of TLS; with `clients`, only for those whom that authority knows.
pub(super) fn server_config(identity: &Identity, clients: Option<&str>) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("protocol versions");
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates(authority) {
                roots.add(certificate).expect("an authority's certificate");
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder.with_client_cert_verifier(verifier.expect("a verifier of clients"))
        }
    };
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).expect("a key");
    let config = builder.with_single_cert(certificates(&identity.certificate), key);
    Arc::new(config.expect("a certificate and its key"))
}

fn certificates(pem: &str) -> Vec<CertificateDer<'static>> {
    let all = CertificateDer::pem_slice_iter(pem.as_bytes());
    all.map(|certificate| certificate.expect("a certificate")).collect()
}
