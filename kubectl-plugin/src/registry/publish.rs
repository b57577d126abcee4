//! Manifests, put and deleted.

use bytes::Bytes;
use reqwest::{Method, Url};

use super::error::{Error, Result};
use super::manifest::sha256;
use super::repository::Repository;
use super::transport::Request;

/// What became of a manifest that was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Put {
    /// Of the bytes.
    pub(crate) digest: String,
    /// The registry lists it as a referrer of its subject by itself; where it does not, the tag of referrers is to be
    /// written too.
    pub(crate) subject_is_known: bool,
}

impl Repository {
    /// Puts a manifest under a tag or its digest.
    pub(crate) async fn put_manifest(&self, reference: &str, media_type: &str, bytes: Bytes) -> Result<Put> {
        let digest = sha256(&bytes);
        let url = self.manifest_url(reference).await?;
        let request = Request::new(Method::PUT, url).body(media_type, bytes);
        let answer = self.send(request).await?.expect(&[200, 201, 202]).await?;
        let said = answer.header("docker-content-digest").unwrap_or_default().to_owned();
        let subject_is_known = answer.headers().contains_key("oci-subject");
        answer.drain().await;
        if said.starts_with("sha256:") && said != digest {
            return Err(Error::unverified(format!(
                "the registry keeps the manifest as {said}, and what was sent is {digest}"
            )));
        }
        Ok(Put { digest, subject_is_known })
    }

    /// Deletes a manifest, or a tag where the registry has that.
    pub(crate) async fn delete_manifest(&self, reference: &str) -> Result<()> {
        self.delete(self.manifest_url(reference).await?).await
    }

    /// Deletes a blob.
    pub(crate) async fn delete_blob(&self, digest: &str) -> Result<()> {
        self.delete(self.url(&format!("blobs/{digest}")).await?).await
    }

    async fn delete(&self, url: Url) -> Result<()> {
        self.send(Request::new(Method::DELETE, url)).await?.expect(&[200, 202, 204]).await?.drain().await;
        Ok(())
    }
}
