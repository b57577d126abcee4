//! notation: the certificates and the trust policy of its Secret.
//!
//! Source: source-controller 1.9 `verifySignature` and `internal/oci/notation`.

use crate::model::Secret;
use crate::yaml::Node;

/// The entry of the trust policy.
pub const TRUST_POLICY: &str = "trustpolicy.json";

/// What the names of the certificates' entries end in.
pub const CERTIFICATE_SUFFIXES: [&str; 2] = [".crt", ".pem"];

/// The names of the entries that are taken for certificates.
pub fn certificates<'a>(secret: &Secret<'a>) -> impl Iterator<Item = Node<'a>> {
    let is_certificate = |name: &str| CERTIFICATE_SUFFIXES.iter().any(|suffix| name.ends_with(suffix));
    secret.entries.iter().map(|(name, _)| *name).filter(move |name| is_certificate(name.text()))
}
