//! Pushing blobs, by the ways of OCI distribution 1.1: not at all where they are there, mounted from another
//! repository, in one piece, piece by piece, or as a stream whose end nobody knows.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{Context, SHA256};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, TryStreamExt};
use kubectl_oci_core::render::Failure;
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, LOCATION};
use reqwest::{Method, StatusCode, Url};

use super::address::{is_private, same_host_name};
use super::error::{Error, Result};
use super::manifest::named_sha256;
use super::repository::Repository;
use super::scopes::Action;
use super::transport::{Request, Response};

const BYTES: &str = "application/octet-stream";

/// About as much as a stream yields at once, in bytes.
const LARGEST_PART: usize = 1024 * 1024;

/// How a blob came to be in a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pushed {
    /// It was there.
    Existed,
    /// The registry took it from another repository of its own.
    Mounted,
    /// It was sent.
    Sent,
}

/// A blob that was sent without anybody knowing before what it would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) digest: String,
    pub(crate) size: u64,
}

/// Where an upload goes on.
enum Upload {
    Mounted,
    At(Url),
}

impl Repository {
    /// Makes sure that the repository has a blob. `from` is a repository of the same registry that has it.
    pub(crate) async fn push_blob(&self, digest: &str, bytes: Bytes, from: Option<&Self>) -> Result<Pushed> {
        if let Some(pushed) = self.without_sending(digest).await? {
            return Ok(pushed);
        }
        let mut tries = self.tries();
        loop {
            let location = match self.begin(digest, from).await? {
                Upload::Mounted => return Ok(Pushed::Mounted),
                Upload::At(location) => location,
            };
            let request = Request::new(Method::PUT, with_digest(location, digest)).body(BYTES, bytes.clone());
            match self.finished(self.send(request).await, digest).await {
                Ok(()) => return Ok(Pushed::Sent),
                Err(error) => self.before_next_try(&mut tries, error).await?,
            }
        }
    }

    /// The same from something that can be opened again and again, such as a file; its bytes are not held in memory.
    pub(crate) async fn push_blob_from<Parts>(
        &self,
        digest: &str,
        size: u64,
        from: Option<&Self>,
        open: impl Fn() -> io::Result<Parts>,
    ) -> Result<Pushed>
    where
        Parts: Stream<Item = io::Result<Bytes>> + Send + 'static,
    {
        if let Some(pushed) = self.without_sending(digest).await? {
            return Ok(pushed);
        }
        let mut tries = self.tries();
        loop {
            let location = match self.begin(digest, from).await? {
                Upload::Mounted => return Ok(Pushed::Mounted),
                Upload::At(location) => location,
            };
            let source = Source::new(open().map_err(unreadable)?);
            let request = Request::new(Method::PUT, with_digest(location, digest))
                .header(CONTENT_TYPE, BYTES)
                .header(CONTENT_LENGTH, &size.to_string());
            let answer = self.send_once(request, source.body()).await;
            source.check()?;
            match self.finished(answer, digest).await {
                Ok(()) => return Ok(Pushed::Sent),
                Err(error) => self.before_next_try(&mut tries, error).await?,
            }
        }
    }

    /// Sends what a stream yields, to its end, and says what it was. It cannot be tried again.
    pub(crate) async fn push_stream<Parts>(&self, parts: Parts) -> Result<Sent>
    where
        Parts: Stream<Item = io::Result<Bytes>> + Send + 'static,
    {
        let Upload::At(location) = self.begin("", None).await? else {
            return Err(Error::malformed("the registry mounted a blob that nobody named"));
        };
        let source = Source::new(parts);
        let request = Request::new(Method::PATCH, location).header(CONTENT_TYPE, BYTES);
        let answer = self.send_once(request, source.body()).await;
        source.check()?;
        let answer = answer?.expect(&[201, 202, 204]).await?;
        let location = next_location(&answer)?;
        answer.drain().await;
        let sent = source.sent();
        let request = Request::new(Method::PUT, with_digest(location, &sent.digest));
        self.finished(self.send(request).await, &sent.digest).await?;
        Ok(sent)
    }

    /// Sends what a stream yields in pieces of at least `piece` bytes, each of which is tried again by itself. For
    /// registries and proxies that take no stream; the memory it needs is that of a piece.
    pub(crate) async fn push_pieces<Parts>(&self, parts: Parts, piece: usize) -> Result<Sent>
    where
        Parts: Stream<Item = io::Result<Bytes>>,
    {
        let mut parts = std::pin::pin!(parts);
        let (mut location, least) = self.begin_pieces().await?;
        let piece = piece.max(least).max(1);
        let mut hash = Context::new(&SHA256);
        // As large as it becomes: growing, it would be there twice.
        let mut buffer = BytesMut::with_capacity(piece + LARGEST_PART);
        let mut sent: u64 = 0;
        let mut is_over = false;
        while !is_over {
            match parts.try_next().await.map_err(unreadable)? {
                Some(part) => {
                    hash.update(&part);
                    buffer.extend_from_slice(&part);
                }
                None => is_over = true,
            }
            while buffer.len() >= piece || is_over && !buffer.is_empty() {
                let next = buffer.split_to(piece.min(buffer.len())).freeze();
                let end = sent + next.len() as u64;
                location = self.push_piece(location, sent, next).await?;
                sent = end;
            }
        }
        let digest = named_sha256(hash.finish().as_ref());
        let request = Request::new(Method::PUT, with_digest(location, &digest));
        self.finished(self.send(request).await, &digest).await?;
        Ok(Sent { digest, size: sent })
    }

    async fn push_piece(&self, location: Url, from: u64, piece: Bytes) -> Result<Url> {
        let last = from + piece.len() as u64 - 1;
        let request =
            Request::new(Method::PATCH, location).body(BYTES, piece).header(CONTENT_RANGE, &format!("{from}-{last}"));
        let answer = self.send(request).await?.expect(&[201, 202, 204]).await?;
        let location = next_location(&answer)?;
        answer.drain().await;
        Ok(location)
    }

    /// Whether nothing has to be sent, because it is there.
    async fn without_sending(&self, digest: &str) -> Result<Option<Pushed>> {
        Ok(self.blob_size(digest).await?.map(|_| Pushed::Existed))
    }

    /// Begins an upload, asking to mount the blob where somebody has it.
    async fn begin(&self, digest: &str, from: Option<&Self>) -> Result<Upload> {
        let plain = self.url("blobs/uploads/").await?;
        if let Some(from) = from.filter(|from| self.shares_registry_with(from) && from.name() != self.name()) {
            self.scopes().add(from.name(), Action::Pull);
            let mut url = plain.clone();
            url.query_pairs_mut().append_pair("from", from.name()).append_pair("mount", digest);
            // Whatever a registry has against mounting, it may take the blob itself.
            if let Ok(answer) = self.post(url).await {
                return Ok(answer);
            }
        }
        self.post(plain).await
    }

    async fn post(&self, url: Url) -> Result<Upload> {
        let request = Request::new(Method::POST, url).header(CONTENT_LENGTH, "0");
        let answer = self.send(request).await?.expect(&[201, 202]).await?;
        if answer.status() == StatusCode::CREATED {
            answer.drain().await;
            return Ok(Upload::Mounted);
        }
        let location = next_location(&answer)?;
        answer.drain().await;
        Ok(Upload::At(location))
    }

    /// Begins an upload in pieces: where, and how small they may be.
    async fn begin_pieces(&self) -> Result<(Url, usize)> {
        let request = Request::new(Method::POST, self.url("blobs/uploads/").await?).header(CONTENT_LENGTH, "0");
        let answer = self.send(request).await?.expect(&[202]).await?;
        let least = answer.header("oci-chunk-min-length").and_then(|least| least.parse().ok()).unwrap_or(0);
        let location = next_location(&answer)?;
        answer.drain().await;
        // A registry does not decide how much memory we take.
        Ok((location, usize::min(least, 64 * 1024 * 1024)))
    }

    /// Whether the last request of an upload ended well, and with what was sent.
    async fn finished(&self, answer: Result<Response>, digest: &str) -> Result<()> {
        let answer = answer?.expect(&[201]).await?;
        let said = answer.header("docker-content-digest").unwrap_or_default().to_owned();
        answer.drain().await;
        if said.starts_with("sha256:") && said != digest {
            let words = format!("the registry keeps the blob as {said}, and what was sent is {digest}");
            return Err(Error::unverified(words));
        }
        Ok(())
    }
}

/// What is sent as a stream: counted and hashed on the way, its own errors kept apart from the network's.
struct Source<Parts> {
    parts: Mutex<Option<Parts>>,
    seen: Arc<Mutex<Seen>>,
}

struct Seen {
    hash: Context,
    size: u64,
    failed: Option<io::Error>,
}

impl<Parts: Stream<Item = io::Result<Bytes>> + Send + 'static> Source<Parts> {
    fn new(parts: Parts) -> Self {
        let seen = Seen { hash: Context::new(&SHA256), size: 0, failed: None };
        Self { parts: Mutex::new(Some(parts)), seen: Arc::new(Mutex::new(seen)) }
    }

    /// The body of a request; empty the second time.
    fn body(&self) -> reqwest::Body {
        let Some(parts) = self.parts.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return reqwest::Body::default();
        };
        let seen = Arc::clone(&self.seen);
        reqwest::Body::wrap_stream(parts.map(move |part| {
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            match part {
                Ok(part) => {
                    seen.hash.update(&part);
                    seen.size += part.len() as u64;
                    Ok(part)
                }
                Err(error) => {
                    let kind = error.kind();
                    seen.failed = Some(error);
                    Err(io::Error::from(kind))
                }
            }
        }))
    }

    /// Whether the source itself could be read.
    fn check(&self) -> Result<()> {
        let failed = self.seen.lock().unwrap_or_else(PoisonError::into_inner).failed.take();
        failed.map_or(Ok(()), |error| Err(unreadable(error)))
    }

    fn sent(&self) -> Sent {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        Sent { digest: named_sha256(seen.hash.clone().finish().as_ref()), size: seen.size }
    }
}

fn unreadable(error: io::Error) -> Error {
    Error::local(Failure::new("what is to be pushed could not be read").why(crate::error::words(&error)))
}

/// Where the registry wants the next part of an upload. As go-containerregistry's `nextLocation`.
fn next_location(answer: &Response) -> Result<Url> {
    let astray = |words: String| Error::astray(answer.method.as_str(), answer.url.as_str(), words);
    let location = answer.headers().get(LOCATION).map(|location| String::from_utf8_lossy(location.as_bytes()));
    let location = location.filter(|location| !location.is_empty());
    let location = location.ok_or_else(|| astray(format!("missing Location header in {}", answer.status())))?;
    let url = answer.url.join(&location).map_err(|error| astray(format!("Location {location:?}: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(astray(format!("Location {location:?}: unsupported protocol scheme {:?}", url.scheme())));
    }
    if !same_host_name(&answer.url, &url) && is_private(&url) {
        let host = url.host_str().unwrap_or_default();
        return Err(astray(format!("SSRF protection: Location header redirects to private/link-local host {host:?}")));
    }
    Ok(url)
}

/// The location with the digest that ends an upload. What else stands in its query is left as it is.
fn with_digest(mut location: Url, digest: &str) -> Url {
    location.query_pairs_mut().append_pair("digest", digest);
    location
}
