//! The OCIRepositories of a set by what they ask of registries: which ask for the same, and how
//! much is asked of each host.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::compat::duration;
use crate::compat::image_name::Repository;
use crate::compat::semver::Version;

use super::{Kind, Object, OciRepository, Set, Text};

/// What the OCIRepositories of a set have in common. Made once for a run, and only of those whose
/// URL is known.
#[derive(Debug, Default)]
pub struct Sources<'a> {
    twins: BTreeMap<TwinKey, Vec<Object<'a>>>,
    versions: BTreeMap<String, Versions<'a>>,
    hosts: BTreeMap<String, Host<'a>>,
    docker_hub: BTreeMap<&'static str, usize>,
}

/// Where a source lives (its namespace, or its folder where that is left to a kustomization), and
/// all that decides on what it fetches.
type TwinKey = u64;

/// The version tags that the sources of one URL have.
#[derive(Debug, Default)]
pub struct Versions<'a> {
    by_tag: BTreeMap<String, Vec<Object<'a>>>,
}

/// What is asked of one registry.
#[derive(Debug, Clone)]
pub struct Host<'a> {
    /// How many sources ask it.
    pub sources: usize,
    /// How many requests that makes an hour: one a check for a tag, two for a range, none for a
    /// digest that is there already.
    pub requests_per_hour: u64,
    /// The source that asks most often, by path where several do.
    pub busiest: Object<'a>,
    interval: i64,
}

/// What Docker Hub is called.
pub(super) const DOCKER_HUB: [&str; 3] = ["docker.io", "index.docker.io", "registry-1.docker.io"];

impl<'a> Sources<'a> {
    pub(super) fn new(set: &Set<'a>) -> Self {
        let mut out = Self::default();
        let mut objects: Vec<Object<'a>> = set.of_kind(Kind::OciRepository).collect();
        objects.sort_by(|a, b| (&a.file.path, a.entry.root).cmp(&(&b.file.path, b.entry.root)));
        for object in objects {
            let Some(oci) = OciRepository::of(object) else { continue };
            let Some(url) = oci.url.as_ref().and_then(Text::known_non_empty) else { continue };
            out.twins.entry(twin_key(&oci, url)).or_default().push(object);
            if let Some(tag) = version_tag(&oci) {
                let versions = out.versions.entry(url.to_owned()).or_default();
                versions.by_tag.entry(tag.to_owned()).or_default().push(object);
            }
            if let Some(name) = docker_hub_name(url) {
                *out.docker_hub.entry(name).or_default() += 1;
            }
            out.add_requests(&oci, url);
        }
        out
    }

    fn add_requests(&mut self, oci: &OciRepository<'a>, url: &str) {
        let Ok(repository) = Repository::parse_url(url, false) else { return };
        let interval = oci.interval.as_ref().and_then(Text::known).and_then(|text| duration::parse(text).ok());
        let Some(interval) = interval.filter(|interval| *interval > 0 && !oci.object.is_suspended()) else { return };
        let requests = match (&oci.reference.digest, &oci.reference.semver) {
            (Some(_), _) => 0,
            (None, Some(_)) => 2,
            (None, None) => 1,
        };
        let host = self.hosts.entry(repository.registry_host().to_owned()).or_insert(Host {
            sources: 0,
            requests_per_hour: 0,
            busiest: oci.object,
            interval,
        });
        host.sources += 1;
        host.requests_per_hour += requests * (HOUR / interval).unsigned_abs();
        if interval < host.interval {
            (host.interval, host.busiest) = (interval, oci.object);
        }
    }

    /// The sources of the same namespace that fetch the very same, this one included, by path.
    /// Without a namespace, those of the same folder.
    pub fn twins(&self, oci: &OciRepository<'a>) -> &[Object<'a>] {
        let url = oci.url.as_ref().and_then(Text::known_non_empty);
        url.and_then(|url| self.twins.get(&twin_key(oci, url))).map_or(&[], Vec::as_slice)
    }

    /// The versions in which the set has what is at a URL.
    pub fn versions(&self, url: &str) -> Option<&Versions<'a>> {
        self.versions.get(url)
    }

    /// What is asked of a registry, by the host that is contacted.
    pub fn host(&self, host: &str) -> Option<&Host<'a>> {
        self.hosts.get(host)
    }

    /// The name by which most sources call Docker Hub, and by how many names it is called.
    pub fn docker_hub(&self) -> (Option<&'static str>, usize) {
        // The first in order wins a tie.
        let most = self.docker_hub.iter().rev().max_by_key(|(_, count)| **count).map(|(name, _)| *name);
        (most, self.docker_hub.len())
    }
}

impl<'a> Versions<'a> {
    /// The tag that most have, the higher version of equals, and how many have it.
    pub fn common(&self) -> Option<(&str, &[Object<'a>])> {
        let most = self.by_tag.iter().max_by(|(tag, objects), (other, others)| {
            let version = |tag| Version::parse(tag).ok();
            objects.len().cmp(&others.len()).then_with(|| version(tag.as_str()).cmp(&version(other.as_str())))
        });
        most.map(|(tag, objects)| (tag.as_str(), objects.as_slice()))
    }
}

const HOUR: i64 = 3_600_000_000_000;

/// The tag of a source that has nothing but a tag, and that is a whole version.
pub fn version_tag<'t>(oci: &'t OciRepository<'_>) -> Option<&'t str> {
    let tag = oci.reference.effective_tag()?.known()?;
    (tag.split('.').count() >= 3 && Version::parse(tag).is_ok()).then_some(tag)
}

/// The name of Docker Hub that a URL begins with.
pub fn docker_hub_name(url: &str) -> Option<&'static str> {
    let host = url.strip_prefix("oci://")?.split_once('/')?.0;
    DOCKER_HUB.into_iter().find(|name| *name == host)
}

/// Hashed with fixed keys: the texts themselves would cost more than all that is done with them.
fn twin_key(oci: &OciRepository<'_>, url: &str) -> TwinKey {
    let mut key = DefaultHasher::new();
    match oci.object.namespace() {
        Some(namespace) => (true, namespace).hash(&mut key),
        None => (false, oci.object.file.folder()).hash(&mut key),
    }
    url.hash(&mut key);
    let reference = &oci.reference;
    let texts = [&reference.tag, &reference.semver, &reference.semver_filter, &reference.digest];
    for text in texts.into_iter().chain([&oci.layer.media_type, &oci.layer.operation, &oci.ignore]) {
        text.as_ref().map(Text::as_str).hash(&mut key);
    }
    // Two that differ in whom they trust or as whom they ask are two on purpose.
    for field in TRUST {
        let entry = oci.spec.entry(field);
        entry.map(|entry| entry.span().of(oci.object.file.parsed_text())).hash(&mut key);
    }
    key.finish()
}

/// The fields that say whom a source trusts and as whom it asks.
const TRUST: [&str; 8] =
    ["verify", "secretRef", "serviceAccountName", "provider", "certSecretRef", "proxySecretRef", "insecure", "suspend"];
