//! Where artifacts are copied from and to: repositories, and layouts on disk.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use kubectl_oci_core::artifact::Descriptor;

use super::graph::Node;
use crate::registry::{Blob, Entry, Error, Layout, Manifest, Pushed, Repository, Result};

/// What cosign appends to `sha256-<hex>`.
pub(super) const COSIGN_SUFFIXES: [&str; 3] = ["sig", "att", "sbom"];

/// One end of a copy.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    Registry(Repository),
    Layout(Layout),
}

impl Place {
    /// A manifest by tag or digest, verified.
    pub(super) async fn manifest(&self, reference: &str) -> Result<Manifest> {
        match self {
            Self::Registry(repository) => repository.manifest(reference).await,
            Self::Layout(layout) => layout.manifest(&layout.resolve(Some(reference))?),
        }
    }

    /// A manifest that need not be there.
    pub(super) async fn manifest_if_any(&self, tag: &str) -> Result<Option<Manifest>> {
        match self {
            Self::Layout(layout) => {
                let mut entries = layout.entries()?.iter();
                let entry = entries.find(|entry| entry.name.as_deref() == Some(tag));
                entry.map(|entry| layout.manifest(&entry.descriptor.digest)).transpose()
            }
            Self::Registry(repository) => match repository.manifest(tag).await {
                Ok(manifest) => Ok(Some(manifest)),
                Err(error) if error.is_not_found() => Ok(None),
                Err(error) => Err(error),
            },
        }
    }

    /// What refers to a digest.
    pub(super) async fn referrers(&self, digest: &str) -> Result<Vec<Descriptor>> {
        match self {
            Self::Registry(repository) => Ok(repository.referrers(digest, None).await?.descriptors),
            Self::Layout(layout) => layout.referrers(digest),
        }
    }

    /// The digest that a tag has now.
    pub(super) async fn digest_of_tag(&self, tag: &str) -> Result<Option<String>> {
        match self {
            Self::Registry(repository) => match repository.digest_of(tag).await {
                Ok(digest) => Ok(Some(digest)),
                Err(error) if error.is_not_found() => Ok(None),
                Err(error) => Err(error),
            },
            Self::Layout(layout) => {
                // A new layout has no index yet.
                let entries = layout.entries().unwrap_or_default();
                let entry = entries.iter().find(|entry| entry.name.as_deref() == Some(tag));
                Ok(entry.map(|entry| entry.descriptor.digest.clone()))
            }
        }
    }

    /// Whether a manifest is there, and with it all that it is made of.
    pub(super) async fn has_manifest(&self, digest: &str) -> Result<bool> {
        match self {
            Self::Registry(repository) => match repository.manifest_head(digest).await {
                Ok(_) => Ok(true),
                Err(error) if error.is_refusal() && !error.is_not_found() => Err(error),
                // A repository that is not there yet, and whatever a registry answers instead of 404.
                Err(_) => Ok(false),
            },
            // Files may be there without those that they name.
            Self::Layout(_) => Ok(false),
        }
    }

    /// Makes sure that a blob is here, streaming it from `source` where it is not. `moved` counts its bytes.
    pub(super) async fn put_blob(
        &self,
        source: &Self,
        digest: &str,
        size: u64,
        moved: &Arc<AtomicU64>,
    ) -> Result<Pushed> {
        let counting = |moved: Arc<AtomicU64>| {
            move |part: &Bytes| {
                moved.fetch_add(part.len() as u64, Ordering::Relaxed);
            }
        };
        match self {
            Self::Layout(layout) => {
                let parts = source.parts(digest, size).inspect_ok(counting(Arc::clone(moved)));
                layout.write_blob(digest, size, parts).await
            }
            Self::Registry(repository) => {
                let from = match source {
                    Self::Registry(from) => Some(from),
                    Self::Layout(_) => None,
                };
                let failed = Arc::new(Mutex::new(None));
                let open = || {
                    let failed = Arc::clone(&failed);
                    let parts = source.parts(digest, size).inspect_ok(counting(Arc::clone(moved)));
                    let parts = parts.map_err(move |error| {
                        *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                        io::Error::other("the source could not be read")
                    });
                    Ok(parts)
                };
                let pushed = repository.push_blob_from(digest, size, from, open).await;
                // What stopped the source says more than that it stopped.
                let failed = failed.lock().unwrap_or_else(PoisonError::into_inner).take();
                match (pushed, failed) {
                    (Err(_), Some(error)) => Err(error),
                    (pushed, _) => pushed,
                }
            }
        }
    }

    /// A blob in parts. The last part comes only once all are verified: an upload of anything else never ends.
    fn parts(&self, digest: &str, size: u64) -> BoxStream<'static, Result<Bytes>> {
        let repository = match self {
            Self::Layout(layout) => return layout.blob(digest, size).boxed(),
            Self::Registry(repository) => repository.clone(),
        };
        let digest = digest.to_owned();
        stream::try_unfold(None::<(Blob, Option<Bytes>)>, move |reading| {
            let (repository, digest) = (repository.clone(), digest.clone());
            async move {
                let (mut blob, held) = match reading {
                    Some(reading) => reading,
                    None => {
                        let mut blob = repository.blob(&digest, size).await?;
                        let first = blob.next().await?;
                        (blob, first)
                    }
                };
                let Some(part) = held else { return Ok::<_, Error>(None) };
                let next = blob.next().await?;
                Ok(Some((part, Some((blob, next)))))
            }
        })
        .boxed()
    }

    /// Puts a manifest by its digest; in a layout it is not listed yet.
    pub(super) async fn put_manifest(&self, manifest: &Manifest, media_type: &str) -> Result<Pushed> {
        match self {
            Self::Registry(repository) => {
                repository.put_manifest(&manifest.digest, media_type, manifest.bytes.clone()).await?;
                Ok(Pushed::Sent)
            }
            Self::Layout(layout) => layout.write_manifest(manifest),
        }
    }

    /// Names manifests that are here, in this order. In a layout, that lists those too that have no name.
    pub(super) async fn put_names(&self, names: &[(Option<String>, &Node)]) -> Result<()> {
        match self {
            Self::Registry(repository) => {
                for (tag, node) in names {
                    let Some(tag) = tag else { continue };
                    repository.put_manifest(tag, &node.descriptor.media_type, node.manifest.bytes.clone()).await?;
                }
                Ok(())
            }
            Self::Layout(layout) => {
                let entry = |(name, node): &(Option<String>, &Node)| Entry {
                    descriptor: node.descriptor.clone(),
                    name: name.clone(),
                };
                layout.list(&names.iter().map(entry).collect::<Vec<_>>())
            }
        }
    }

    /// Has the referrers of a digest found by whoever asks for them.
    pub(super) async fn list_referrers(&self, subject: &str, referrers: &[Descriptor]) -> Result<()> {
        match self {
            Self::Registry(repository) => repository.list_referrers(subject, referrers).await,
            Self::Layout(layout) => {
                let entry = |descriptor: &Descriptor| Entry { descriptor: descriptor.clone(), name: None };
                layout.list(&referrers.iter().map(entry).collect::<Vec<_>>())
            }
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Registry(repository) => write!(f, "oci://{repository}"),
            Self::Layout(layout) => write!(f, "oci-layout://{}", layout.folder().display()),
        }
    }
}
