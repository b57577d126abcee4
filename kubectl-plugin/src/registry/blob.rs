//! Blobs, read as a stream. What arrives is counted and hashed on the way; where the connection is cut, the rest is
//! asked for.

use aws_lc_rs::digest::{Context, SHA256};
use bytes::{Buf, Bytes};
use kubectl_oci_core::compat::digest::Digest;
use reqwest::StatusCode;
use reqwest::header::RANGE;

use super::cause::Cause;
use super::error::{Error, Kind, Result};
use super::manifest::named_sha256;
use super::repository::Repository;
use super::transport::{Request, Response};

/// How many times a blob that breaks off is taken up again.
const MOST_RESUMPTIONS: usize = 8;

/// A blob on its way. **Nothing of it is verified before [`Blob::next`] has returned `None`**: until then it must not
/// be put where anybody takes it for what it says it is.
pub(crate) struct Blob {
    repository: Repository,
    digest: String,
    size: u64,
    response: Response,
    hash: Context,
    /// Bytes that were handed on.
    read: u64,
    /// Bytes to pass over: the registry begins at the beginning again.
    skip: u64,
    resumptions: usize,
}

impl Repository {
    /// Begins to read a blob whose size the manifest tells.
    ///
    /// # Errors
    ///
    /// A digest that is none of SHA-256, and whatever the registry says.
    pub(crate) async fn blob(&self, digest: &str, size: u64) -> Result<Blob> {
        Digest::parse(digest).map_err(|error| Error::malformed(error.to_string()))?;
        let response = self.get_blob(digest, 0).await?.expect(&[200]).await?;
        if let Some(length) = response.content_length().filter(|length| *length != size) {
            return Err(Error::unverified(format!(
                "GET {}: Content-Length header {length} does not match expected size {size}",
                kubectl_oci_core::compat::registry_error::redact_url(response.url.as_str())
            )));
        }
        let (repository, digest) = (self.clone(), digest.to_owned());
        Ok(Blob { repository, digest, size, response, hash: Context::new(&SHA256), read: 0, skip: 0, resumptions: 0 })
    }

    /// A small blob, whole and verified. One that says it is larger than `limit` is not asked for.
    pub(crate) async fn blob_bytes(&self, digest: &str, size: u64, limit: u64) -> Result<Bytes> {
        if size > limit {
            return Err(Error::too_large("GET", &format!("{self}@{digest}"), limit));
        }
        let mut blob = self.blob(digest, size).await?;
        let mut out = Vec::new();
        while let Some(part) = blob.next().await? {
            out.extend_from_slice(&part);
        }
        Ok(out.into())
    }

    /// The size of a blob; nothing where the repository does not have it.
    pub(crate) async fn blob_size(&self, digest: &str) -> Result<Option<u64>> {
        let url = self.url(&format!("blobs/{digest}")).await?;
        let response = self.send(Request::head(url)).await?.expect(&[200, 404]).await?;
        Ok((response.status() == StatusCode::OK).then(|| response.content_length().unwrap_or(0)))
    }

    async fn get_blob(&self, digest: &str, from: u64) -> Result<Response> {
        let mut request = Request::get(self.url(&format!("blobs/{digest}")).await?);
        if from > 0 {
            request = request.header(RANGE, &format!("bytes={from}-"));
        }
        self.send(request).await
    }
}

impl Blob {
    /// How large it is to be, in bytes.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// The next part. `None` comes only once all of it has arrived and is what its digest says.
    ///
    /// # Errors
    ///
    /// A connection that is cut too often, and bytes that are not those of the digest.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>> {
        while self.read < self.size {
            let mut part = match self.response.next_part().await {
                Ok(Some(part)) => part,
                Ok(None) => {
                    let (got, want) = (self.read, self.size);
                    return Err(Error::unverified(format!("error verifying size; got {got}, want {want}")));
                }
                Err(error) => {
                    self.resume(error).await?;
                    continue;
                }
            };
            let passed_over = self.skip.min(part.len() as u64);
            self.skip -= passed_over;
            part.advance(usize::try_from(passed_over).unwrap_or(part.len()));
            // What is more than the manifest says is nobody's.
            part.truncate(usize::try_from(self.size - self.read).unwrap_or(usize::MAX));
            if part.is_empty() {
                continue;
            }
            self.hash.update(&part);
            self.read += part.len() as u64;
            return Ok(Some(part));
        }
        let got = named_sha256(self.hash.clone().finish().as_ref());
        if got == self.digest {
            return Ok(None);
        }
        let (read, want) = (self.read, &self.digest);
        Err(Error::unverified(format!(
            "error verifying sha256 checksum after reading {read} bytes; got \"{got}\", want \"{want}\""
        )))
    }

    /// Asks for the rest, if what went wrong is a connection, and not too often.
    async fn resume(&mut self, error: Error) -> Result<()> {
        let is_cut = matches!(
            error.kind(),
            Kind::Unreachable { cause: Cause::Cut { .. } | Cause::Stream(_) | Cause::TimedOut, .. }
        );
        if !is_cut || self.resumptions >= MOST_RESUMPTIONS {
            return Err(error);
        }
        self.resumptions += 1;
        tokio::time::sleep(self.repository.retry_delay()).await;
        let response = self.repository.get_blob(&self.digest, self.read).await?.expect(&[200, 206]).await?;
        let begins_here = response.header("content-range").and_then(begin) == Some(self.read);
        self.skip = match response.status() {
            StatusCode::PARTIAL_CONTENT if begins_here => 0,
            // Another range than was asked for is of no use.
            StatusCode::PARTIAL_CONTENT => return Err(error),
            _ => self.read,
        };
        self.response = response;
        Ok(())
    }
}

/// The first number of `bytes 7-99/100`.
fn begin(range: &str) -> Option<u64> {
    range.trim().strip_prefix("bytes")?.trim_start().split('-').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_begins_with_a_number() {
        assert_eq!(begin("bytes 7-99/100"), Some(7));
        assert_eq!(begin("bytes */100"), None);
        assert_eq!(begin("items 7-99/100"), None);
    }
}
