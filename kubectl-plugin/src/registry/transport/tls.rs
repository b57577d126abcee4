//! TLS as the controller sets it up: its authorities beside the system's, a client certificate, or no verification
//! at all. What a server showed is remembered, so that a refusal can be explained.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use kubectl_oci_core::render::Failure;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
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
    /// Nothing where nobody has to be believed: the option says so, or there are no authorities.
    inner: Option<Arc<WebPkiServerVerifier>>,
    insecure: bool,
    seen: Seen,
}

impl Verifier {
    fn new(tls: &Tls, provider: Arc<CryptoProvider>, seen: Seen) -> Result<Self, Failure> {
        if tls.insecure_skip_verify {
            return Ok(Self { provider, inner: None, insecure: true, seen });
        }
        let mut roots = RootCertStore::empty();
        // Whatever of the system's store cannot be read is not believed; that is all that follows.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(pem) = &tls.authorities {
            let refused = |why: String| Failure::new("the authorities' certificates cannot be used").why(why);
            for certificate in certificates(pem).map_err(refused)? {
                roots.add(certificate).map_err(|error| refused(error.to_string()))?;
            }
        }
        if roots.is_empty() {
            return Ok(Self { provider, inner: None, insecure: false, seen });
        }
        let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .build()
            .map_err(|error| Failure::new("TLS could not be set up").why(error.to_string()))?;
        Ok(Self { provider, inner: Some(inner), insecure: false, seen })
    }
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
        match &self.inner {
            Some(inner) => inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now),
            None if self.insecure => Ok(ServerCertVerified::assertion()),
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
