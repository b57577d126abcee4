use kubectl_oci_core::compat::image_name::Repository;
use kubectl_oci_core::compat::pull_secret::{Keyring, PullSecret};
use serde_json::{Value, json};

use super::{Judge, Verdict, compare, compare_words};

pub(super) fn judge() -> Judge {
    Box::new(|input, theirs| {
        let secrets: Vec<PullSecret<'_>> = input["secrets"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|secret| PullSecret {
                secret_type: secret["type"].as_str().unwrap_or_default(),
                key: secret["key"].as_str().unwrap_or_default(),
                value: secret["value"].as_str().unwrap_or_default(),
            })
            .collect();
        let url = input["url"].as_str().unwrap_or_default();
        Some(match answers(&secrets, url) {
            Ok(answers) => answers
                .iter()
                .map(|ours| compare(ours, theirs))
                .find(|verdict| *verdict != Verdict::Agreed)
                .unwrap_or(Verdict::Agreed),
            Err(error) => match theirs["error"].as_str() {
                Some(words) => compare_words(&error, words),
                None => compare(&json!({ "error": error }), theirs),
            },
        })
    })
}

/// What may be sent: several answers where Go's is random. The vectors hold only what is always
/// answered alike.
fn answers(secrets: &[PullSecret<'_>], url: &str) -> Result<Vec<Value>, String> {
    let keyring = Keyring::new(secrets).map_err(|error| error.to_string())?;
    let image = Repository::parse_url(url, false).map_err(|error| error.to_string())?;
    let entries = keyring.resolve(&image);
    if entries.is_empty() {
        return Ok(vec![json!({ "anonymous": true })]);
    }
    let answer = |entry: &kubectl_oci_core::compat::pull_secret::Entry| {
        let sent = entry.credentials();
        json!({
            "username": sent.username(),
            "password": sent.password(),
            "identitytoken": sent.identity_token(),
            // The keychain empties it.
            "auth": "",
        })
    };
    Ok(entries.iter().map(answer).collect())
}
