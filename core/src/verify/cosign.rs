//! cosign: the keys of its Secret, and Sigstore's trusted root.
//!
//! Source: source-controller 1.9 `verifySignature` and `internal/oci/cosign`, sigstore-go 1.2
//! `pkg/root`.

use std::fmt;

use crate::collections::Gather;
use crate::compat::go::json::{Json, Kind, Value};
use crate::compat::x509::{self, PublicKeyError};
use crate::model::Secret;
use crate::yaml::Node;

/// What the controller looks at in the Secret of `verify.secretRef`: entries whose names end so.
pub const KEY_SUFFIX: &str = ".pub";

/// The entry of the Secret of `verify.trustedRootSecretRef`.
pub const TRUSTED_ROOT: &str = "trusted_root.json";

/// What an entry with [`KEY_SUFFIX`] comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyEntry {
    /// A key that signatures are verified with.
    Key,
    /// Nothing: the controller then verifies keyless, without identities.
    Empty,
    /// Encrypted, or only known later.
    Unknown,
    /// Something that ends the verification when it is come to. The order is random.
    Refused(PublicKeyError),
}

/// The entries of a Secret that are taken for keys, with their names.
pub fn keys<'a>(secret: &Secret<'a>) -> Vec<(Node<'a>, KeyEntry)> {
    let keys = secret.entries.iter().filter(|(name, _)| name.text().ends_with(KEY_SUFFIX));
    keys.map(|(name, value)| {
        let entry = match value.bytes() {
            _ if value.is_empty() => KeyEntry::Empty,
            None => KeyEntry::Unknown,
            Some(bytes) => match x509::public_key(&bytes) {
                Ok(_) => KeyEntry::Key,
                Err(error) => KeyEntry::Refused(error),
            },
        };
        (*name, entry)
    })
    .gather()
}

/// The only media type of a trusted root that sigstore-go reads.
const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.trustedroot+json;version=0.1";

/// Why a trusted root is refused. `Display` gives the controller's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrustedRootError {
    /// It is no JSON object.
    NotJson,
    /// Its media type is missing or another.
    MediaType(String),
    /// It names no transparency log.
    NoLog,
    /// None of its logs has an address.
    NoAddress,
}

impl fmt::Display for TrustedRootError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson => f.write_str("unable to parse trusted root: failed to proto-json unmarshal trusted root"),
            Self::MediaType(media_type) => {
                write!(f, "unable to parse trusted root: unsupported TrustedRoot media type: {media_type}")
            }
            Self::NoLog => f.write_str(
                "unable to extract Rekor URL from trusted root: no transparency log entries found in trusted root",
            ),
            Self::NoAddress => f.write_str(
                "unable to extract Rekor URL from trusted root: no transparency log entry with a BaseURL found in trusted root",
            ),
        }
    }
}

impl std::error::Error for TrustedRootError {}

/// Checks what keyless verification needs of a trusted root before it asks anybody. Keys and
/// certificates in it are not looked at.
///
/// # Errors
///
/// What the controller is certain to refuse.
pub fn check_trusted_root(json: &[u8]) -> Result<(), TrustedRootError> {
    let json = std::str::from_utf8(json).ok().and_then(|text| Json::parse(text).ok());
    let Some(root) = json.as_ref().map(Json::root).filter(|root| root.kind() == Kind::Object) else {
        return Err(TrustedRootError::NotJson);
    };
    // Protobuf's JSON takes the names of the .proto file too.
    let field = |name: &str, proto: &str| root.get(name).or_else(|| root.get(proto));
    let media_type = field("mediaType", "media_type").and_then(Value::as_text).unwrap_or_default();
    if media_type != MEDIA_TYPE {
        return Err(TrustedRootError::MediaType(media_type.into_owned()));
    }
    let logs: Vec<Value<'_>> = root.get("tlogs").into_iter().flat_map(Value::elements).gather();
    if logs.is_empty() {
        return Err(TrustedRootError::NoLog);
    }
    let has_address = |log: &Value<'_>| {
        let address = log.get("baseUrl").or_else(|| log.get("base_url"));
        address.and_then(Value::as_text).is_some_and(|address| !address.is_empty())
    };
    if logs.iter().any(has_address) { Ok(()) } else { Err(TrustedRootError::NoAddress) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trusted_root_needs_its_media_type_and_a_log_with_an_address() {
        let media_type = format!("\"mediaType\":\"{MEDIA_TYPE}\"");
        let check = |json: &str| check_trusted_root(json.as_bytes());
        assert_eq!(check("not json"), Err(TrustedRootError::NotJson));
        assert_eq!(check("[]"), Err(TrustedRootError::NotJson));
        assert_eq!(
            check("{}").unwrap_err().to_string(),
            "unable to parse trusted root: unsupported TrustedRoot media type: "
        );
        assert_eq!(check(&format!("{{{media_type}}}")), Err(TrustedRootError::NoLog));
        assert_eq!(check(&format!("{{{media_type},\"tlogs\":[{{}}]}}")), Err(TrustedRootError::NoAddress));
        assert_eq!(check(&format!("{{{media_type},\"tlogs\":[{{}},{{\"baseUrl\":\"https://r\"}}]}}")), Ok(()));
    }
}
