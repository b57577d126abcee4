//! What of `verify` fails before a signature is looked at: source-controller `verifySignature`.
//!
//! The controller gets here behind the digest, so what is found is kept and told there.

use super::super::case::Case;
use super::super::fault::{Fault, SecretUse};
use super::super::secrets::{Lookup, SecretBytes, SecretData, Shelf};

/// What is known of the configuration of `verify`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::doctor) struct Verification {
    /// The controller's words behind `failed to verify the signature using provider '…': `, and what
    /// they mean.
    pub(in crate::doctor) error: Option<(String, Fault)>,
}

/// The entry of a notation Secret that holds its policy.
const TRUST_POLICY: &str = "trustpolicy.json";

/// The entry of `trustedRootSecretRef`.
const TRUSTED_ROOT: &str = "trusted_root.json";

pub(super) fn read(case: &mut Case, shelf: &Shelf<'_, '_>) {
    let Some(verify) = case.fields.verify.clone() else { return };
    let error = if verify.notation {
        notation(verify.secret.as_deref(), shelf)
    } else {
        let root = verify.trusted_root.as_deref().and_then(|name| trusted_root(name, shelf));
        root.or_else(|| keys(verify.secret.as_deref()?, shelf))
    };
    case.verification.error = error;
}

fn notation(name: Option<&str>, shelf: &Shelf<'_, '_>) -> Option<(String, Fault)> {
    let Some(name) = name else {
        // The reference is added where it is known.
        return Some(("verification secret cannot be empty: ".to_owned(), Fault::VerificationSecret));
    };
    let secret = match find(name, SecretUse::Verification, shelf) {
        Ok(secret) => secret?,
        Err(error) => return Some(error),
    };
    let lacks = |words: String, key| {
        let keys = secret.names();
        Some((words, Fault::VerificationKey { name: name.to_owned(), key, keys }))
    };
    let qualified = shelf.qualified(name);
    if secret.get(TRUST_POLICY).is_none() {
        return lacks(format!("'{TRUST_POLICY}' not found in secret '{qualified}'"), TRUST_POLICY);
    }
    let is_certificate = |key: &str| key.ends_with(".crt") || key.ends_with(".pem");
    // A policy that is no JSON is refused before that, in words of its own.
    let is_json = |policy: &SecretBytes| match policy {
        SecretBytes::Known(text) => serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok(),
        SecretBytes::Hidden => false,
    };
    if !secret.keys().any(is_certificate) && secret.get(TRUST_POLICY).is_some_and(is_json) {
        return lacks(format!("no certificates found in secret '{qualified}'"), "*.crt");
    }
    None
}

fn trusted_root(name: &str, shelf: &Shelf<'_, '_>) -> Option<(String, Fault)> {
    let qualified = shelf.qualified(name);
    let failed = |words: &str| format!("failed to read trusted root from secret '{qualified}': {words}");
    match find(name, SecretUse::TrustedRoot, shelf) {
        Err((words, fault)) => Some((failed(&words), fault)),
        Ok(Some(secret)) if secret.get(TRUSTED_ROOT).is_none() => {
            let words = failed(&format!("'{TRUSTED_ROOT}' not found in secret '{qualified}'"));
            let keys = secret.names();
            Some((words, Fault::VerificationKey { name: name.to_owned(), key: TRUSTED_ROOT, keys }))
        }
        Ok(_) => None,
    }
}

fn keys(name: &str, shelf: &Shelf<'_, '_>) -> Option<(String, Fault)> {
    find(name, SecretUse::Verification, shelf).err()
}

/// A Secret; `Ok(None)` where the files do not show it.
fn find(name: &str, secret: SecretUse, shelf: &Shelf<'_, '_>) -> Result<Option<SecretData>, (String, Fault)> {
    match shelf.secret(name) {
        Lookup::Found(data) => Ok(Some(data)),
        Lookup::Elsewhere => Ok(None),
        Lookup::Missing => {
            let fault = Fault::SecretMissing { secret, name: name.to_owned(), known: shelf.secret_names() };
            Err((format!("secrets \"{name}\" not found"), fault))
        }
    }
}
