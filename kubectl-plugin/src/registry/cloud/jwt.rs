//! JSON Web Tokens: what others' say, and one of our own, signed with the key of a service account.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::Value;

use crate::registry::secret::Secret;

/// What a token says of itself. Nobody has checked it, nor need we: it is our own.
pub(super) fn claims(token: &Secret) -> Option<Value> {
    let text = std::str::from_utf8(token.expose()).ok()?;
    let payload = text.split('.').nth(1)?;
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?).ok()
}

/// The first of these claims that is there.
pub(super) fn claim(token: &Secret, names: &[&str]) -> Option<String> {
    let claims = claims(token)?;
    names.iter().find_map(|name| Some(claims.get(*name)?.as_str()?.to_owned()))
}

/// The second at which a token ends, where it says so.
pub(super) fn expires(token: &Secret) -> Option<i64> {
    claims(token)?.get("exp")?.as_i64()
}

/// A token with these claims, signed with RS256 by a key in PEM.
///
/// # Errors
///
/// A key that is none; it is not quoted.
pub(super) fn sign(claims: &Value, key_id: &str, key: &Secret) -> Result<Secret, String> {
    let unusable = || "its private_key is no RSA key in PEM".to_owned();
    let pair = match PrivateKeyDer::from_pem_slice(key.expose()).map_err(|_| unusable())? {
        PrivateKeyDer::Pkcs8(key) => RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()),
        PrivateKeyDer::Pkcs1(key) => RsaKeyPair::from_der(key.secret_pkcs1_der()),
        _ => return Err(unusable()),
    };
    let pair = pair.map_err(|_| unusable())?;
    let header = serde_json::json!({"alg": "RS256", "typ": "JWT", "kid": key_id}).to_string();
    let [header, payload] = [header, claims.to_string()].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part));
    let signed = format!("{header}.{payload}");
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).map_err(|_| unusable())?;
    Ok(Secret::new(format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))))
}
