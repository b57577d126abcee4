//! What a registry is asked, and what it answered: plain data, so that whoever speaks HTTP needs to
//! know nothing of Flux.

use std::collections::BTreeMap;

use super::unpack::LayerFacts;

/// Something that only the network knows. The repository is that of the
/// [`Connection`](super::Connection), unless it says another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fetch {
    /// What is asked.
    pub what: What,
    /// Who asks.
    pub access: Access,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The challenge of `GET /v2/`, https first and http beside it where plain HTTP is offered.
    /// Answer: [`Answer::Challenge`].
    Challenge,
    /// A cloud login for the repository. Answer: [`Answer::Login`].
    Login,
    /// All tags, page by page. Answer: [`Answer::Tags`].
    Tags,
    /// The digest of a tag: HEAD, and GET where that fails (go-containerregistry `remote.Head`,
    /// `remote.Get`). Answer: [`Answer::Digest`].
    Digest {
        /// The tag, which nobody has checked.
        tag: String,
    },
    /// A manifest by its digest, any media type accepted, its bytes held against the digest.
    /// Answer: [`Answer::Manifest`].
    Manifest {
        /// `sha256:` and 64 digits.
        digest: String,
    },
    /// A blob, looked into while it streams by. Answer: [`Answer::Layer`].
    Layer {
        /// `sha256:` and 64 digits.
        digest: String,
        /// Its size as the manifest says it, in bytes.
        size: u64,
        /// `layerSelector.operation` is `copy`: nothing is unpacked.
        copy: bool,
    },
    /// The names of the registry's repositories (`GET /v2/_catalog`), as far as it tells them.
    /// Answer: [`Answer::Repositories`].
    Repositories,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// As the object says it: its credentials, if any fit.
    Configured,
    /// Without credentials, otherwise as the object says it.
    Anonymous,
    /// With the credentials of [`Case::unsent_credentials`](super::Case::unsent_credentials), which
    /// belong to this very host and which the controller does not send.
    Unsent,
    /// As the object says it, with `insecure: true`: plain HTTP offered and certificates unchecked.
    Insecure,
}

impl Fetch {
    /// Asked as the object says it.
    pub fn configured(what: What) -> Self {
        Self { what, access: Access::Configured }
    }

    /// Asked without credentials.
    pub fn anonymous(what: What) -> Self {
        Self { what, access: Access::Anonymous }
    }

    /// Asked as though `insecure: true` were set.
    pub fn insecure(what: What) -> Self {
        Self { what, access: Access::Insecure }
    }
}

/// What came back. Each [`What`] says which one it wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The challenge of the registry.
    Challenge(Challenge),
    /// What became of a cloud login.
    Login(Login),
    /// The tags, in the registry's order.
    Tags(Vec<String>),
    /// `sha256:` and 64 digits.
    Digest(String),
    /// A manifest.
    Manifest(RawManifest),
    /// What is in a blob.
    Layer(LayerFacts),
    /// Names of repositories, without the registry.
    Repositories(Vec<String>),
    /// It failed.
    Failed(Failure),
}

/// How a registry wants to be spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// What it asks for.
    pub scheme: Scheme,
    /// It was reached over plain HTTP.
    pub plain_http: bool,
}

/// What a challenge asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Nothing: 200.
    None,
    /// A name and a password with each request, or anything else that is no token.
    Basic,
    /// A token from a token server.
    Bearer,
}

/// What became of a cloud login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// Requests under [`Access::Configured`] carry it.
    Done {
        /// Whose login it is, and where that was found: never the controller's.
        identity: String,
    },
    /// There is no identity here to log in with: what the controller's own would get is not known.
    Unavailable(String),
}

/// A manifest as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawManifest {
    /// The `Content-Type`, parameters cut off.
    pub media_type: String,
    /// The bytes; stray ones replaced.
    pub text: String,
}

/// Why a request failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failure {
    /// All of it in the words that go-containerregistry prints, as near as can be.
    pub text: String,
    /// The status, where there was an answer.
    pub status: Option<u16>,
    /// The registry's codes, `MANIFEST_UNKNOWN`.
    pub codes: Vec<String>,
    /// Host and port that were asked; a token server's where that one refused.
    pub host: String,
    /// The request carried credentials, or a token bought with them.
    pub sent_credentials: bool,
    /// What stands behind a failure without an answer.
    pub cause: Option<Cause>,
}

impl Failure {
    /// True where the registry gave this code.
    pub fn has_code(&self, code: &str) -> bool {
        self.codes.iter().any(|known| known == code)
    }

    /// True where the caller was refused: 401, 403, or their codes.
    pub fn is_refusal(&self) -> bool {
        matches!(self.status, Some(401 | 403)) || self.has_code("UNAUTHORIZED") || self.has_code("DENIED")
    }

    /// True where the registry counts requests and had enough.
    pub fn is_rate_limit(&self) -> bool {
        self.status == Some(429) || self.has_code("TOOMANYREQUESTS")
    }

    /// True where what was asked for is not there.
    pub fn is_missing(&self) -> bool {
        ["MANIFEST_UNKNOWN", "NAME_UNKNOWN", "NOT_FOUND"].iter().any(|code| self.has_code(code))
            || self.status == Some(404)
    }
}

/// What stands behind a failure without an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// Nobody listens.
    Refused,
    /// The name is not known to the DNS.
    UnknownHost,
    /// It took too long.
    Timeout,
    /// The other side speaks plain HTTP.
    PlainHttp,
    /// The server's certificate is not accepted.
    Certificate(Box<CertificateFacts>),
    /// The server wants a certificate of the client's, or refuses it.
    ClientCertificate,
    /// The proxy could not be reached, or refused.
    Proxy,
    /// Anything else.
    Other,
}

/// A certificate as a server showed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Why it is not accepted.
    pub problem: CertificateProblem,
    /// Its subject, `CN=server`.
    pub subject: String,
    /// Its issuer, `CN=acme ca`.
    pub issuer: String,
    /// The names and addresses that it is for.
    pub names: Vec<String>,
    /// The first second of its validity, Unix.
    pub not_before: Option<i64>,
    /// The last second of its validity, Unix.
    pub not_after: Option<i64>,
    /// The last certificate of the chain that the server sent, in PEM: mostly an authority.
    pub authority_pem: Option<String>,
}

/// Why a certificate is not accepted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CertificateProblem {
    /// Nobody known signed it.
    #[default]
    UnknownAuthority,
    /// It is for other names.
    Name,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// Anything else.
    Other,
}

/// The answers so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    answers: BTreeMap<Fetch, Answer>,
}

impl Evidence {
    /// Keeps an answer. A second one to the same question replaces the first.
    pub fn insert(&mut self, fetch: Fetch, answer: Answer) {
        self.answers.insert(fetch, answer);
    }

    /// The answer to a question.
    pub fn get(&self, fetch: &Fetch) -> Option<&Answer> {
        self.answers.get(fetch)
    }

    /// Every question that was answered.
    pub fn fetches(&self) -> impl Iterator<Item = &Fetch> {
        self.answers.keys()
    }
}
