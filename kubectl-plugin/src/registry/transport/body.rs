//! Bodies, never more of them than was agreed.

use bytes::Bytes;

use super::{Response, host_and_port};
use crate::registry::cause::Cause;
use crate::registry::error::{Error, Result};

impl Response {
    /// The whole body, if it is no longer than `limit` and arrives in time.
    pub(crate) async fn bytes(&mut self, limit: u64) -> Result<Bytes> {
        if self.content_length().is_some_and(|length| length > limit) {
            return Err(Error::too_large(self.method.as_str(), self.url.as_str(), limit));
        }
        let patience = self.patience;
        let (method, url) = (self.method.clone(), self.url.clone());
        let whole = async {
            let mut out = Vec::new();
            while let Some(part) = self.next_part().await? {
                if (out.len() + part.len()) as u64 > limit {
                    return Err(Error::too_large(self.method.as_str(), self.url.as_str(), limit));
                }
                out.extend_from_slice(&part);
            }
            Ok(out.into())
        };
        let in_time = tokio::time::timeout(patience, whole).await;
        in_time.unwrap_or_else(|_| Err(Error::unreachable(method.as_str(), url.as_str(), Cause::TimedOut)))
    }

    /// The next part of the body; nothing at its end. A part that does not come in time is an error.
    pub(crate) async fn next_part(&mut self) -> Result<Option<Bytes>> {
        // Not the library's own timeout for reads: that one also ends uploads that take longer (`transport::once`).
        let part = tokio::time::timeout(self.patience, self.inner.chunk()).await;
        let timed_out = || Error::unreachable(self.method.as_str(), self.url.as_str(), Cause::TimedOut);
        part.map_err(|_| timed_out())?.map_err(|error| {
            let cause = match Cause::of(&error, &host_and_port(&self.url), None) {
                // Whatever the library calls it: fewer bytes than were announced.
                Cause::Other(_) if error.is_body() || error.is_decode() => Cause::Cut { reset: false },
                cause => cause,
            };
            Error::unreachable(self.method.as_str(), self.url.as_str(), cause)
        })
    }

    /// What arrives of the body, up to a limit; where it breaks off, what came before.
    pub(super) async fn some_bytes(mut self, limit: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let patience = self.patience;
        let _ = tokio::time::timeout(patience, async {
            while let Ok(Some(part)) = self.next_part().await {
                let room = limit - out.len();
                out.extend_from_slice(part.get(..room).unwrap_or(&part));
                if out.len() == limit {
                    break;
                }
            }
        })
        .await;
        out
    }

    /// Reads a small body to its end, so that the connection can be used again.
    pub(crate) async fn drain(self) {
        self.some_bytes(16 * 1024).await;
    }
}
