//! The credentials of a Secret, for the rules that look at them. Nothing of a password ever gets
//! into a message.

use crate::compat::pull_secret::{Keyring, PullSecret, data_key};
use crate::model::{Secret, SecretValue};

/// The keys and credentials of a Secret of one of the types that are read; `None` where it cannot
/// be decoded, and where any of it is only known later.
pub(in crate::rules) fn strict(secret: &Secret<'_>) -> Option<Keyring> {
    let value = secret.get(data_key(secret.type_name()?)?)?;
    read(secret, &value.text()?)
}

/// The same, and passwords may be known later: only the keys are to be looked at.
pub(in crate::rules) fn lax(secret: &Secret<'_>) -> Option<Keyring> {
    let value = secret.get(data_key(secret.type_name()?)?)?;
    match value {
        SecretValue::Plain(node) if !value.is_encrypted() => read(secret, node.text()),
        _ => read(secret, &value.text()?),
    }
}

fn read(secret: &Secret<'_>, text: &str) -> Option<Keyring> {
    let secret_type = secret.type_name()?;
    let pull_secret = PullSecret { secret_type, key: data_key(secret_type)?, value: text };
    Keyring::new(&[pull_secret]).ok()
}

/// A key of a Secret as a message may show it: without a user that somebody wrote into it.
pub(in crate::rules) fn shown(written: &str) -> &str {
    written.rsplit('@').next().unwrap_or(written)
}
