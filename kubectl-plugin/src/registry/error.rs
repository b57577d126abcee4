//! What went wrong between us and a registry: what was asked, of whom, and what came back.

use std::fmt;

use kubectl_oci_core::compat::registry_error::{StatusError, redact_url, request_words};
use kubectl_oci_core::render::Failure;

use super::cause::Cause;
use crate::exit::Exit;

/// `Display` gives the controller's words, as go-containerregistry has them where it has any.
#[derive(Debug, Clone)]
pub(crate) struct Error(Box<Kind>);

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// What went wrong.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// A status that was not hoped for.
    Status(StatusError),
    /// No answer, or one that broke off.
    Unreachable { method: String, url: String, cause: Cause },
    /// What was needed before a request could be sent: a token.
    Within { method: String, url: String, error: Error },
    /// Neither HTTPS nor HTTP came to anything.
    Both { https: Error, http: Error },
    /// An answer to a part of an upload, and why the next part cannot be sent where it says.
    Astray { method: String, url: String, words: String },
    /// An answer that is not what it should be. In words that name what was asked.
    Malformed(String),
    /// What arrived is not what its digest or size says.
    Unverified(String),
    /// More than anyone may send.
    TooLarge { method: String, url: String, limit: u64 },
    /// Our own side: a helper, a file, a key.
    Local(Failure),
}

impl Error {
    pub(crate) fn new(kind: Kind) -> Self {
        Self(Box::new(kind))
    }

    pub(crate) fn unreachable(method: &str, url: &str, cause: Cause) -> Self {
        Self::new(Kind::Unreachable { method: method.to_owned(), url: redact_url(url), cause })
    }

    pub(crate) fn astray(method: &str, url: &str, words: impl Into<String>) -> Self {
        Self::new(Kind::Astray { method: method.to_owned(), url: redact_url(url), words: words.into() })
    }

    pub(crate) fn malformed(words: impl Into<String>) -> Self {
        Self::new(Kind::Malformed(words.into()))
    }

    pub(crate) fn unverified(words: impl Into<String>) -> Self {
        Self::new(Kind::Unverified(words.into()))
    }

    pub(crate) fn too_large(method: &str, url: &str, limit: u64) -> Self {
        Self::new(Kind::TooLarge { method: method.to_owned(), url: redact_url(url), limit })
    }

    pub(crate) fn local(failure: Failure) -> Self {
        Self::new(Kind::Local(failure))
    }

    pub(crate) fn kind(&self) -> &Kind {
        &self.0
    }

    /// The controller's words for it.
    pub(crate) fn controller_words(&self) -> String {
        self.to_string()
    }

    /// What the registry answered, where it answered. Of two attempts, the last.
    pub(crate) fn status(&self) -> Option<&StatusError> {
        match self.kind() {
            Kind::Status(status) => Some(status),
            Kind::Both { https, http } => http.status().or_else(|| https.status()),
            Kind::Within { error, .. } => error.status(),
            _ => None,
        }
    }

    /// Why there was no answer, where there was none. Of two attempts, the one with TLS.
    pub(crate) fn cause(&self) -> Option<&Cause> {
        match self.kind() {
            Kind::Unreachable { cause, .. } => Some(cause),
            Kind::Both { https, http } => https.cause().or_else(|| http.cause()),
            Kind::Within { error, .. } => error.cause(),
            _ => None,
        }
    }

    /// What was asked last, without what may be secret in it: the registry, its token server, or where they sent us.
    pub(crate) fn url(&self) -> Option<&str> {
        match self.kind() {
            Kind::Status(status) => Some(status.url()),
            Kind::Unreachable { url, .. } | Kind::Astray { url, .. } | Kind::TooLarge { url, .. } => Some(url),
            Kind::Within { error, .. } => error.url(),
            Kind::Both { http, .. } => http.url(),
            Kind::Malformed(_) | Kind::Unverified(_) | Kind::Local(_) => None,
        }
    }

    /// Whether what was asked for is not there.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self.kind(), Kind::Status(status) if status.status() == 404)
    }

    /// Whether it is the repository that is not there: then there is nothing to list in it either.
    fn names_no_repository(&self) -> bool {
        let is_of_repository =
            |status: &StatusError| status.has_code("NAME_UNKNOWN") || status.url().contains("/tags/list");
        self.is_not_found() && self.status().is_some_and(is_of_repository)
    }

    /// Whether the registry does not let the caller in.
    pub(crate) fn is_refusal(&self) -> bool {
        let status = self.status();
        status.is_some_and(|status| {
            matches!(status.status(), 401 | 403) || status.has_code("UNAUTHORIZED") || status.has_code("DENIED")
        })
    }

    /// Whether asking again may help.
    pub(crate) fn is_temporary(&self) -> bool {
        match self.kind() {
            Kind::Status(status) => status.is_temporary(),
            Kind::Unreachable { cause, .. } => cause.is_temporary(),
            _ => false,
        }
    }

    /// How a command ends that could not do without.
    pub(crate) fn exit(&self) -> Exit {
        match self.kind() {
            Kind::Unreachable { .. } | Kind::Both { .. } | Kind::Within { .. } => Exit::Unreachable,
            Kind::Status(status) if self.is_refusal() || status.status() == 429 || status.status() >= 500 => {
                Exit::Unreachable
            }
            _ => Exit::Found,
        }
    }

    /// The error as a command tells it: `what` failed.
    pub(crate) fn failure(&self, what: impl Into<String>) -> Failure {
        if let Kind::Local(failure) = self.kind() {
            return failure.clone();
        }
        let failure = Failure::new(what).why(self.to_string().trim_end().to_owned());
        match self.advice() {
            Some(help) => failure.help(help),
            None => failure,
        }
    }

    /// What a person can do about it.
    fn advice(&self) -> Option<&'static str> {
        if self.is_refusal() {
            return Some(
                "log in (`docker login`), or give --username and --password-stdin; some registries answer so for \
                 names that they do not have",
            );
        }
        if self.names_no_repository() {
            return Some("check the host and the path; some registries answer so until somebody has logged in");
        }
        if self.is_not_found() && self.url().is_some_and(|url| url.contains("/blobs/")) {
            return Some("the registry has the manifest and not what it lists: push or copy it again");
        }
        if self.is_not_found() {
            return Some("check the name, and the tag or digest: `kubectl oci list` shows what there is");
        }
        if self.status().is_some_and(|status| status.status() == 429) {
            return Some("the registry wants fewer requests: wait, or log in for a larger budget");
        }
        if matches!(self.kind(), Kind::Astray { .. }) {
            return Some(
                "the registry or a proxy before it has to answer with a `Location` that can be reached from here: check \
                 that the proxy passes it on, and the public address in the registry's configuration",
            );
        }
        match self.cause()? {
            Cause::UnknownAuthority => Some("give the authority's certificate with --ca-file"),
            Cause::NotTls => Some("the registry speaks plain HTTP: --plain-http"),
            Cause::Alert(_) => Some("the registry may want a client certificate: --cert-file and --key-file"),
            Cause::ConnectionRefused { .. } | Cause::UnknownHost { .. } => Some("check the host and the port"),
            Cause::NotInItsTime { .. } | Cause::OtherName { .. } => {
                Some("the registry's certificate is not for this host and this time; its keeper has to renew it")
            }
            Cause::Proxy(_) => Some("check HTTPS_PROXY, HTTP_PROXY and NO_PROXY"),
            Cause::TimedOut => Some("the registry takes too long: try again, or with a longer --timeout"),
            _ => None,
        }
    }

    /// The error that ends a command.
    pub(crate) fn ends(&self, what: impl Into<String>) -> crate::error::Error {
        crate::error::Error::Failed { failure: self.failure(what), exit: self.exit() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            Kind::Status(status) => status.fmt(f),
            Kind::Unreachable { method, url, cause } => f.write_str(&request_words(method, url, &cause.go_words())),
            Kind::Both { https, http } => write!(f, "{https}; {http}"),
            Kind::Within { method, url, error } => f.write_str(&request_words(method, url, &error.to_string())),
            Kind::Astray { method, url, words } => write!(f, "{method} {url}: {words}"),
            Kind::Malformed(words) | Kind::Unverified(words) => f.write_str(words),
            Kind::TooLarge { method, url, limit } => {
                write!(f, "{method} {url}: the answer is larger than {limit} bytes")
            }
            Kind::Local(failure) => {
                f.write_str(&failure.message)?;
                failure.why.as_ref().map_or(Ok(()), |why| write!(f, ": {why}"))
            }
        }
    }
}

impl From<StatusError> for Error {
    fn from(status: StatusError) -> Self {
        Self::new(Kind::Status(status))
    }
}
