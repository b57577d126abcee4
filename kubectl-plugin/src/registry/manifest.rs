//! Manifests: read by tag or digest, their digest taken from what arrived.

use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;
use kubectl_oci_core::compat::digest::Digest;
use reqwest::Url;
use reqwest::header::ACCEPT;

use super::error::{Error, Result};
use super::repository::Repository;
use super::transport::Request;

/// What we take, in go-containerregistry's order.
const ACCEPTED: &str = "application/vnd.docker.distribution.manifest.v1+json,\
                        application/vnd.docker.distribution.manifest.v1+prettyjws,\
                        application/vnd.docker.distribution.manifest.v2+json,\
                        application/vnd.oci.image.manifest.v1+json,\
                        application/vnd.docker.distribution.manifest.list.v2+json,\
                        application/vnd.oci.image.index.v1+json";

/// The largest manifest, in bytes. Registries have to take four mebibytes; go-containerregistry reads a hundred.
const MANIFEST_LIMIT: u64 = 32 * 1024 * 1024;

/// What is said of a name that no manifest has.
pub(crate) const NO_TAG: &str = "it is not a tag: nothing can be asked for by this name";

/// A manifest as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) bytes: Bytes,
    /// What the registry says it is; empty where it does not say.
    pub(crate) media_type: String,
    /// Of the bytes.
    pub(crate) digest: String,
}

/// What a registry says of a manifest without sending it. Nothing of it is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ManifestHead {
    pub(crate) digest: String,
    pub(crate) size: u64,
    pub(crate) media_type: String,
}

impl Repository {
    /// A manifest by tag or digest. By digest, nothing else is returned than what has this digest.
    pub(crate) async fn manifest(&self, reference: &str) -> Result<Manifest> {
        self.get_manifest(reference, ACCEPTED).await
    }

    /// The same, taking only an index (go-containerregistry's way of reading a referrers tag).
    pub(super) async fn index(&self, reference: &str, media_type: &str) -> Result<Manifest> {
        self.get_manifest(reference, media_type).await
    }

    async fn get_manifest(&self, reference: &str, accepted: &str) -> Result<Manifest> {
        let request = Request::get(self.manifest_url(reference).await?).header(ACCEPT, accepted);
        let (answer, bytes) = self.get(&request, MANIFEST_LIMIT).await?;
        let media_type = answer.header("content-type").unwrap_or_default().to_owned();
        let digest = sha256(&bytes);
        self.check_digest(reference, &digest)?;
        Ok(Manifest { bytes, media_type, digest })
    }

    /// The URL of a manifest by tag or digest. What a registry lists as a tag may be anything, also a way to another
    /// repository: `../../other/manifests/latest`.
    pub(super) async fn manifest_url(&self, reference: &str) -> Result<Url> {
        if reference.split('/').any(|part| matches!(part, "." | "..")) {
            return Err(Error::malformed(NO_TAG));
        }
        self.url(&format!("manifests/{reference}")).await
    }

    /// What the registry says of a manifest. Some say nothing useful, or refuse the question: then [`Self::digest_of`]
    /// reads the manifest.
    pub(crate) async fn manifest_head(&self, reference: &str) -> Result<ManifestHead> {
        let url = self.manifest_url(reference).await?;
        let shown = url.to_string();
        let response = self.send(Request::head(url).header(ACCEPT, ACCEPTED)).await?.expect(&[200]).await?;
        let missing = |method: &str, header: &str| {
            Error::malformed(format!("{method} {shown}: response did not include {header} header"))
        };
        let media_type = response.header("content-type").filter(|media_type| !media_type.is_empty());
        let media_type = media_type.ok_or_else(|| missing("HEAD", "Content-Type"))?.to_owned();
        let size = response.content_length().ok_or_else(|| missing("GET", "Content-Length"))?;
        let digest = response.header("docker-content-digest").filter(|digest| !digest.is_empty());
        let digest = digest.ok_or_else(|| missing("HEAD", "Docker-Content-Digest"))?.to_owned();
        Digest::parse(&digest).map_err(|error| Error::malformed(error.to_string()))?;
        self.check_digest(reference, &digest)?;
        Ok(ManifestHead { digest, size, media_type })
    }

    /// The digest of a tag as the controller finds it: by `HEAD`, and by reading the manifest where that fails.
    pub(crate) async fn digest_of(&self, reference: &str) -> Result<String> {
        match self.manifest_head(reference).await {
            Ok(head) => Ok(head.digest),
            Err(_) => Ok(self.manifest(reference).await?.digest),
        }
    }

    fn check_digest(&self, reference: &str, digest: &str) -> Result<()> {
        if !reference.contains(':') || reference == digest {
            return Ok(());
        }
        Err(Error::unverified(format!(
            "manifest digest: \"{digest}\" does not match requested digest: \"{reference}\" for \"{self}@{reference}\""
        )))
    }
}

/// `sha256:…` of some bytes.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    named_sha256(digest(&SHA256, bytes).as_ref())
}

/// `sha256:…` of a finished hash.
pub(crate) fn named_sha256(hash: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::from("sha256:");
    for byte in hash {
        let _ = write!(out, "{byte:02x}");
    }
    out
}
