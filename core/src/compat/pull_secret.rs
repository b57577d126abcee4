//! Pull secrets: which credentials a registry is sent.
//!
//! A port of go-containerregistry's keychain for Kubernetes (`pkg/authn/kubernetes`,
//! `NewFromPullSecrets`), which follows the kubelet's. Vectors: `pull_secret.jsonl`.
//!
//! A Secret holds a map of keys (hosts, with globs, ports and paths) to credentials. All keys of all
//! Secrets go into one keyring, in reverse alphabetical order, and the first that fits the image is
//! used, even where what it holds is wrong or empty.

use std::borrow::Cow;
use std::fmt;

use super::go::json::{Decoder, GoMap, Json, TypeError, Value};
use super::image_name::Repository;
use crate::collections::Arrange;

mod credentials;
mod key;

pub use credentials::Credentials;
pub use key::{Mismatch, explain};

use credentials::Refusal;
use key::{Key, Target};

/// The type of a Secret that holds a `config.json` of Docker's.
pub const DOCKER_CONFIG_JSON: &str = "kubernetes.io/dockerconfigjson";

/// The type of a Secret that holds a `.dockercfg`, Docker's older format.
pub const DOCKER_CONFIG: &str = "kubernetes.io/dockercfg";

/// The key of the data that counts in a Secret of a type; nothing where Secrets of the type are
/// ignored, silently.
pub fn data_key(secret_type: &str) -> Option<&'static str> {
    match secret_type {
        DOCKER_CONFIG_JSON => Some(".dockerconfigjson"),
        DOCKER_CONFIG => Some(".dockercfg"),
        _ => None,
    }
}

/// One value of a Secret's data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PullSecret<'a> {
    /// The Secret's `type`.
    pub secret_type: &'a str,
    /// The key of the value; only that of [`data_key`] counts.
    pub key: &'a str,
    /// The value itself, JSON, no longer in base64.
    pub value: &'a str,
}

impl PullSecret<'_> {
    /// Whether it is read at all: the type and the key are right, and there is a value.
    pub fn is_read(&self) -> bool {
        data_key(self.secret_type) == Some(self.key) && !self.value.is_empty()
    }
}

/// Leaves the value out: it holds credentials.
impl fmt::Debug for PullSecret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PullSecret")
            .field("secret_type", &self.secret_type)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// One key of a Secret with what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    secret: usize,
    written: String,
    key: Key,
    credentials: Credentials,
}

impl Entry {
    /// Index of the Secret that it stands in.
    pub fn secret(&self) -> usize {
        self.secret
    }

    /// The key as it is written, `https://index.docker.io/v1/`.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The key as it is compared, without scheme and version: `index.docker.io`.
    pub fn key(&self) -> Cow<'_, str> {
        self.key.text()
    }

    /// What is sent where the key is the first to fit.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }
}

/// The keys of some Secrets, in the order in which they are tried.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keyring {
    entries: Vec<Entry>,
}

impl Keyring {
    /// Reads Secrets, in the order in which they are attached. Those that [`PullSecret::is_read`]
    /// refuses are left out.
    ///
    /// # Errors
    ///
    /// A value that is not what Docker writes. One of these makes all the others useless: the
    /// controller reports it and asks no registry.
    pub fn new(secrets: &[PullSecret<'_>]) -> Result<Keyring, PullSecretError> {
        let mut entries = Vec::new();
        for (secret, pull_secret) in secrets.iter().enumerate() {
            if !pull_secret.is_read() {
                continue;
            }
            let auths = decode(pull_secret).map_err(|(kind, words)| PullSecretError { secret, kind, words })?;
            for (written, credentials) in auths {
                let key = Key::new(&written).map_err(|words| PullSecretError {
                    secret,
                    kind: PullSecretErrorKind::Key(written.clone()),
                    words,
                })?;
                entries.push(Entry { secret, written, key, credentials });
            }
        }
        // Stable: entries of one key stay in the order of the Secrets.
        entries.arrange_by(|a, b| b.key.cmp(&a.key));
        Ok(Keyring { entries })
    }

    /// All entries in the order in which they are tried, those included that an earlier one of the
    /// same key makes useless.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry whose credentials are sent for an image; none where the request is anonymous.
    ///
    /// More than one where a Secret writes the same key in several ways (`ghcr.io` and
    /// `https://ghcr.io`): Go walks them in random order, so any of them may be sent.
    pub fn resolve(&self, image: &Repository) -> &[Entry] {
        let Some(target) = Target::new(&image.to_string()) else {
            return &[];
        };
        let first = self.entries.iter().position(|entry| target.fits(&entry.key));
        let rest = first.and_then(|first| self.entries.get(first..)).unwrap_or_default();
        let Some(first) = rest.first() else {
            return &[];
        };
        let is_tie = |entry: &&Entry| entry.key == first.key && entry.secret == first.secret;
        let ties = rest.iter().take_while(is_tie).count();
        rest.get(..ties).unwrap_or_default()
    }
}

/// Why Secrets cannot be used. `Display` gives the controller's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullSecretError {
    secret: usize,
    kind: PullSecretErrorKind,
    words: String,
}

/// What is wrong with a Secret's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullSecretErrorKind {
    /// Not JSON from this byte of the value on.
    Json {
        /// Bytes from the beginning of the value.
        offset: usize,
    },
    /// JSON of another shape.
    Shape,
    /// The `auth` of this key does not decode to a name and a password.
    Auth(String),
    /// This key is no host with an optional path.
    Key(String),
}

impl PullSecretError {
    /// Index of the Secret.
    pub fn secret(&self) -> usize {
        self.secret
    }

    /// What is wrong.
    pub fn kind(&self) -> &PullSecretErrorKind {
        &self.kind
    }
}

impl fmt::Display for PullSecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl std::error::Error for PullSecretError {}

/// The entries of a value.
type Auths = GoMap<Credentials>;

fn decode(secret: &PullSecret<'_>) -> Result<Vec<(String, Credentials)>, (PullSecretErrorKind, String)> {
    let json = Json::parse(secret.value).map_err(|error| {
        let offset = error.offset;
        (PullSecretErrorKind::Json { offset }, error.words)
    })?;
    let shape = |error: TypeError| (PullSecretErrorKind::Shape, error.to_string());
    let mut decoder = Decoder::default();
    let mut auths = Auths::default();
    let decoded = if secret.secret_type == DOCKER_CONFIG {
        decode_auths(&mut decoder, json.root(), &mut auths)
    } else {
        let target = ("kubernetes.dockerConfigJSON", "dockerConfigJSON");
        decoder.structure(json.root(), target, &["Auths"], |decoder, _, value| decode_auths(decoder, value, &mut auths))
    };
    decoded.map_err(|(written, refusal)| match refusal {
        Refusal::Shape(error) => shape(error.within(&decoder)),
        Refusal::Auth(words) => (PullSecretErrorKind::Auth(written), words),
    })?;
    decoder.finish().map_err(shape)?;
    Ok(auths.into_vec())
}

fn decode_auths(decoder: &mut Decoder, value: Value<'_>, auths: &mut Auths) -> Result<(), (String, Refusal)> {
    decoder.map(value, "map[string]authn.AuthConfig", auths, |_, written, value, into| {
        *into = Credentials::decode(value).map_err(|refusal| (written.to_owned(), refusal))?;
        Ok(())
    })
}

#[cfg(test)]
mod tests;
