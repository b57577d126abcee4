//! The OCIRepositories of a set by what they ask of registries: which ask for the same, in which
//! versions, and how much is asked of each host.

use std::borrow::Cow;

use crate::collections::{Arrange, Gather, IndexMap, IndexSet};
use crate::compat::duration;
use crate::compat::image_name::Repository;
use crate::compat::semver::Version;
use crate::diag::FileId;
use crate::yaml::{Node, NodeId, Scalar};

use super::{Kind, Object, OciRepository, Set, Text};

/// What the OCIRepositories of a set have in common. Made once for a run, and only of those whose
/// URL is known.
#[derive(Debug, Default)]
pub struct Sources<'a> {
    /// The source that fetches the same before it, by path.
    duplicates: IndexMap<Place, Object<'a>>,
    versions: IndexMap<Cow<'a, str>, CommonVersion<'a>>,
    /// By the source that asks most often.
    hosts: IndexMap<Place, Host>,
    docker_hub: [usize; DOCKER_HUB.len()],
    /// The URLs that several sources have, of which one selects the layer that Helm pushes.
    charts: IndexSet<Cow<'a, str>>,
}

/// An object, by where it stands.
type Place = (FileId, NodeId);

/// The tags of a URL: how many sources have each, and the first of them.
type Tags<'a> = IndexMap<Cow<'a, str>, (usize, Object<'a>)>;

/// The version that most sources of a URL have; of several that are as frequent the highest.
#[derive(Debug, Clone)]
pub struct CommonVersion<'a> {
    /// The tag.
    pub tag: Cow<'a, str>,
    /// How many sources have it.
    pub count: usize,
    /// The first of them, by path.
    pub example: Object<'a>,
}

/// What is asked of one registry.
#[derive(Debug, Clone)]
pub struct Host {
    /// The host that is contacted.
    pub name: String,
    /// How many sources ask it.
    pub sources: usize,
    /// How many requests that makes an hour: one a check for a tag, two for a range, none for a
    /// digest that is there already.
    pub requests_per_hour: u64,
}

/// What Docker Hub is called.
const DOCKER_HUB: [&str; 3] = ["docker.io", "index.docker.io", "registry-1.docker.io"];

/// Nanoseconds.
const HOUR: i64 = 3_600_000_000_000;

impl<'a> Sources<'a> {
    pub(super) fn new(set: &Set<'a>) -> Self {
        let mut out = Self::default();
        let mut by_url: IndexMap<Cow<'a, str>, Vec<Object<'a>>> = IndexMap::default();
        let mut hosts = IndexMap::new();
        for object in set.of_kind(Kind::OciRepository) {
            let asked = Asked::of(object);
            let Some(url) = asked.url.as_ref().filter(|url| url.known_non_empty().is_some()) else { continue };
            if let Some(at) = docker_hub_name(url.as_str()).and_then(|name| DOCKER_HUB.iter().position(|n| *n == name))
                && let Some(count) = out.docker_hub.get_mut(at)
            {
                *count += 1;
            }
            add_requests(&mut hosts, object, &asked, url.as_str());
            by_url.or_default(url.to_cow()).push(object);
        }
        // Most URLs stand once; what sources have in common is asked of the others alone.
        for (url, objects) in by_url.into_iter().filter(|(_, objects)| objects.len() > 1) {
            out.compare(url, objects.into_iter().filter_map(OciRepository::of).gather());
        }
        out.hosts = hosts.into_iter().map(|(_, (host, _, busiest))| (place(busiest), host)).collect();
        out
    }

    /// Compares the sources of one URL, by path.
    fn compare(&mut self, url: Cow<'a, str>, sources: Vec<OciRepository<'a>>) {
        let mut twins: IndexMap<Vec<u8>, Vec<Object<'a>>> = IndexMap::new();
        let mut tags = Tags::new();
        for oci in &sources {
            twins.or_default(twin_key(oci)).push(oci.object);
            if let (Some(_), Some(tag)) = (version_tag(oci), &oci.reference.tag) {
                tags.or_insert_with(tag.to_cow(), || (0, oci.object)).0 += 1;
            }
        }
        for group in twins.values().filter(|group| group.len() > 1) {
            self.add_twins(group);
        }
        if sources.iter().any(|oci| oci.layer.is_chart()) {
            self.charts.insert(url.clone());
        }
        if let Some(common) = common(tags) {
            self.versions.insert(url, common);
        }
    }

    /// The first of a group is the one to keep. One whose name stands twice is the same object, for
    /// another cluster or in another layer.
    fn add_twins(&mut self, group: &[Object<'a>]) {
        let mut names: IndexMap<&str, usize> = IndexMap::new();
        for object in group {
            *names.or_default(object.name()) += 1;
        }
        let Some((first, rest)) = group.split_first() else { return };
        for object in rest.iter().filter(|object| names.get(object.name()) == Some(&1)) {
            self.duplicates.insert(place(*object), *first);
        }
    }

    /// The source of the same namespace that fetches the very same as this one, and stands before
    /// it by path. Without a namespace, those of the same folder are compared.
    pub fn duplicate_of(&self, object: Object<'a>) -> Option<Object<'a>> {
        self.duplicates.get(&place(object)).copied()
    }

    /// The version in which most sources of a URL have what is there; `None` where all agree.
    pub fn common_version(&self, url: &str) -> Option<&CommonVersion<'a>> {
        self.versions.get(url)
    }

    /// True where a source of the set takes a Helm chart from a URL: what is pushed there is one.
    pub fn is_helm_chart(&self, url: &str) -> bool {
        self.charts.contains(url)
    }

    /// What is asked of a registry, at the source that asks it most often, by path where several
    /// do.
    pub fn busiest_of(&self, object: Object<'a>) -> Option<&Host> {
        self.hosts.get(&place(object))
    }

    /// The name by which most sources call Docker Hub, and by how many names it is called.
    pub fn docker_hub(&self) -> (Option<&'static str>, usize) {
        let used = || DOCKER_HUB.iter().zip(&self.docker_hub).filter(|(_, count)| **count > 0);
        // The first in order wins a tie.
        let most = used().rev().max_by_key(|(_, count)| **count).map(|(name, _)| *name);
        (most, used().count())
    }
}

fn place(object: Object<'_>) -> Place {
    (object.file.id, object.entry.root)
}

/// `None` where there is but one tag.
fn common<'a>(by_tag: Tags<'a>) -> Option<CommonVersion<'a>> {
    if by_tag.len() < 2 {
        return None;
    }
    let most = by_tag.into_iter().max_by(|(tag, (count, _)), (other, (others, _))| {
        count.cmp(others).then_with(|| Version::parse(tag).ok().cmp(&Version::parse(other).ok()))
    });
    most.map(|(tag, (count, example))| CommonVersion { tag, count, example })
}

/// The fields that say what is asked how often: read in one pass, since it is done before anything
/// else, for every source.
#[derive(Default)]
struct Asked<'a> {
    url: Option<Text<'a>>,
    interval: Option<Text<'a>>,
    reference: Option<Node<'a>>,
    is_suspended: bool,
}

impl<'a> Asked<'a> {
    fn of(object: Object<'a>) -> Self {
        let mut out = Self::default();
        let Some(spec) = object.spec() else { return out };
        spec.visit_effective(|name, entry| match name {
            "url" => out.url = Text::of(object.file, entry.value),
            "interval" => out.interval = Text::of(object.file, entry.value),
            "ref" => out.reference = Some(entry.value),
            "suspend" => out.is_suspended = entry.value.scalar() == Some(Scalar::Bool(true)),
            _ => {}
        });
        out
    }

    /// How many requests one check makes.
    fn requests(&self, object: Object<'a>) -> u64 {
        let (mut digest, mut semver) = (false, false);
        let is_set = |node: Node<'a>| Text::of(object.file, node).is_some_and(|text| !text.is_empty());
        if let Some(reference) = self.reference {
            reference.visit_effective(|name, entry| match name {
                "digest" => digest = is_set(entry.value),
                "semver" => semver = is_set(entry.value),
                _ => {}
            });
        }
        match (digest, semver) {
            (true, _) => 0,
            (false, true) => 2,
            (false, false) => 1,
        }
    }
}

/// The requests that one source makes, added to those of its host; with the shortest interval and
/// whose that is.
fn add_requests<'a>(
    hosts: &mut IndexMap<String, (Host, i64, Object<'a>)>,
    object: Object<'a>,
    asked: &Asked<'a>,
    url: &str,
) {
    if asked.is_suspended {
        return;
    }
    let interval = asked.interval.as_ref().and_then(|text| duration::parse(text.known()?).ok());
    let Some(interval) = interval.filter(|interval| *interval > 0) else { return };
    let Ok(repository) = Repository::parse_url(url, false) else { return };
    let requests = asked.requests(object);
    let name = repository.registry_host();
    if !hosts.contains_key(name) {
        let host = Host { name: name.to_owned(), sources: 0, requests_per_hour: 0 };
        hosts.insert(name.to_owned(), (host, interval, object));
    }
    let Some((host, shortest, busiest)) = hosts.get_mut(name) else { return };
    host.sources += 1;
    host.requests_per_hour = host.requests_per_hour.saturating_add(requests * (HOUR / interval).unsigned_abs());
    if interval < *shortest {
        (*shortest, *busiest) = (interval, object);
    }
}

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

/// In whom a source trusts, and as whom it asks: two that differ there are two on purpose.
const TRUST: [&str; 8] =
    ["verify", "secretRef", "serviceAccountName", "provider", "certSecretRef", "proxySecretRef", "insecure", "suspend"];

/// Where a source lives (its namespace, or its folder where that is left to a kustomization), and
/// all that decides, with the URL, on what it fetches: each with its length, so that two keys differ where anything does.
fn twin_key(oci: &OciRepository<'_>) -> Vec<u8> {
    let mut key = Vec::new();
    let mut add = |part: &str| {
        key.extend_from_slice(&part.len().to_le_bytes());
        key.extend_from_slice(part.as_bytes());
    };
    let (lives_in, name) = match oci.object.namespace() {
        Some(namespace) => ("namespace", namespace),
        None => ("folder", oci.object.file.folder()),
    };
    add(lives_in);
    add(name);
    let reference = &oci.reference;
    let decides = [
        &reference.tag,
        &reference.semver,
        &reference.semver_filter,
        &reference.digest,
        &oci.layer.media_type,
        &oci.layer.operation,
        &oci.ignore,
    ];
    for text in decides {
        add(text.as_ref().map_or("", Text::as_str));
    }
    let source = oci.object.file.parsed_text();
    let trust = oci.spec.entries().filter(|entry| TRUST.contains(&entry.key.text()));
    let mut trust: Vec<&str> = trust.map(|entry| entry.span().of(source)).gather();
    trust.arrange();
    trust.into_iter().for_each(add);
    key
}
