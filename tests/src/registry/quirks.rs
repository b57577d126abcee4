//! How a registry misbehaves: one switch a quirk, all of them off by default.

use std::time::Duration;

use super::auth::Auth;

/// What one registry does differently. `Quirks::default()` is a registry as the OCI distribution
/// specification 1.1 has it: anonymous, all tags on one page, the referrers API on, deletion allowed.
#[derive(Debug, Clone, Default)]
pub struct Quirks {
    /// Tags a page, at most; the client's `n` may ask for fewer. `None`: as many as asked for, or all.
    pub page_size: Option<usize>,
    /// How a page of tags points to the next.
    pub page_link: PageLink,
    /// Who may do what. `None`: everybody everything.
    pub auth: Option<Auth>,
    /// How long every request takes before its answer begins.
    pub latency: Duration,
    /// What goes wrong with single answers, the first that fits a request at a time.
    pub faults: Vec<Fault>,
    /// What happens to connections, before any HTTP.
    pub connections: Connections,
    /// `Warning` headers on every answer, as whole values (`299 - "text"`).
    pub warnings: Vec<String>,
    /// Uploads of blobs.
    pub uploads: Uploads,
    /// The referrers API.
    pub referrers: Referrers,
    /// Whether manifests may be deleted.
    pub delete: Delete,
    /// Where blobs are sent from.
    pub blobs: Blobs,
    /// Media types of manifests, configs and layers that may be pushed; `None`: any. Others are refused
    /// with `MANIFEST_INVALID`, as registries with an allow-list do.
    pub accepted_media_types: Option<Vec<String>>,
    /// An OCI manifest asked for without its media type in `Accept` is `MANIFEST_UNKNOWN`, as in Docker's
    /// registry 2.
    pub strict_accept: bool,
    /// Answers are compressed if the client says that it can read gzip, whatever they are, as some
    /// proxies do.
    pub gzip_if_accepted: bool,
    /// Tags may not be moved: pushing one that exists is refused (`409 TAG_INVALID`).
    pub immutable_tags: bool,
}

/// The `Link` of a page of tags that is not the last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PageLink {
    /// `</v2/acme/app/tags/list?n=2&last=b>; rel="next"`
    #[default]
    Relative,
    /// With scheme and host.
    Absolute,
    /// A token that says nothing (`?next=0002`) in place of `last`, as ECR and GAR have it.
    Opaque,
    /// To a path relative to that of the request (`list?last=b`), without quotes around `next`.
    RelativeToRequest,
    /// Behind a link to the first page, and before one to the last.
    AmongOthers,
    /// To another registry, with everything else in order. Its base URL.
    OtherHost(String),
    /// To the same page again.
    Looping,
    /// To a new page with the same tags, without end.
    Endless,
    /// None, though there are more tags.
    Missing,
    /// Something that is no link.
    Malformed,
    /// The next page is there and empty, the one behind it has the rest.
    EmptyPages,
}

/// What happens before HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Connections {
    /// Nothing.
    #[default]
    Served,
    /// Each is closed as soon as it was accepted.
    ClosedAtOnce,
    /// Each is accepted, and then nothing: no TLS handshake, no answer.
    Silent,
}

/// Uploads of blobs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Uploads {
    /// How `Location` names the upload.
    pub location: Location,
    /// The fewest bytes in a chunk that is not the last: told in `OCI-Chunk-Min-Length`, smaller ones are
    /// answered with 416.
    pub chunk_minimum: Option<u64>,
    /// `PATCH` is answered with 416 and where to go on, this many times.
    pub range_refused: usize,
    /// The upload is forgotten when it is to be finished (`404 BLOB_UPLOAD_UNKNOWN`), this many times.
    pub lost: usize,
    /// Whether blobs are mounted from other repositories; else a mount becomes an upload.
    pub mounts_refused: bool,
    /// `POST …?digest=` with the content is answered with 202 as if it had come without.
    pub monolithic_ignored: bool,
    /// The most bytes in one request (413), as proxies have it.
    pub largest: Option<u64>,
}

/// `Location` of an upload.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Location {
    /// With scheme and host.
    #[default]
    Absolute,
    /// A path.
    Relative,
    /// A path, with a query that has to be kept.
    Query,
    /// At another registry, by its base URL.
    OtherHost(String),
    /// None.
    Missing,
}

/// The referrers API.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Referrers {
    /// 404 for `…/referrers/…`: clients are to look at the tag `sha256-<hex>`.
    pub absent: bool,
    /// Descriptors a page.
    pub page_size: Option<usize>,
    /// `artifactType` is ignored (and `OCI-Filters-Applied` is not sent).
    pub unfiltered: bool,
}

/// Deletion of manifests and tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delete {
    /// 202.
    #[default]
    Allowed,
    /// 405 `UNSUPPORTED`.
    NotAllowed,
    /// Of manifests by digest only; of tags 400 `DIGEST_INVALID`, as in Docker's registry 2.
    ByDigestOnly,
}

/// Where blobs are sent from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Blobs {
    /// Here.
    #[default]
    Here,
    /// 307 to another registry, by its base URL.
    At(String),
    /// No `Range`: the whole comes with 200.
    WithoutRanges,
    /// 416 for every `Range`.
    RangesRefused,
}

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Anything, the token endpoint included.
    Any,
    /// `/v2/`
    Ping,
    /// `/v2/<name>/tags/list`
    Tags,
    /// `/v2/<name>/manifests/<reference>`
    Manifest,
    /// `/v2/<name>/blobs/<digest>`
    Blob,
    /// `/v2/<name>/blobs/uploads/…`
    Upload,
    /// `/v2/<name>/referrers/<digest>`
    Referrers,
    /// The token endpoint.
    Token,
}

/// Something that goes wrong with the answers to some requests.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Which requests.
    pub on: What,
    /// Of this method; `None`: of any.
    pub method: Option<String>,
    /// With this in their target; `None`: any.
    pub target: Option<String>,
    /// Which of those, counted from 0.
    pub from: usize,
    /// How many of them.
    pub times: usize,
    /// What happens.
    pub does: Does,
}

impl Fault {
    /// Every time.
    pub fn on(on: What, does: Does) -> Self {
        Self { on, method: None, target: None, from: 0, times: usize::MAX, does }
    }

    /// The first `times` times only.
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// Not before so many requests went well.
    #[must_use]
    pub fn after(mut self, from: usize) -> Self {
        self.from = from;
        self
    }

    /// For this method only.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// For targets with this text in them only.
    #[must_use]
    pub fn target(mut self, target: &str) -> Self {
        self.target = Some(target.to_owned());
        self
    }
}

/// What goes wrong with one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Does {
    // In place of the answer.
    /// An error as the specification words it: status, code, message.
    Refuse(u16, &'static str, &'static str),
    /// A body of this kind with this status: type and text.
    Say(u16, &'static str, &'static str),
    /// 429 with `Retry-After` in seconds.
    RetryAfter(u64),
    /// 429 with `Retry-After` as a date so far from now.
    RetryAfterDate(Duration),
    /// This status, to this place; `{target}` stands for the path and query asked for.
    Redirect(u16, String),
    /// 307 to itself.
    RedirectLoop,
    /// 307 to a path that is longer each time, without end.
    RedirectForever,
    /// The connection is closed in place of an answer.
    CutBeforeHeaders,
    /// The connection is closed in the middle of the headers.
    CutInHeaders,
    /// Bytes that are not HTTP.
    Garbage,
    /// Headers without end.
    EndlessHeaders,
    /// This status and a body without end, which begins like this.
    Endless(u16, &'static str),

    // With the answer.
    /// So long before its first byte.
    SlowFirstByte(Duration),
    /// In pieces of so many bytes, with a pause after each.
    Drip(usize, Duration),
    /// The connection is closed after so many bytes of the body.
    CutBody(u64),
    /// `Docker-Content-Digest` of something else.
    DigestLies,
    /// No `Docker-Content-Digest`.
    DigestMissing,
    /// `Docker-Content-Digest` that is no digest.
    DigestMalformed,
    /// The first byte of the body is another, in body and headers alike.
    OtherBody,
    /// A body that is well-formed, and another than what was asked for; `Docker-Content-Digest` as if not.
    OtherText(String),
    /// `Content-Length` says so much more than comes.
    LengthMore(u64),
    /// `Content-Length` says so much less than comes.
    LengthLess(u64),
    /// No `Content-Length`: the body ends with the connection.
    LengthMissing,
    /// `Transfer-Encoding: chunked`.
    Chunked,
    /// Chunks whose lengths are no numbers.
    BrokenChunks,
    /// `Content-Encoding: gzip`, asked for or not.
    Gzip,
    /// `Content-Encoding: gzip`, and no gzip.
    GzipLies,
    /// A header more.
    Header(&'static str, String),
    /// A header less.
    WithoutHeader(&'static str),
}
