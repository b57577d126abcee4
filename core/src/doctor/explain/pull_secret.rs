//! A pull secret that holds something else than Docker writes.

use super::say::{anew, say};
use super::secret_missing::docker_registry;
use super::{Context, Said};
use crate::compat::pull_secret::PullSecretErrorKind;
use crate::doctor::fault::Fault;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let Some(Fault::PullSecret { name, kind }) = context.fault() else { return Ok(None) };
    let (what, remedy) = match kind {
        PullSecretErrorKind::Json { offset } => (
            format!("holds no JSON: it goes wrong at byte {offset}"),
            "a value of data is base64 once; of stringData it is the JSON itself",
        ),
        PullSecretErrorKind::Shape => {
            ("holds JSON of another shape than {\"auths\": {\"HOST\": {…}}}".to_owned(), "write it as Docker does")
        }
        PullSecretErrorKind::Auth(key) => (
            format!("has an \"auth\" for {} that is no base64 of name:password", shown(key)),
            "leave auth out and write username and password, or encode name:password once",
        ),
        PullSecretErrorKind::Key(key) => (
            format!("has the key \"{}\", which is no host with an optional path", shown(key)),
            "write the host: ghcr.io",
        ),
    };
    let text = format!(
        "The Secret \"{name}\" {what}. One such entry makes all the others useless: the controller asks no registry at all."
    );
    Ok(Some(say(text).advise(remedy).paste("or make it anew", anew(&docker_registry(context, name)))))
}

/// A key without a user that somebody wrote into it.
fn shown(key: &str) -> &str {
    key.rsplit('@').next().unwrap_or(key)
}
