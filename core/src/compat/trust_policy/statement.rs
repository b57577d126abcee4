//! The checks of one statement.

use super::distinguished_name::{self, DistinguishedName};
use super::{Level, PolicyErrorKind, Statement, WILDCARD, scope};
use crate::collections::Gather;
use crate::compat::quote::quoted;

/// The kind of identity that notation itself checks; others are left to plugins.
const X509_SUBJECT: &str = "x509.subject";

/// The kinds of trust stores.
const TRUST_STORE_TYPES: [&str; 3] = ["ca", "signingAuthority", "tsa"];

/// The moments at which a timestamp is verified.
const TIMESTAMP_OPTIONS: [&str; 2] = ["always", "afterCertExpiry"];

impl Statement {
    /// Checks all but the scopes, which are checked once all statements passed this.
    pub(super) fn validate(&self) -> Result<(), (PolicyErrorKind, String)> {
        if self.name.is_empty() {
            let words = "a trust policy statement is missing a name, every statement requires a name";
            return Err((PolicyErrorKind::Name, words.to_owned()));
        }
        let name = quoted(&self.name);
        let level =
            self.signature_verification.resolve().and_then(|level| self.validate_timestamp().map(|()| level)).map_err(
                |words| {
                    let words = format!("trust policy statement {name} has invalid signatureVerification: {words}");
                    (PolicyErrorKind::SignatureVerification, words)
                },
            )?;
        if level.base() == Level::Skip {
            if self.trust_stores.is_empty() && self.trusted_identities.is_empty() {
                return Ok(());
            }
            let words = format!(
                "trust policy statement {name} is set to skip signature verification but configured with trust stores and/or trusted identities, remove them if signature verification needs to be skipped"
            );
            return Err((PolicyErrorKind::Trust, words));
        }
        if self.trust_stores.is_empty() || self.trusted_identities.is_empty() {
            let words = format!(
                "trust policy statement {name} is either missing trust stores or trusted identities, both must be specified"
            );
            return Err((PolicyErrorKind::Trust, words));
        }
        for store in &self.trust_stores {
            validate_trust_store(store).map_err(|words| {
                let words = format!("trust policy statement {name} {words}");
                (PolicyErrorKind::TrustStore, words)
            })?;
        }
        validate_identities(&self.trusted_identities).map_err(|words| {
            let words = format!("trust policy statement {name} {words}");
            (PolicyErrorKind::TrustedIdentity, words)
        })
    }

    fn validate_timestamp(&self) -> Result<(), String> {
        let option = self.signature_verification.verify_timestamp.as_str();
        if option.is_empty() || TIMESTAMP_OPTIONS.contains(&option) {
            return Ok(());
        }
        let [always, after_expiry] = TIMESTAMP_OPTIONS.map(quoted);
        let option = quoted(option);
        Err(format!("verifyTimestamp must be {always} or {after_expiry}, but got {option}"))
    }

    pub(super) fn validate_scopes(&self) -> Result<(), String> {
        let scopes = &self.registry_scopes;
        if scopes.is_empty() {
            let name = quoted(&self.name);
            return Err(format!(
                "trust policy statement {name} has zero registry scopes, it must specify registry scopes with at least one value"
            ));
        }
        if scopes.len() > 1 && scopes.iter().any(|scope| scope == WILDCARD) {
            let name = quoted(&self.name);
            return Err(format!(
                "trust policy statement {name} uses wildcard registry scope '*', a wildcard scope cannot be used in conjunction with other scope values"
            ));
        }
        scopes.iter().filter(|scope| *scope != WILDCARD).try_for_each(|scope| scope::validate(scope))
    }
}

fn validate_trust_store(store: &str) -> Result<(), String> {
    let value = quoted(store);
    let Some((kind, name)) = store.split_once(':') else {
        return Err(format!(
            "has malformed trust store value {value}. The required format is <TrustStoreType>:<TrustStoreName>"
        ));
    };
    if !TRUST_STORE_TYPES.contains(&kind) {
        let kind = quoted(kind);
        return Err(format!("uses an unsupported trust store type {kind} in trust store value {value}"));
    }
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if name.is_empty() || !name.chars().all(is_allowed) {
        let name = quoted(name);
        return Err(format!(
            "uses an unsupported trust store name {name} in trust store value {value}. Named store name needs to follow [a-zA-Z0-9_.-]+ format"
        ));
    }
    Ok(())
}

fn validate_identities(identities: &[String]) -> Result<(), String> {
    if identities.len() > 1 && identities.iter().any(|identity| identity == WILDCARD) {
        return Err(
            "uses a wildcard trusted identity '*', a wildcard identity cannot be used in conjunction with other values"
                .to_owned(),
        );
    }
    let mut names: Vec<(&str, DistinguishedName)> = Vec::new();
    for identity in identities {
        if identity.is_empty() {
            return Err("has an empty trusted identity".to_owned());
        }
        if identity == WILDCARD {
            continue;
        }
        let shown = quoted(identity);
        let Some((prefix, value)) = identity.split_once(':') else {
            return Err(format!("has trusted identity {shown} missing separator"));
        };
        if prefix != X509_SUBJECT {
            continue;
        }
        if value.is_empty() {
            return Err(format!("has trusted identity {shown} without an identity value"));
        }
        let name = distinguished_name::parse(value)
            .map_err(|words| format!("has trusted identity {shown} with invalid identity value: {words}"))?;
        names.push((identity, name));
    }
    let parsed: Vec<&DistinguishedName> = names.iter().map(|(_, name)| name).gather();
    match distinguished_name::first_overlap(&parsed) {
        None => Ok(()),
        Some((part, whole)) => {
            let text = |index: usize| names.get(index).map_or_else(String::new, |it| quoted(it.0).to_string());
            let (part, whole) = (text(part), text(whole));
            Err(format!("has overlapping x509 trustedIdentities, {part} overlaps with {whole}"))
        }
    }
}
