//! All manifests that belong to what is copied: children of indexes, signatures, what refers to any of them.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, TryStreamExt, stream};
use kubectl_oci_core::artifact::Descriptor;
use kubectl_oci_core::compat::digest::Digest;
use serde::Deserialize;

use super::place::{COSIGN_SUFFIXES, Place};
use crate::registry::{Error, Manifest, Result};

/// How many manifests are asked for at a time.
const AT_A_TIME: usize = 8;

/// The most manifests that one copy takes, and the most that they may weigh together, in bytes: they are held.
const MOST_MANIFESTS: usize = 20_000;
const MOST_BYTES: usize = 256 * 1024 * 1024;

/// A manifest with what it points to.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) manifest: Manifest,
    pub(super) descriptor: Descriptor,
    pub(super) links: Links,
}

impl Node {
    fn digest(&self) -> &str {
        &self.manifest.digest
    }
}

/// What a manifest points to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Links {
    /// Manifests, of an index.
    pub(super) children: Vec<Link>,
    /// Config and layers.
    pub(super) blobs: Vec<Link>,
    pub(super) subject: Option<String>,
}

/// A pointer that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) digest: String,
    pub(super) size: u64,
    pub(super) media_type: String,
}

/// The manifests by their digests, and what else is to be at the other end.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) nodes: BTreeMap<String, Node>,
    /// Subject → what refers to it.
    pub(super) referrers: BTreeMap<String, Vec<Descriptor>>,
    /// cosign's tags, each with the digest that it has.
    pub(super) signatures: BTreeMap<String, String>,
}

impl Graph {
    /// Reads everything that belongs to some manifests.
    pub(super) async fn walk(source: &Place, roots: Vec<Manifest>, with_referrers: bool) -> Result<Self> {
        let mut out = Self::default();
        let mut bytes = 0;
        let mut wave: Vec<Node> = roots.into_iter().map(|root| node(root, None)).collect::<Result<_>>()?;
        while !wave.is_empty() {
            let mut new: Vec<String> = Vec::new();
            for node in wave {
                let digest = node.manifest.digest.clone();
                if out.nodes.contains_key(&digest) {
                    continue;
                }
                bytes += node.manifest.bytes.len();
                if out.nodes.len() >= MOST_MANIFESTS || bytes > MOST_BYTES {
                    return Err(Error::malformed(format!("more than {MOST_MANIFESTS} manifests belong to it")));
                }
                new.push(digest.clone());
                out.nodes.insert(digest, node);
            }
            let known: Vec<&Node> = new.iter().filter_map(|digest| out.nodes.get(digest)).collect();
            let around = known.iter().map(|node| surroundings(source, &out.nodes, node, with_referrers));
            let around: Vec<Surroundings> = stream::iter(around).buffered(AT_A_TIME).try_collect().await?;
            wave = Vec::new();
            for (digest, around) in new.into_iter().zip(around) {
                wave.extend(around.nodes);
                out.signatures.extend(around.signatures);
                if !around.referrers.is_empty() {
                    out.referrers.insert(digest, around.referrers);
                }
            }
        }
        Ok(out)
    }

    /// The manifests in rounds: those of a round need only those of rounds before it.
    pub(super) fn rounds(&self) -> Vec<Vec<&Node>> {
        let mut missing: BTreeMap<&str, usize> = BTreeMap::new();
        let mut needed_by: BTreeMap<&str, Vec<&Node>> = BTreeMap::new();
        for (digest, node) in &self.nodes {
            let needs = node.links.children.iter().map(|child| &child.digest).chain(&node.links.subject);
            let needs: BTreeSet<&str> =
                needs.map(String::as_str).filter(|need| self.nodes.contains_key(*need)).collect();
            missing.insert(digest, needs.len());
            needs.into_iter().for_each(|need| needed_by.entry(need).or_default().push(node));
        }
        let mut round: Vec<&Node> = self.nodes.values().filter(|node| missing.get(node.digest()) == Some(&0)).collect();
        let mut out = Vec::new();
        while !round.is_empty() {
            let mut next = Vec::new();
            for node in &round {
                missing.remove(node.digest());
                for other in needed_by.remove(node.digest()).unwrap_or_default() {
                    let left = missing.entry(other.digest()).or_default();
                    *left = left.saturating_sub(1);
                    if *left == 0 {
                        next.push(other);
                    }
                }
            }
            out.push(std::mem::replace(&mut round, next));
        }
        // Digests admit no circles; if they did, all of one would go at once.
        let rest: Vec<&Node> = missing.keys().filter_map(|digest| self.nodes.get(*digest)).collect();
        out.extend(Some(rest).filter(|rest| !rest.is_empty()));
        out
    }

    /// The blobs of some manifests, each once.
    pub(super) fn blobs<'a>(nodes: impl Iterator<Item = &'a Node>) -> Vec<&'a Link> {
        let blobs: BTreeMap<&str, &Link> =
            nodes.flat_map(|node| &node.links.blobs).map(|blob| (blob.digest.as_str(), blob)).collect();
        blobs.into_values().collect()
    }
}

/// What was found around one manifest.
#[derive(Default)]
struct Surroundings {
    nodes: Vec<Node>,
    referrers: Vec<Descriptor>,
    signatures: Vec<(String, String)>,
}

async fn surroundings(
    source: &Place,
    known: &BTreeMap<String, Node>,
    of: &Node,
    with_referrers: bool,
) -> Result<Surroundings> {
    let mut out = Surroundings::default();
    let digest = &of.manifest.digest;
    for child in of.links.children.iter().filter(|child| !known.contains_key(&child.digest)) {
        let manifest = source.manifest(&child.digest).await?;
        if manifest.bytes.len() as u64 != child.size {
            let (is, says) = (manifest.bytes.len(), child.size);
            return Err(Error::unverified(format!("{} has {is} bytes, and {digest} says {says}", child.digest)));
        }
        out.nodes.push(node(manifest, Some(&child.media_type))?);
    }
    if !with_referrers {
        return Ok(out);
    }
    for referrer in source.referrers(digest).await? {
        if referrer.valid_digest().is_none() {
            return Err(Error::malformed(format!("a referrer of {digest} has no digest: \"{}\"", referrer.digest)));
        }
        if !known.contains_key(&referrer.digest) {
            let manifest = source.manifest(&referrer.digest).await?;
            let node = node(manifest, Some(&referrer.media_type))?;
            out.nodes.push(Node { descriptor: referrer.clone(), ..node });
        }
        out.referrers.push(referrer);
    }
    for suffix in COSIGN_SUFFIXES {
        let tag = format!("{}.{suffix}", digest.replacen(':', "-", 1));
        if let Some(manifest) = source.manifest_if_any(&tag).await? {
            out.signatures.push((tag, manifest.digest.clone()));
            out.nodes.push(node(manifest, None)?);
        }
    }
    Ok(out)
}

/// A manifest, read as strictly as a copy needs it: what is overlooked here would be missing there.
fn node(manifest: Manifest, media_type: Option<&str>) -> Result<Node> {
    let refused = |words: String| Error::malformed(format!("{}: {words}", manifest.digest));
    let parsed: Parsed = serde_json::from_slice(&manifest.bytes).map_err(|error| refused(error.to_string()))?;
    if parsed.schema_version == Some(1) {
        return Err(refused(
            "a Docker image of schema 1 is another one wherever it is pushed; pull it and push it anew".to_owned(),
        ));
    }
    let of_registry = manifest.media_type.split(';').next().unwrap_or_default().trim();
    let media_types = [parsed.media_type.as_deref(), media_type, Some(of_registry)];
    let media_type = media_types.into_iter().flatten().find(|media_type| !media_type.is_empty()).unwrap_or_default();
    let descriptor = Descriptor {
        media_type: media_type.to_owned(),
        digest: manifest.digest.clone(),
        size: manifest.bytes.len() as u64,
        artifact_type: parsed.artifact_type.clone().unwrap_or_default(),
        ..Descriptor::default()
    };
    let links = links(parsed).map_err(refused)?;
    Ok(Node { descriptor, links, manifest })
}

fn links(parsed: Parsed) -> std::result::Result<Links, String> {
    let mut out = Links { subject: parsed.subject.map(|subject| subject.digest), ..Links::default() };
    let blobs = parsed.config.into_iter().chain(parsed.layers.unwrap_or_default());
    for link in blobs.chain(parsed.manifests.unwrap_or_default()) {
        Digest::parse(&link.digest).map_err(|error| error.to_string())?;
        let Pointer { media_type, digest, size } = link;
        let link = Link { digest, size, media_type };
        match is_manifest(&link.media_type) {
            true => out.children.push(link),
            // Layers that may be had from their makers alone are in no registry.
            false if link.media_type.contains("nondistributable") || link.media_type.contains(".foreign.") => {}
            false => out.blobs.push(link),
        }
    }
    Ok(out)
}

fn is_manifest(media_type: &str) -> bool {
    matches!(
        media_type,
        "application/vnd.oci.image.manifest.v1+json"
            | "application/vnd.oci.image.index.v1+json"
            | "application/vnd.docker.distribution.manifest.v2+json"
            | "application/vnd.docker.distribution.manifest.list.v2+json"
            | "application/vnd.docker.distribution.manifest.v1+json"
            | "application/vnd.docker.distribution.manifest.v1+prettyjws"
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parsed {
    schema_version: Option<u32>,
    media_type: Option<String>,
    artifact_type: Option<String>,
    config: Option<Pointer>,
    layers: Option<Vec<Pointer>>,
    manifests: Option<Vec<Pointer>>,
    subject: Option<Pointer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pointer {
    #[serde(default)]
    media_type: String,
    digest: String,
    size: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::sha256;

    fn digest(of: u8) -> String {
        format!("sha256:{}", format!("{of:02x}").repeat(32))
    }

    fn parsed(text: &str) -> Result<Node> {
        let bytes = text.as_bytes().to_vec();
        node(Manifest { digest: sha256(&bytes), bytes: bytes.into(), media_type: String::new() }, None)
    }

    #[test]
    fn what_a_manifest_points_to_is_read_strictly() {
        let (config, layer, foreign) = (digest(1), digest(2), digest(3));
        let text = format!(
            r#"{{"schemaVersion":2,"config":{{"mediaType":"c","digest":"{config}","size":2}},"layers":[
            {{"mediaType":"l","digest":"{layer}","size":3}},
            {{"mediaType":"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip","digest":"{foreign}","size":4}}]}}"#
        );
        let links = parsed(&text).expect("a manifest").links;
        let blobs: Vec<(&str, u64)> = links.blobs.iter().map(|blob| (blob.digest.as_str(), blob.size)).collect();
        assert_eq!(blobs, [(config.as_str(), 2), (layer.as_str(), 3)]);
        for wrong in [text.replace(&layer, "sha256:../../etc"), text.replace("\"size\":3", "\"size\":-3")] {
            assert!(parsed(&wrong).is_err(), "{wrong}");
        }
        assert!(parsed(r#"{"schemaVersion":1,"fsLayers":[]}"#).is_err());
    }

    #[test]
    fn parents_go_after_children_and_referrers_after_subjects() {
        let manifest = "application/vnd.oci.image.manifest.v1+json";
        let child = parsed(r#"{"schemaVersion":2,"layers":[]}"#).expect("a manifest");
        let index = format!(
            r#"{{"schemaVersion":2,"manifests":[{{"mediaType":"{manifest}","digest":"{}","size":1}}]}}"#,
            child.manifest.digest
        );
        let index = parsed(&index).expect("an index");
        let referrer = format!(
            r#"{{"schemaVersion":2,"layers":[],"subject":{{"mediaType":"{manifest}","digest":"{}","size":1}}}}"#,
            index.manifest.digest
        );
        let referrer = parsed(&referrer).expect("a manifest");
        let wanted = [&child, &index, &referrer].map(|node| node.manifest.digest.clone());
        let mut graph = Graph::default();
        for node in [referrer, index, child] {
            graph.nodes.insert(node.manifest.digest.clone(), node);
        }
        let rounds = graph.rounds();
        let order: Vec<&str> = rounds.iter().flatten().map(|node| node.manifest.digest.as_str()).collect();
        assert_eq!((rounds.len(), order), (3, wanted.iter().map(String::as_str).collect()));
    }

    #[test]
    fn a_long_chain_takes_no_time() {
        let index = "application/vnd.oci.image.index.v1+json";
        let mut graph = Graph::default();
        let mut below = parsed(r#"{"schemaVersion":2,"manifests":[]}"#).expect("an index");
        for _ in 0..MOST_MANIFESTS {
            let child = below.manifest.digest.clone();
            graph.nodes.insert(child.clone(), below);
            let text =
                format!(r#"{{"schemaVersion":2,"manifests":[{{"mediaType":"{index}","digest":"{child}","size":1}}]}}"#);
            below = parsed(&text).expect("an index");
        }
        assert_eq!(graph.rounds().len(), MOST_MANIFESTS);
    }
}
