//! Repository names: what an `oci://` URL refers to.
//!
//! A port of go-containerregistry 0.21.6, `pkg/name`, behind the checks of source-controller's
//! `parseRepository`. Vectors: `reference.jsonl`.

use std::fmt;
use std::ops::Range;

use super::go::{ip, url};

mod reference;

pub use reference::{NamedReference, NotAReference, TagError, check_tag, is_valid_tag, parse_reference};

/// The scheme that every URL of an OCIRepository has to begin with.
pub const SCHEME: &str = "oci://";

/// The registry that a name without one is looked for in, as Docker Hub is called on the wire.
pub const DEFAULT_REGISTRY: &str = "index.docker.io";

/// What people write for [`DEFAULT_REGISTRY`], and what is replaced by it.
const DEFAULT_REGISTRY_ALIAS: &str = "docker.io";

/// The namespace of Docker Hub's own images, added where a repository there has no slash.
const DEFAULT_NAMESPACE: &str = "library";

/// What a repository may consist of. There is no further grammar: `a//b`, `-a` and `a..b` pass.
const REPOSITORY_CHARACTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789_-./";

/// How many characters a repository has.
const REPOSITORY_LENGTH: Range<usize> = 2..256;

/// A repository: a registry and a path in it.
///
/// `Display` gives the name as the controller prints it, `index.docker.io/library/nginx`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    registry: String,
    repository: String,
    explicit_registry: bool,
    insecure: bool,
}

impl Repository {
    /// Reads the URL of an OCIRepository. `insecure` is `spec.insecure`.
    ///
    /// # Errors
    ///
    /// What the controller refuses as `URLInvalid`, with its words.
    pub fn parse_url(url: &str, insecure: bool) -> Result<Repository, NameError> {
        let Some(name) = url.strip_prefix(SCHEME) else {
            let kind = NameErrorKind::Scheme;
            let end = url.find("://").map_or(0, |colon| colon + 3);
            return Err(NameError::new(kind, 0..end, ""));
        };
        // The controller goes on to refuse a `:` behind the registry as a tag. It never gets
        // there: no repository holds one.
        let parsed = Repository::parse(name).map_err(|error| error.moved(SCHEME.len()))?;
        Ok(Repository { insecure, ..parsed })
    }

    /// Reads a name without scheme: `ghcr.io/org/app`, `nginx`.
    ///
    /// What stands before the first slash is the registry only if it holds a `.` or a `:`;
    /// otherwise all of it is a repository on Docker Hub.
    ///
    /// # Errors
    ///
    /// As go-containerregistry's `NewRepository`. Spans are those of `name`.
    pub fn parse(name: &str) -> Result<Repository, NameError> {
        if name.is_empty() {
            return Err(NameError::new(NameErrorKind::Empty, 0..0, name));
        }
        let written = name.split_once('/').filter(|(registry, _)| registry.contains(['.', ':']));
        let (registry, repository) = written.unwrap_or(("", name));
        check_repository(repository).map_err(|error| error.moved(name.len() - repository.len()))?;
        check_registry(registry)?;
        let registry = match registry {
            "" | DEFAULT_REGISTRY_ALIAS => DEFAULT_REGISTRY,
            registry => registry,
        };
        Ok(Repository {
            registry: registry.to_owned(),
            repository: repository.to_owned(),
            explicit_registry: written.is_some(),
            insecure: false,
        })
    }

    /// Host and port of the registry as it is asked: `index.docker.io` for Docker Hub.
    pub fn registry_host(&self) -> &str {
        &self.registry
    }

    /// The repository as the registry is asked for it: `library/nginx` for Docker Hub's `nginx`.
    pub fn repository_name(&self) -> String {
        if self.has_implicit_namespace() {
            format!("{DEFAULT_NAMESPACE}/{}", self.repository)
        } else {
            self.repository.clone()
        }
    }

    /// Whether the name itself says the registry. Where it does not, Docker Hub is meant.
    pub fn has_explicit_registry(&self) -> bool {
        self.explicit_registry
    }

    /// Whether `library/` is added to what is written.
    pub fn has_implicit_namespace(&self) -> bool {
        self.registry == DEFAULT_REGISTRY && !self.repository.contains('/')
    }

    /// Whether plain HTTP is tried where HTTPS does not answer: `insecure`, or a host that looks
    /// private.
    pub fn offers_plain_http(&self) -> bool {
        self.insecure || is_local_registry(&self.registry)
    }

    /// The name with a tag, as the controller prints it. The tag is not checked, as it does not
    /// check it either.
    pub fn with_tag(&self, tag: &str) -> String {
        format!("{self}:{tag}")
    }

    /// The name with a digest, as the controller prints it; not checked either.
    pub fn with_digest(&self, digest: &str) -> String {
        format!("{self}@{digest}")
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/", self.registry)?;
        if self.has_implicit_namespace() {
            write!(f, "{DEFAULT_NAMESPACE}/")?;
        }
        f.write_str(&self.repository)
    }
}

/// Whether go-containerregistry also offers plain HTTP to a registry that nobody called insecure: an
/// address of RFC 1918, `localhost` with a port, a name below `.localhost`, or a name that holds
/// `127.0.0.1` or `::1` anywhere.
pub fn is_local_registry(registry: &str) -> bool {
    let host = registry.split(':').next().unwrap_or_default();
    let private = match ip::ipv4_octets(host.as_bytes()) {
        Some([10, ..] | [192, 168, ..]) => true,
        Some([172, second, ..]) => (16..32).contains(&second),
        _ => false,
    };
    private
        || registry.starts_with("localhost:")
        || is_below_localhost(registry)
        || registry.contains("127.0.0.1")
        || registry.contains("::1")
}

/// `….localhost`, with or without a port of one to five digits.
fn is_below_localhost(registry: &str) -> bool {
    let name = match registry.rsplit_once(':') {
        Some((name, port)) if (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => registry,
    };
    name.ends_with(".localhost")
}

fn check_repository(repository: &str) -> Result<(), NameError> {
    if !REPOSITORY_LENGTH.contains(&repository.chars().count()) {
        let kind = NameErrorKind::RepositoryLength;
        return Err(NameError::new(kind, 0..repository.len(), repository));
    }
    let wrong = repository.char_indices().find(|(_, character)| !REPOSITORY_CHARACTERS.contains(*character));
    match wrong {
        None => Ok(()),
        Some((at, character)) => {
            let kind = NameErrorKind::RepositoryCharacter(character);
            let span = at..at + character.len_utf8();
            Err(NameError::new(kind, span, repository))
        }
    }
}

/// A registry is valid if Go's URL parser finds nothing but a host in it.
fn check_registry(registry: &str) -> Result<(), NameError> {
    match url::parse(format!("//{registry}").as_bytes()) {
        Ok(url) if url.host == registry.as_bytes() => Ok(()),
        _ => Err(NameError::new(NameErrorKind::Registry, 0..registry.len(), registry)),
    }
}

/// Why a name is refused. `Display` gives the controller's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameError {
    kind: NameErrorKind,
    span: Range<usize>,
    part: String,
}

/// What is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameErrorKind {
    /// The URL does not begin with `oci://`. Span: the scheme that it has; empty if none.
    Scheme,
    /// Nothing stands behind the scheme. Span: empty, where the name should begin.
    Empty,
    /// The repository has fewer than 2 or more than 255 characters. Span: the repository.
    RepositoryLength,
    /// The repository holds this character, which none may hold. Span: its first occurrence, or that
    /// of another such character before it.
    RepositoryCharacter(char),
    /// The registry is no host with an optional port. Span: the registry.
    Registry,
}

impl NameError {
    fn new(kind: NameErrorKind, span: Range<usize>, part: &str) -> NameError {
        let part = part.to_owned();
        NameError { kind, span, part }
    }

    fn moved(mut self, by: usize) -> NameError {
        self.span = self.span.start + by..self.span.end + by;
        self
    }

    /// What is wrong.
    pub fn kind(&self) -> NameErrorKind {
        self.kind
    }

    /// Where, in bytes of the text that was parsed; [`NameErrorKind`] says what it covers.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = &self.part;
        match self.kind {
            NameErrorKind::Scheme => f.write_str("URL must be in format 'oci://<domain>/<org>/<repo>'"),
            NameErrorKind::Empty => f.write_str("a repository name must be specified"),
            NameErrorKind::RepositoryLength => write!(
                f,
                "repository must be between {} and {} characters in length: {part}",
                REPOSITORY_LENGTH.start,
                REPOSITORY_LENGTH.end - 1
            ),
            NameErrorKind::RepositoryCharacter(_) => {
                write!(f, "repository can only contain the characters `{REPOSITORY_CHARACTERS}`: {part}")
            }
            NameErrorKind::Registry => write!(f, "registries must be valid RFC 3986 URI authorities: {part}"),
        }
    }
}

impl std::error::Error for NameError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(url: &str) -> (NameErrorKind, &str) {
        let error = Repository::parse_url(url, false).unwrap_err();
        (error.kind(), url.get(error.span()).unwrap())
    }

    #[test]
    fn points_at_what_is_wrong() {
        use NameErrorKind::*;
        assert_eq!(refusal("https://ghcr.io/a"), (Scheme, "https://"));
        assert_eq!(refusal("ghcr.io/a"), (Scheme, ""));
        assert_eq!(refusal("oci://"), (Empty, ""));
        assert_eq!(refusal("oci://ghcr.io/a"), (RepositoryLength, "a"));
        assert_eq!(refusal("oci://ghcr.io/org/app:1.0"), (RepositoryCharacter(':'), ":"));
        assert_eq!(refusal("oci://ghcr.io/örg/App"), (RepositoryCharacter('ö'), "ö"));
        assert_eq!(refusal("oci://me@ghcr.io/org/app"), (Registry, "me@ghcr.io"));
    }

    #[test]
    fn says_what_is_implied() {
        let nginx = Repository::parse_url("oci://nginx", false).unwrap();
        assert!(!nginx.has_explicit_registry() && nginx.has_implicit_namespace());
        let nginx = Repository::parse_url("oci://docker.io/library/nginx", false).unwrap();
        assert!(nginx.has_explicit_registry() && !nginx.has_implicit_namespace());
        assert_eq!(nginx.to_string(), "index.docker.io/library/nginx");
    }

    #[test]
    fn knows_what_looks_private() {
        for registry in [
            "10.1.2.3",
            "172.31.0.1:5000",
            "192.168.0.1",
            "localhost:5000",
            "a.localhost",
            "a.localhost:12345",
            "x127.0.0.1.example.com",
            "[::1]:5000",
        ] {
            assert!(is_local_registry(registry), "{registry}");
        }
        for registry in [
            "11.1.2.3",
            "172.32.0.1",
            "10.1.2.3.4",
            "10.01.2.3",
            "localhost",
            "a.localhost:123456",
            "a.localhost:",
            "127.0.0.2",
            "reg.local",
        ] {
            assert!(!is_local_registry(registry), "{registry}");
        }
    }
}
