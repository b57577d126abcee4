//! notation: the certificates and the trust policy of its Secret.
//!
//! Source: source-controller 1.9 `verifySignature` and `internal/oci/notation`. The policy itself
//! is [`crate::compat::trust_policy`]'s.

use crate::collections::Gather;
use crate::compat::x509;
use crate::model::Secret;
use crate::yaml::Node;

/// The entry of the trust policy.
pub const TRUST_POLICY: &str = "trustpolicy.json";

/// What the names of the certificates' entries end in.
pub const CERTIFICATE_SUFFIXES: [&str; 2] = [".crt", ".pem"];

/// The names of the entries that are taken for certificates, and whether they can be read as such.
/// Those that are only known later can.
pub fn certificates<'a>(secret: &Secret<'a>) -> Vec<(Node<'a>, bool)> {
    let is_certificate = |name: &str| CERTIFICATE_SUFFIXES.iter().any(|suffix| name.ends_with(suffix));
    let entries = secret.entries.iter().filter(|(name, _)| is_certificate(name.text()));
    entries
        .map(|(name, value)| {
            let is_read = value.bytes().is_none_or(|bytes| x509::store_certificates(&bytes).is_some());
            (*name, is_read)
        })
        .gather()
}
