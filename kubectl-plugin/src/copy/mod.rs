//! Copying: byte for byte, several blobs at a time, nothing that is there already.
//!
//! The order makes it safe to interrupt at any time, and to begin again: first all manifests are read, then blobs are
//! sent, then manifests (children before parents, subjects before what refers to them), then signatures get their
//! names, and the artifact itself gets its name last. Nobody who finds the name misses anything behind it.

mod graph;
mod place;

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::{self, Either};
use futures_util::{StreamExt, TryStreamExt, stream};
use kubectl_oci_core::reference::DEFAULT_TAG;
use kubectl_oci_core::render::Failure;
use serde::Serialize;

use crate::access::latest_was_assumed;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::registry::{self, Manifest, Pushed};

use graph::{Graph, Link, Node};
pub(crate) use place::Place;

/// How many blobs are on their way at a time, and how many manifests.
const BLOBS_AT_A_TIME: usize = 4;
const MANIFESTS_AT_A_TIME: usize = 8;

/// How often is shown how far it is.
const TICK: Duration = Duration::from_millis(200);

/// What is to be copied: a tag or a digest, and the tag that it gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) reference: String,
    /// What it was called by, if by something else.
    pub(crate) called: Option<String>,
    pub(crate) tag: Option<String>,
}

/// One artifact, copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Copied {
    pub(crate) source: String,
    pub(crate) destination: String,
    pub(crate) tag: Option<String>,
    pub(crate) digest: String,
    /// What the tag was before, where it was something else.
    pub(crate) previous: Option<String>,
}

/// What it took.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    pub(crate) manifests: Count,
    pub(crate) blobs: Count,
    /// Of the blobs that were sent.
    pub(crate) bytes: u64,
    /// Of the manifests: those that refer to another one, and cosign's tags.
    pub(crate) referrers: usize,
    pub(crate) signatures: usize,
}

/// How many went, and how many did not have to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Count {
    pub(crate) sent: usize,
    pub(crate) mounted: usize,
    pub(crate) existed: usize,
}

impl Count {
    fn add(&mut self, pushed: Pushed) {
        *match pushed {
            Pushed::Sent => &mut self.sent,
            Pushed::Mounted => &mut self.mounted,
            Pushed::Existed => &mut self.existed,
        } += 1;
    }
}

/// A copy on its way.
pub(crate) struct Copy<'a> {
    pub(crate) source: &'a Place,
    pub(crate) destination: &'a Place,
    pub(crate) with_referrers: bool,
    /// Told now and then how many bytes of how many are there.
    pub(crate) progress: &'a (dyn Fn(u64, u64) + 'a),
}

impl Copy<'_> {
    /// Copies all of it.
    pub(crate) async fn run(&self, wanted: &[Wanted]) -> Result<(Vec<Copied>, Summary)> {
        let roots = stream::iter(wanted.iter().map(|wanted| self.source.manifest(&wanted.reference)));
        let roots: Vec<Manifest> = roots
            .buffered(MANIFESTS_AT_A_TIME)
            .try_collect()
            .await
            .map_err(|error| self.unread_root(&error, wanted))?;
        let digests: Vec<String> = roots.iter().map(|root| root.digest.clone()).collect();
        let graph = Graph::walk(self.source, roots, self.with_referrers).await.map_err(|error| self.unread(&error))?;
        let mut summary = Summary {
            referrers: graph.referrers.values().map(Vec::len).sum(),
            signatures: graph.signatures.len(),
            ..Summary::default()
        };
        let missing = self.missing(&graph).await?;
        self.blobs(&missing, &mut summary).await?;
        self.manifests(&graph, &missing, &mut summary).await?;
        let copied = self.names(&graph, wanted, &digests).await?;
        Ok((copied, summary))
    }

    fn unread_root(&self, error: &registry::Error, wanted: &[Wanted]) -> Error {
        let mut failure = error.failure(format!("{} could not be read", self.source));
        if let (Place::Registry(repository), [Wanted { called: None, reference, .. }]) = (self.source, wanted)
            && reference == DEFAULT_TAG
        {
            failure.help = latest_was_assumed(error, repository).or(failure.help);
        }
        Error::Failed { failure, exit: error.exit() }
    }

    /// The manifests that are not at the other end.
    async fn missing<'g>(&self, graph: &'g Graph) -> Result<BTreeMap<&'g str, &'g Node>> {
        let asked = graph.nodes.values().map(|node| async move {
            let is_there = self.destination.has_manifest(&node.manifest.digest).await?;
            Ok::<_, registry::Error>((!is_there).then_some((node.manifest.digest.as_str(), node)))
        });
        let asked: Vec<_> = stream::iter(asked)
            .buffered(MANIFESTS_AT_A_TIME)
            .try_collect()
            .await
            .map_err(|error: registry::Error| error.ends(format!("{} could not be asked", self.destination)))?;
        Ok(asked.into_iter().flatten().collect())
    }

    async fn blobs(&self, missing: &BTreeMap<&str, &Node>, summary: &mut Summary) -> Result<()> {
        let blobs = Graph::blobs(missing.values().copied());
        let total: u64 = blobs.iter().map(|blob| blob.size).fold(0, u64::saturating_add);
        let (moved, arrived) = (Arc::new(AtomicU64::new(0)), AtomicUsize::new(0));
        let number = blobs.len();
        let sending = blobs.into_iter().map(|blob| {
            let (moved, arrived) = (&moved, &arrived);
            async move {
                let pushed = self.destination.put_blob(self.source, &blob.digest, blob.size, moved).await;
                let so_far = arrived.load(Ordering::Relaxed);
                let pushed = pushed.map_err(|error| self.interrupted(&error, blob, so_far, number))?;
                arrived.fetch_add(1, Ordering::Relaxed);
                if pushed != Pushed::Sent {
                    moved.fetch_add(blob.size, Ordering::Relaxed);
                }
                Ok::<_, Error>((pushed, blob.size))
            }
        });
        let sending = stream::iter(sending).buffer_unordered(BLOBS_AT_A_TIME).try_collect::<Vec<(Pushed, u64)>>();
        let showing = async {
            loop {
                tokio::time::sleep(TICK).await;
                // What was sent twice, because the first time failed, is counted twice.
                (self.progress)(moved.load(Ordering::Relaxed).min(total), total);
            }
        };
        let pushed = match future::select(pin!(sending), pin!(showing)).await {
            Either::Left((pushed, _)) => pushed?,
            Either::Right((never, _)) => never,
        };
        for (pushed, size) in pushed {
            summary.blobs.add(pushed);
            summary.bytes += if pushed == Pushed::Sent { size } else { 0 };
        }
        Ok(())
    }

    async fn manifests(&self, graph: &Graph, missing: &BTreeMap<&str, &Node>, summary: &mut Summary) -> Result<()> {
        for round in graph.rounds() {
            let new: Vec<&Node> =
                round.iter().filter(|node| missing.contains_key(node.manifest.digest.as_str())).copied().collect();
            summary.manifests.existed += round.len() - new.len();
            let putting = new.into_iter().map(|node| async move {
                let put = self.destination.put_manifest(&node.manifest, &node.descriptor.media_type).await;
                put.map_err(|error| self.unwritten(&error, &node.manifest.digest))
            });
            let put: Vec<Pushed> = stream::iter(putting).buffer_unordered(MANIFESTS_AT_A_TIME).try_collect().await?;
            put.into_iter().for_each(|put| summary.manifests.add(put));
        }
        Ok(())
    }

    /// Names: what refers and what signs first, so that nobody finds the artifact without them.
    async fn names(&self, graph: &Graph, wanted: &[Wanted], digests: &[String]) -> Result<Vec<Copied>> {
        let failed = |error: registry::Error| self.unwritten(&error, "its names");
        for (subject, referrers) in &graph.referrers {
            self.destination.list_referrers(subject, referrers).await.map_err(failed)?;
        }
        let mut names: Vec<(Option<String>, &Node)> = Vec::new();
        for (tag, digest) in &graph.signatures {
            let before = self.destination.digest_of_tag(tag).await.map_err(failed)?;
            if let Some(node) = graph.nodes.get(digest).filter(|_| before.as_ref() != Some(digest)) {
                names.push((Some(tag.clone()), node));
            }
        }
        let mut out = Vec::new();
        for (wanted, digest) in wanted.iter().zip(digests) {
            let before = match &wanted.tag {
                Some(tag) => self.destination.digest_of_tag(tag).await.map_err(failed)?,
                None => None,
            };
            let Some(node) = graph.nodes.get(digest) else { continue };
            if wanted.tag.is_none() || before.as_ref() != Some(digest) {
                names.push((wanted.tag.clone(), node));
            }
            out.push(Copied {
                source: at(self.source, wanted.called.as_ref().unwrap_or(&wanted.reference)),
                destination: at(self.destination, wanted.tag.as_ref().unwrap_or(digest)),
                tag: wanted.tag.clone(),
                digest: digest.clone(),
                previous: before.filter(|before| before != digest),
            });
        }
        self.destination.put_names(&names).await.map_err(failed)?;
        Ok(out)
    }

    fn unread(&self, error: &registry::Error) -> Error {
        let failure = error.failure(format!("{} could not be read to its end", self.source));
        let help = "leave signatures and other referrers out with --no-referrers, if it is they that fail";
        let failure = if self.with_referrers && failure.help.is_none() { failure.help(help) } else { failure };
        Error::Failed { failure, exit: error.exit() }
    }

    fn interrupted(&self, error: &registry::Error, blob: &Link, arrived: usize, number: usize) -> Error {
        let what = format!("a blob of {} bytes could not be copied ({arrived} of {number} arrived)", blob.size);
        self.resumable(error.failure(what), error.exit())
    }

    fn unwritten(&self, error: &registry::Error, what: &str) -> Error {
        self.resumable(error.failure(format!("{} did not take {what}", self.destination)), error.exit())
    }

    /// Says that nothing is lost.
    fn resumable(&self, failure: Failure, exit: Exit) -> Error {
        let help = failure.help.clone().map_or_else(String::new, |help| help + "; ");
        Error::Failed { failure: failure.help(help + "what arrived stays: the same command goes on from there"), exit }
    }
}

/// A place with a tag or a digest.
pub(crate) fn at(place: &Place, reference: &str) -> String {
    let separator = if reference.contains(':') { '@' } else { ':' };
    format!("{place}{separator}{reference}")
}
