//! TLS as the controller sets it up: its authorities beside the system's, a client certificate, or no verification
//! at all. What a server showed is remembered, so that a refusal can be explained.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use kubectl_oci_core::render::Failure;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use crate::registry::options::Tls;

/// The certificates that servers showed, by host.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen(Arc<Mutex<BTreeMap<String, Vec<Vec<u8>>>>>);

impl Seen {
    pub(super) fn of(&self, host: &str) -> Vec<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(host).cloned().unwrap_or_default()
    }

    fn note(&self, host: &ServerName<'_>, end: &CertificateDer<'_>, others: &[CertificateDer<'_>]) {
        let chain = std::iter::once(end).chain(others).map(|certificate| certificate.to_vec()).collect();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(host.to_str().into_owned(), chain);
    }
}

/// The configuration of all connections.
///
/// # Errors
///
/// Authorities, a certificate or a key that cannot be used.
pub(super) fn config(tls: &Tls, seen: Seen) -> Result<ClientConfig, Failure> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Verifier::new(tls, Arc::clone(&provider), seen)?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::new("TLS could not be set up").why(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match &tls.identity {
        None => builder.with_no_client_auth(),
        Some((chain, key)) => {
            let refused = |why: String| Failure::new("the client certificate cannot be used").why(why);
            let chain = certificates(chain).map_err(refused)?;
            let key = PrivateKeyDer::from_pem_slice(key.expose())
                .map_err(|_| refused("there is no private key in PEM in the key file".to_owned()))?;
            builder.with_client_auth_cert(chain, key).map_err(|error| refused(error.to_string()))?
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let found = found.map_err(|error| format!("it is not PEM: {error}"))?;
    if found.is_empty() { Err("there is no certificate in PEM in it".to_owned()) } else { Ok(found) }
}

/// Verifies as webpki does, but remembers, and can be told to believe anyone.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    /// Made when the first server shows a certificate; nothing where there are no authorities.
    inner: OnceLock<Option<Arc<WebPkiServerVerifier>>>,
    /// What was given besides the system's authorities.
    given: Vec<CertificateDer<'static>>,
    insecure: bool,
    seen: Seen,
}

/// The system's authorities. Reading them takes longer than most requests, and plain HTTP needs none.
fn system_authorities() -> &'static RootCertStore {
    static AUTHORITIES: LazyLock<RootCertStore> = LazyLock::new(|| {
        let mut roots = RootCertStore::empty();
        // Whatever of the system's store cannot be read is not believed; that is all that follows.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots
    });
    &AUTHORITIES
}

impl Verifier {
    fn new(tls: &Tls, provider: Arc<CryptoProvider>, seen: Seen) -> Result<Self, Failure> {
        let insecure = tls.insecure_skip_verify;
        let mut given = Vec::new();
        if !insecure {
            let refused = |why: String| Failure::new("the authorities' certificates cannot be used").why(why);
            given = tls.authorities.as_deref().map_or(Ok(Vec::new()), certificates).map_err(refused)?;
            for certificate in &given {
                RootCertStore::empty().add(certificate.clone()).map_err(|error| refused(error.to_string()))?;
            }
        }
        Ok(Self { provider, inner: OnceLock::new(), given, insecure, seen })
    }

    /// Who is believed; nobody where there are no authorities.
    fn inner(&self) -> Option<&Arc<WebPkiServerVerifier>> {
        let make = || {
            let mut roots = system_authorities().clone();
            roots.add_parsable_certificates(self.given.iter().cloned());
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider)).build().ok()
        };
        self.inner.get_or_init(make).as_ref()
    }
}

impl Verifier {
    /// A server may show the very authority that it is believed by: `openssl req -x509` makes such certificates. Go
    /// takes them, webpki does not, for that reason alone, when their time has been checked.
    fn is_given_authority(&self, error: &rustls::Error, certificate: &CertificateDer<'_>) -> bool {
        is_authority(error) && self.given.iter().any(|given| given == certificate)
    }
}

/// Whether a certificate is refused because it is an authority's. webpki's own error is not to be had here.
fn is_authority(error: &rustls::Error) -> bool {
    let rustls::Error::InvalidCertificate(CertificateError::Other(other)) = error else { return false };
    format!("{other:?}").contains("CaUsedAsEndEntity")
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.seen.note(server_name, end_entity, intermediates);
        if self.insecure {
            return Ok(ServerCertVerified::assertion());
        }
        match self.inner() {
            Some(inner) => {
                let verified = inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
                match verified {
                    Err(error) if self.is_given_authority(&error, end_entity) => {
                        verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                        Ok(ServerCertVerified::assertion())
                    }
                    // One that nobody gave is, for Go, one that nobody known signed.
                    Err(error) if is_authority(&error) => {
                        Err(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer))
                    }
                    verified => verified,
                }
            }
            None => Err(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
