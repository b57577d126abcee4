//! What refers to a manifest: signatures, attestations, bills of materials.
//!
//! As go-containerregistry 0.21.6 finds them (`pkg/v1/remote/referrers.go`), and page by page besides: the referrers
//! API, and the tag `sha256-<hex>` where the registry has none.

use std::collections::BTreeSet;

use kubectl_oci_core::artifact::{Artifact, Descriptor};
use reqwest::header::ACCEPT;

use super::error::{Error, Result};
use super::link::next_page;
use super::repository::Repository;
use super::transport::Request;

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// The largest page, in bytes, and the most of them.
const PAGE_LIMIT: u64 = 4 * 1024 * 1024;
const MOST_PAGES: usize = 100;

/// Where referrers were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FoundBy {
    /// The registry has the API.
    Api,
    /// It does not, and there is a tag that lists them.
    Tag,
    /// It does not, and there is none.
    Nothing,
}

/// What refers to a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Referrers {
    pub(crate) descriptors: Vec<Descriptor>,
    pub(crate) found_by: FoundBy,
}

impl Repository {
    /// What refers to a digest, which need not be there; of one artifact type, or all.
    pub(crate) async fn referrers(&self, digest: &str, artifact_type: Option<&str>) -> Result<Referrers> {
        let mut url = self.url(&format!("referrers/{digest}")).await?;
        if let Some(artifact_type) = artifact_type {
            url.query_pairs_mut().append_pair("artifactType", artifact_type);
        }
        let mut found = match self.by_api(url).await? {
            Some(descriptors) => Referrers { descriptors, found_by: FoundBy::Api },
            None => self.by_tag(digest).await?,
        };
        // Filtering is a registry's choice.
        found.descriptors.retain(|found| artifact_type.is_none_or(|wanted| found.artifact_type == wanted));
        Ok(found)
    }

    /// All pages of the API; `None` where there is no such API.
    async fn by_api(&self, first: reqwest::Url) -> Result<Option<Vec<Descriptor>>> {
        let mut out = Vec::new();
        let mut asked = BTreeSet::new();
        let mut next = Some(first);
        while let Some(url) = next {
            if !asked.insert(url.to_string()) || asked.len() > MOST_PAGES {
                return Err(Error::malformed(format!("GET {url}: the registry's pages of referrers have no end")));
            }
            let request = Request::get(url).header(ACCEPT, INDEX);
            let answer = self.send(request.clone()).await?.expect(&[200, 400, 404, 406]).await?;
            let is_index = answer.status() == 200 && answer.header("content-type") == Some(INDEX);
            if !is_index {
                answer.drain().await;
                return Ok(None);
            }
            let (answer, page) = self.body(&request, answer, PAGE_LIMIT).await?;
            next = next_page(&answer)?;
            out.extend(descriptors(&page)?);
        }
        Ok(Some(out))
    }

    /// Makes sure that these are found as referrers of a digest, where the registry does not see to that by itself:
    /// the tag `sha256-<hex>` lists them (OCI distribution 1.1, "Unavailable referrers API"). What it lists stays.
    pub(crate) async fn list_referrers(&self, subject: &str, referrers: &[Descriptor]) -> Result<()> {
        let known = self.referrers(subject, None).await?;
        let is_missing = |wanted: &&Descriptor| known.descriptors.iter().all(|known| known.digest != wanted.digest);
        let missing: Vec<&Descriptor> = referrers.iter().filter(is_missing).collect();
        if known.found_by == FoundBy::Api || missing.is_empty() {
            return Ok(());
        }
        let tag = subject.replacen(':', "-", 1);
        let mut index = match known.found_by {
            FoundBy::Tag => serde_json::from_slice(&self.index(&tag, INDEX).await?.bytes)
                .map_err(|error| Error::malformed(error.to_string()))?,
            _ => serde_json::json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": []}),
        };
        let listed = index.get_mut("manifests").and_then(serde_json::Value::as_array_mut);
        let listed = listed.ok_or_else(|| Error::malformed(format!("{self}:{tag} lists no manifests")))?;
        for descriptor in missing {
            listed.push(serde_json::to_value(descriptor).map_err(|error| Error::malformed(error.to_string()))?);
        }
        self.put_manifest(&tag, INDEX, index.to_string().into()).await?;
        Ok(())
    }

    async fn by_tag(&self, digest: &str) -> Result<Referrers> {
        match self.index(&digest.replacen(':', "-", 1), INDEX).await {
            Ok(index) => Ok(Referrers { descriptors: descriptors(&index.bytes)?, found_by: FoundBy::Tag }),
            Err(error) if error.is_not_found() => Ok(Referrers { descriptors: Vec::new(), found_by: FoundBy::Nothing }),
            Err(error) => Err(error),
        }
    }
}

fn descriptors(index: &[u8]) -> Result<Vec<Descriptor>> {
    Ok(Artifact::parse(index, INDEX).map_err(Error::malformed)?.manifests)
}
