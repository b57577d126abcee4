//! PEM, certificates and keys, as Go reads them: what the controller refuses of a Secret.
//!
//! Ports the decisions of Go 1.26's crypto/tls `X509KeyPair` and crypto/x509 `AppendCertsFromPEM`
//! and `ParseCertificates`, and of sigstore's `UnmarshalPEMToPublicKey` and `LoadVerifier`. They
//! err to one side: what Go takes is never refused here, while a certificate whose extensions Go
//! does not like passes. (One exception: an ECDSA key that holds another point than its own, which
//! Go computes anew.) Vectors: `x509.jsonl`.
//!
//! The DER is walked by hand. The crates that do it (`x509-cert` with `pkcs8`, `pkcs1` and `sec1`)
//! make 179 kB of WASM and sixteen more crates of what is 250 lines here, because they build the
//! whole of a certificate, of which the key and a date are looked at. Nothing here is trusted with a
//! decision about a signature.

mod certificate;
mod der;
mod description;
mod key;
mod pem;

#[cfg(test)]
mod tests;

pub(crate) use certificate::days_from_civil;
pub use certificate::{Certificate, date};
pub use description::{Description, describe};
pub use key::{Algorithm, PublicKey};

use der::Reader;
use key::PrivateKey;

/// Why a certificate and its key are refused. `Display` gives Go's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairError {
    /// Which of the two.
    pub part: Part,
    words: String,
}

/// What a [`PairError`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The certificate.
    Certificate,
    /// The private key.
    Key,
    /// The two, which do not belong together.
    Pair,
}

impl PairError {
    fn new(part: Part, words: impl Into<String>) -> Self {
        Self { part, words: words.into() }
    }
}

impl std::fmt::Display for PairError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words)
    }
}

impl std::error::Error for PairError {}

/// A certificate with its private key, both in PEM: the first certificate, or why Go's crypto/tls
/// `X509KeyPair` refuses them. Whether an Ed25519 key belongs to its certificate is not decided.
///
/// # Errors
///
/// In Go's words, except for a certificate that is not DER, where Go says at which byte.
pub fn key_pair(certificate: &[u8], key: &[u8]) -> Result<Certificate, PairError> {
    let first = first_certificate(certificate)?;
    let key = first_private_key(key)?;
    let certificate =
        Certificate::of_der(&first).ok_or_else(|| PairError::new(Part::Certificate, "x509: malformed certificate"))?;
    let key = PrivateKey::of_der(&key).ok_or_else(|| PairError::new(Part::Key, "tls: failed to parse private key"))?;
    let public = certificate.key.algorithm();
    match (public, key.algorithm()) {
        (_, Algorithm::Unsupported) => {
            return Err(PairError::new(Part::Key, "tls: found unknown private key type in PKCS#8 wrapping"));
        }
        (_, Algorithm::Unknown) => return Err(PairError::new(Part::Key, "tls: failed to parse private key")),
        // Nobody's certificate; what Go says of it depends on the certificate's parser.
        (Algorithm::Unsupported | Algorithm::Unknown, _) => {}
        (public, private) if public != private => {
            return Err(PairError::new(Part::Pair, "tls: private key type does not match public key type"));
        }
        _ if key.fits(&certificate.key) == Some(false) => {
            return Err(PairError::new(Part::Pair, "tls: private key does not match public key"));
        }
        _ => {}
    }
    Ok(certificate)
}

fn first_certificate(text: &[u8]) -> Result<Vec<u8>, PairError> {
    let mut skipped = Vec::new();
    let mut found = None;
    for block in pem::blocks(text) {
        if block.label == b"CERTIFICATE" {
            found.get_or_insert(block.bytes);
        } else {
            skipped.push(block);
        }
    }
    found.ok_or_else(|| {
        PairError::new(
            Part::Certificate,
            match skipped.as_slice() {
                [] => "tls: failed to find any PEM data in certificate input".to_owned(),
                [one] if one.label.ends_with(b"PRIVATE KEY") => {
                    "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched".to_owned()
                }
                several => format!(
                    "tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of the following types: [{}]",
                    labels(several)
                ),
            },
        )
    })
}

fn first_private_key(text: &[u8]) -> Result<Vec<u8>, PairError> {
    let mut skipped = Vec::new();
    for block in pem::blocks(text) {
        if block.is_private_key() {
            return Ok(block.bytes);
        }
        skipped.push(block);
    }
    Err(PairError::new(
        Part::Key,
        match skipped.as_slice() {
            [] => "tls: failed to find any PEM data in key input".to_owned(),
            [one] if one.label == b"CERTIFICATE" => {
                "tls: found a certificate rather than a key in the PEM for the private key".to_owned()
            }
            several => format!(
                "tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM blocks of the following types: [{}]",
                labels(several)
            ),
        },
    ))
}

fn labels(blocks: &[pem::Block<'_>]) -> String {
    blocks.iter().map(pem::Block::label).collect::<Vec<_>>().join(" ")
}

/// The certificates of a bundle of authorities. None is what Go's `AppendCertsFromPEM` answers with
/// false; blocks that are no certificates, or have headers, are skipped.
pub fn authorities(text: &[u8]) -> Vec<Certificate> {
    pem::blocks(text)
        .filter(|block| block.label == b"CERTIFICATE" && !block.has_headers)
        .filter_map(|block| Certificate::of_der(&block.bytes))
        .collect()
}

/// The certificates of an entry of notation's trust store: those of the first PEM block, or of the
/// bytes themselves where there is none. `None` where Go cannot parse them. Source:
/// source-controller `trustStore.GetCertificates`.
pub fn store_certificates(text: &[u8]) -> Option<Vec<Certificate>> {
    let block = pem::blocks(text).next();
    let mut input = Reader::new(block.as_ref().map_or(text, |block| &block.bytes));
    let mut out = Vec::new();
    while !input.is_empty() {
        out.push(Certificate::read(&mut input)?);
    }
    Some(out)
}

/// True where a text holds a private key in PEM, encrypted ones (`ENCRYPTED PRIVATE KEY`) and those
/// of OpenSSH and cosign included.
pub fn holds_private_key(text: &[u8]) -> bool {
    crate::text::find(text, b"PRIVATE KEY-----").is_some() && pem::blocks(text).any(|block| block.is_private_key())
}

/// True where one of them lies open: no passphrase stands before it.
pub fn holds_plain_private_key(text: &[u8]) -> bool {
    holds_private_key(text)
        && pem::blocks(text)
            .any(|block| block.is_private_key() && !block.has_headers && !block.label.starts_with(b"ENCRYPTED"))
}

/// Why a public key is refused. `Display` gives the controller's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKeyError {
    /// There is no PEM in it.
    NoPem,
    /// The first PEM block is something else: its label.
    Label(String),
    /// The block does not hold a key.
    Malformed,
    /// A key of an algorithm that Go does not read.
    UnknownAlgorithm,
    /// A key of an algorithm that signatures are not made with.
    Unsupported,
}

impl std::fmt::Display for PublicKeyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoPem => f.write_str("PEM decoding failed"),
            Self::Label(label) => {
                write!(f, "unknown Public key PEM file type: {label}. Are you passing the correct public key?")
            }
            Self::Malformed => f.write_str("x509: malformed public key"),
            Self::UnknownAlgorithm => f.write_str("x509: unknown public key algorithm"),
            Self::Unsupported => f.write_str("unsupported public key type"),
        }
    }
}

impl std::error::Error for PublicKeyError {}

/// A public key that cosign verifies with: the first PEM block of a text. Source: sigstore
/// `cryptoutils.UnmarshalPEMToPublicKey`, `signature.LoadVerifier`.
///
/// # Errors
///
/// What cosign refuses.
pub fn public_key(text: &[u8]) -> Result<PublicKey, PublicKeyError> {
    let block = pem::blocks(text).next().ok_or(PublicKeyError::NoPem)?;
    let key = match block.label {
        b"PUBLIC KEY" => PublicKey::of_spki(&block.bytes),
        b"RSA PUBLIC KEY" => PublicKey::of_pkcs1(&block.bytes),
        _ => return Err(PublicKeyError::Label(block.label())),
    };
    let key = key.ok_or(PublicKeyError::Malformed)?;
    match key.algorithm() {
        Algorithm::Rsa | Algorithm::Ecdsa | Algorithm::Ed25519 => Ok(key),
        Algorithm::Unsupported => Err(PublicKeyError::Unsupported),
        Algorithm::Unknown => Err(PublicKeyError::UnknownAlgorithm),
    }
}
