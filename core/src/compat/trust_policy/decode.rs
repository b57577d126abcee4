//! JSON to a document, as Go fills its structs.

use std::convert::Infallible;
use std::fmt;

use super::{Document, SignatureVerification, Statement};
use crate::collections::Gather;
use crate::compat::go::json::{Decoder, GoMap, GoSlice, Json, Value};

/// Why a text is no trust policy. `Display` gives Go's words; source-controller puts `error occurred
/// while parsing trustpolicy.json: ` in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    offset: Option<usize>,
    words: String,
}

impl DecodeError {
    /// From which byte on the text is no JSON; nothing where it is JSON of the wrong types.
    pub fn offset(&self) -> Option<usize> {
        self.offset
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl std::error::Error for DecodeError {}

/// A statement while it is being filled.
#[derive(Debug, Default)]
struct RawStatement {
    name: String,
    registry_scopes: GoSlice<String>,
    signature_verification: RawVerification,
    trust_stores: GoSlice<String>,
    trusted_identities: GoSlice<String>,
}

/// `signatureVerification` while it is being filled.
#[derive(Debug, Default)]
struct RawVerification {
    level: String,
    overrides: GoMap<String>,
    verify_timestamp: String,
}

pub(super) fn decode(text: &str) -> Result<Document, DecodeError> {
    let json = Json::parse(text).map_err(|error| DecodeError { offset: Some(error.offset), words: error.words })?;
    let mut decoder = Decoder::default();
    let mut version = String::new();
    let mut statements = GoSlice::default();
    let target = ("trustpolicy.Document", "Document");
    let names = ["version", "trustPolicies"];
    let Ok(()) = decoder.structure(json.root(), target, &names, |decoder, name, value| {
        match name {
            "version" => decoder.string(value, "string", &mut version),
            _ => decoder.slice(value, "[]trustpolicy.TrustPolicy", &mut statements, decode_statement),
        }
        Ok::<(), Infallible>(())
    });
    decoder.finish().map_err(|error| DecodeError { offset: None, words: error.to_string() })?;
    let statements = statements.into_vec().into_iter().map(RawStatement::finish);
    Ok(Document { version, statements: statements.gather() })
}

impl RawStatement {
    fn finish(self) -> Statement {
        Statement {
            name: self.name,
            registry_scopes: self.registry_scopes.into_vec(),
            signature_verification: SignatureVerification {
                level: self.signature_verification.level,
                overrides: self.signature_verification.overrides.into_vec(),
                verify_timestamp: self.signature_verification.verify_timestamp,
            },
            trust_stores: self.trust_stores.into_vec(),
            trusted_identities: self.trusted_identities.into_vec(),
        }
    }
}

fn decode_statement(decoder: &mut Decoder, value: Value<'_>, into: &mut RawStatement) {
    let target = ("trustpolicy.TrustPolicy", "TrustPolicy");
    let names = ["name", "registryScopes", "signatureVerification", "trustStores", "trustedIdentities"];
    let Ok(()) = decoder.structure(value, target, &names, |decoder, name, value| {
        match name {
            "name" => decoder.string(value, "string", &mut into.name),
            "registryScopes" => decode_strings(decoder, value, &mut into.registry_scopes),
            "signatureVerification" => {
                decode_verification(decoder, value, &mut into.signature_verification);
            }
            "trustStores" => decode_strings(decoder, value, &mut into.trust_stores),
            _ => decode_strings(decoder, value, &mut into.trusted_identities),
        }
        Ok::<(), Infallible>(())
    });
}

fn decode_strings(decoder: &mut Decoder, value: Value<'_>, into: &mut GoSlice<String>) {
    decoder.slice(value, "[]string", into, |decoder, value, into| {
        decoder.string(value, "string", into);
    });
}

fn decode_verification(decoder: &mut Decoder, value: Value<'_>, into: &mut RawVerification) {
    let target = ("trustpolicy.SignatureVerification", "SignatureVerification");
    let names = ["level", "override", "verifyTimestamp"];
    let Ok(()) = decoder.structure(value, target, &names, |decoder, name, value| {
        match name {
            "level" => decoder.string(value, "string", &mut into.level),
            "override" => {
                let target = "map[trustpolicy.ValidationType]trustpolicy.ValidationAction";
                let Ok(()) = decoder.map(value, target, &mut into.overrides, |decoder, _, value, action| {
                    decoder.string(value, "trustpolicy.ValidationAction", action);
                    Ok::<(), Infallible>(())
                });
            }
            _ => {
                let target = "trustpolicy.TimestampOption";
                decoder.string(value, target, &mut into.verify_timestamp);
            }
        }
        Ok::<(), Infallible>(())
    });
}
