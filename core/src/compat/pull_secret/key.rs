//! The keys of pull secrets, and which images they fit.

use std::borrow::Cow;
use std::fmt;

use crate::collections::Gather;
use crate::compat::go::{glob, url};
use crate::compat::image_name::Repository;
use crate::compat::quote::quoted;

/// A key as it is compared: host, port and path. Bytes, since escapes in it are resolved.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(Vec<u8>);

impl Key {
    /// Takes the scheme and the version (`/v1`, `/v2`) off a key as it is written. The error is the
    /// controller's.
    pub(super) fn new(written: &str) -> Result<Key, String> {
        let with_scheme = if written.starts_with("https://") || written.starts_with("http://") {
            Cow::Borrowed(written)
        } else {
            Cow::Owned(format!("https://{written}"))
        };
        let url = url::parse(with_scheme.as_bytes())
            .map_err(|error| format!("Entry {} in dockercfg invalid ({error})", quoted(&with_scheme)))?;
        let path = match url.path.as_slice() {
            [b'/', b'v', b'1' | b'2', rest @ ..] if rest.starts_with(b"/") => rest,
            path => path,
        };
        let mut key = url.host;
        if path != b"/" {
            key.extend_from_slice(path);
        }
        Ok(Key(key))
    }

    /// The text of the key; stray bytes are replaced.
    pub(super) fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

/// A key or an image, taken apart for comparison.
struct Parts {
    /// The host between its dots.
    labels: Vec<Vec<u8>>,
    /// Without its colon; empty where none is written.
    port: Vec<u8>,
    path: Vec<u8>,
}

impl Parts {
    fn new(text: &[u8]) -> Option<Parts> {
        let url = url::parse(&[b"https://", text].concat()).ok()?;
        let (host, port) = split_host_port(&url.host).unwrap_or((&url.host, b""));
        let labels = host.split(|byte| *byte == b'.').map(<[u8]>::to_vec).gather();
        Some(Parts { labels, port: port.to_vec(), path: url.path })
    }
}

/// An image to compare keys with.
pub(super) struct Target(Parts);

/// Where a key first differs from an image.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Difference {
    Host,
    Port,
    Path,
}

impl Target {
    /// Takes an image's name apart. Nothing where it is no URL, which no key fits.
    pub(super) fn new(image: &str) -> Option<Target> {
        Parts::new(image.as_bytes()).map(Target)
    }

    /// Whether a key fits.
    pub(super) fn fits(&self, key: &Key) -> bool {
        Parts::new(&key.0).is_some_and(|key| self.difference(&key).is_none())
    }

    /// Why a key does not fit; nothing where it does.
    pub(super) fn mismatch(&self, key: &Key) -> Option<Mismatch> {
        let Some(key) = Parts::new(&key.0) else {
            return Some(Mismatch::Unreadable);
        };
        let image = &self.0;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Some(match self.difference(&key)? {
            Difference::Host => {
                Mismatch::Host { key: text(&key.labels.join(&b'.')), image: text(&image.labels.join(&b'.')) }
            }
            Difference::Port => Mismatch::Port { key: text(&key.port), image: text(&image.port) },
            Difference::Path => Mismatch::Path { key: text(&key.path), image: text(&image.path) },
        })
    }

    /// Both hosts need as many labels, and each label of the key is a glob for the image's; ports are
    /// equal; the key's path begins the image's, in the middle of a name too.
    fn difference(&self, key: &Parts) -> Option<Difference> {
        let image = &self.0;
        let mut labels = key.labels.iter().zip(&image.labels);
        let same_length = key.labels.len() == image.labels.len();
        if !same_length || !labels.all(|(key, image)| glob::matches(key, image)) {
            Some(Difference::Host)
        } else if key.port != image.port {
            Some(Difference::Port)
        } else if !image.path.starts_with(&key.path) {
            Some(Difference::Path)
        } else {
            None
        }
    }
}

/// Go's `net.SplitHostPort`; nothing where there is no port to split off, or one colon too many.
fn split_host_port(authority: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = authority.iter().rposition(|byte| *byte == b':')?;
    let port = authority.get(colon + 1..)?;
    let has = |part: &[u8], bytes: &[u8]| part.iter().any(|byte| bytes.contains(byte));
    let host = match authority.strip_prefix(b"[") {
        Some(inner) => {
            let close = inner.iter().position(|byte| *byte == b']')?;
            if close + 2 != colon {
                return None;
            }
            inner.get(..close).filter(|host| !has(host, b"["))?
        }
        None => authority.get(..colon).filter(|host| !has(host, b":[]"))?,
    };
    (!has(port, b"[]")).then_some((host, port))
}

/// Why a key does not fit an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// The key, or the image's name, is no URL.
    Unreadable,
    /// The hosts differ. A `*` stands for one label or a part of it, never for a dot.
    Host {
        /// The key's host, which may hold globs.
        key: String,
        /// The image's host, `index.docker.io` for Docker Hub.
        image: String,
    },
    /// The ports differ; one that is not written is not 443.
    Port {
        /// The key's port, or nothing.
        key: String,
        /// The image's port, or nothing.
        image: String,
    },
    /// The image's path does not begin with the key's.
    Path {
        /// The key's path, with its slash.
        key: String,
        /// The image's path, with its slash.
        image: String,
    },
}

/// Says why a key of a pull secret, as it is written, does not fit an image; nothing where it fits.
pub fn explain(written: &str, image: &Repository) -> Option<Mismatch> {
    match (Key::new(written), Target::new(&image.to_string())) {
        (Ok(key), Some(target)) => target.mismatch(&key),
        _ => Some(Mismatch::Unreadable),
    }
}
