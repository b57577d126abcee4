//! References to sources that the set does not hold: which of them may well exist elsewhere.
//!
//! Most repositories name a source that no file of theirs defines: the one that the cluster itself
//! is made from, which `flux bootstrap` or the Flux operator creates. And a run may see no more than
//! a part of a repository. Only what is left after that is likely to be a mistake.

use crate::collections::{IndexMap, IndexSet};
use crate::model::{Found, HelmRelease, Kind, Kinds, Kustomization, Object, Set, SourceRef, is_opaque, may_become};
use crate::yaml::{Node, items_of};

use super::surroundings::normalize;

/// What Flux itself calls the source of a cluster.
const BOOTSTRAP: &str = "flux-system";

/// So many Kustomizations do not mistype one and the same name.
const COMMON: usize = 3;

/// So many references find their source for each that does not, where a set is whole.
const MOST: usize = 8;

/// What the set says about names of sources that it does not hold. Made when first asked for.
#[derive(Debug, Default)]
pub struct Unanswered {
    /// Names that the Flux operator gives to the source of a cluster.
    presumed: IndexSet<String>,
    /// Names that are only known later.
    later: Vec<(Kind, String)>,
    /// Prefixes and suffixes that a kustomization adds to names.
    affixes: Vec<(String, String)>,
    /// Kinds that a template in the set may create.
    made: Option<Kinds>,
    groups: IndexMap<(Kind, String), Group>,
    answered: IndexMap<Kind, usize>,
    unanswered: IndexMap<Kind, usize>,
}

/// The references to one name that no source in the set answers.
#[derive(Debug, Default)]
struct Group {
    references: usize,
    kustomizations: usize,
    /// A Kustomization reads folders from it that are here: it is this repository.
    is_own_repository: bool,
}

impl Unanswered {
    pub(super) fn new(set: &Set<'_>) -> Self {
        let mut out = Self::default();
        out.read_operator(set);
        out.read_names(set);
        let folders: IndexSet<String> =
            set.files().iter().map(|file| format!("/{}/", normalize(file.folder()))).collect();
        for object in set.of_kind(Kind::HelmRelease) {
            let Some(release) = HelmRelease::of(object) else { continue };
            // A chart cannot be built from an OCIRepository, wherever that is.
            let reference = release.source_ref().filter(|reference| {
                release.chart_ref.is_some() || reference.source_kind() != Some(Kind::OciRepository)
            });
            out.count(set, object, reference, |_| {});
        }
        for object in set.of_kind(Kind::Kustomization) {
            let Some(kustomization) = Kustomization::of(object) else { continue };
            out.count(set, object, kustomization.source_ref.as_ref(), |group| {
                group.kustomizations += 1;
                if !group.is_own_repository {
                    let folder = normalize(kustomization.folder());
                    group.is_own_repository = is_in_view(&folders, &folder) || is_in_view(&folders, parent(&folder));
                }
            });
        }
        for ((kind, name), group) in out.groups.iter() {
            if !out.may_exist_by_name(*kind, name) {
                *out.unanswered.or_default(*kind) += group.references;
            }
        }
        out
    }

    /// The source that a FluxInstance makes, also one that is written as values of its chart.
    fn read_operator(&mut self, set: &Set<'_>) {
        for object in set.of_kind(Kind::FluxInstance).filter(|object| object.at("spec.sync").is_some()) {
            let name = object.text("spec.sync.name").map(|name| name.as_str().to_owned());
            self.presumed.insert(name.or_else(|| object.namespace().map(str::to_owned)).unwrap_or_default());
        }
        for object in set.of_kind(Kind::HelmRelease) {
            if let Some(sync) = object.at("spec.values.instance.sync") {
                self.presumed.insert(sync.get("name").map_or(String::new(), |name| name.text().to_owned()));
                self.presumed.extend(object.namespace().map(str::to_owned));
            }
        }
        for object in set.of_kind(Kind::ResourceSet) {
            let steps = items_of(object.at("spec.steps")).map(|step| step.get("resourcesTemplate"));
            for template in std::iter::once(object.at("spec.resourcesTemplate")).chain(steps) {
                let text = template.map_or("", Node::text);
                for kind in SOURCES.into_iter().filter(|kind| text.contains(kind.name())) {
                    let made = self.made.get_or_insert(Kinds::of(&[]));
                    *made = made.or(Kinds::of(&[kind]));
                }
            }
        }
    }

    /// Names that are not yet what they will be.
    fn read_names(&mut self, set: &Set<'_>) {
        for object in set.of_kinds(Kinds::SOURCES).filter(|object| is_opaque(object.name())) {
            self.later.push((object.kind(), object.name().to_owned()));
        }
        for (kind, route) in [(Kind::Kustomize, ""), (Kind::Kustomization, "spec.")] {
            for object in set.of_kind(kind) {
                let affix = |key: &str| object.at(&format!("{route}{key}")).map_or("", |node| node.text()).to_owned();
                let (prefix, suffix) = (affix("namePrefix"), affix("nameSuffix"));
                if !prefix.is_empty() || !suffix.is_empty() {
                    self.affixes.push((prefix, suffix));
                }
            }
        }
    }

    fn count<'a>(
        &mut self,
        set: &Set<'a>,
        consumer: Object<'a>,
        reference: Option<&SourceRef<'_>>,
        see: impl FnOnce(&mut Group),
    ) {
        let Some(reference) = reference else { return };
        let Some(kind) = reference.source_kind() else { return };
        let Some(name) = reference.name.as_ref().and_then(|name| name.known_non_empty()) else { return };
        if name == BOOTSTRAP {
            return;
        }
        let namespace = match &reference.namespace {
            Some(namespace) => namespace.known(),
            None => consumer.namespace(),
        };
        match set.find(kind, namespace, name) {
            Found::Some(_) => *self.answered.or_default(kind) += 1,
            Found::OtherNamespace(_) => {}
            Found::None => {
                let group = self.groups.or_default((kind, name.to_owned()));
                group.references += 1;
                see(group);
            }
        }
    }

    /// True where a source of this name is likely to exist although the set does not hold it, or the
    /// set is no place to look for sources of this kind. `is_slip` says that a source of the set
    /// nearly has the name: then it takes more than one reference to believe in it.
    pub fn may_exist(&self, set: &Set<'_>, kind: Kind, name: &str, is_slip: bool) -> bool {
        // Artifacts of other controllers are made by objects that we do not read.
        if kind == Kind::ExternalArtifact || set.of_kind(kind).next().is_none() {
            return true;
        }
        let is_single = self.groups.get(&(kind, name.to_owned())).is_none_or(|group| group.references == 1);
        if is_slip && is_single && !self.may_become(kind, name) {
            return false;
        }
        if self.may_exist_by_name(kind, name) {
            return true;
        }
        let stripped = |(prefix, suffix): &(String, String)| {
            let name = name.strip_prefix(prefix.as_str())?.strip_suffix(suffix.as_str())?;
            Some(!set.named(kind, name).is_empty())
        };
        if self.affixes.iter().any(|affix| stripped(affix) == Some(true)) {
            return true;
        }
        // Where hardly any reference finds its source, sources are kept elsewhere.
        count(&self.unanswered, kind) > count(&self.answered, kind).max(1)
    }

    /// True where so many references to sources of a kind find theirs that the set is likely to hold
    /// all of them. A commit's files, as pre-commit passes them, do not come to that.
    pub fn is_whole(&self, kind: Kind) -> bool {
        count(&self.answered, kind) >= MOST * count(&self.unanswered, kind).max(1)
    }

    fn may_exist_by_name(&self, kind: Kind, name: &str) -> bool {
        let group = self.groups.get(&(kind, name.to_owned()));
        self.may_become(kind, name)
            || group.is_some_and(|group| group.is_own_repository || group.kustomizations >= COMMON)
    }

    /// True where something in the set makes the source, or may come to have the name.
    fn may_become(&self, kind: Kind, name: &str) -> bool {
        name == BOOTSTRAP
            || self.presumed.iter().any(|presumed| may_become(presumed, name))
            || self.made.is_some_and(|made| made.has(kind))
            || self.later.iter().any(|(later, text)| *later == kind && may_become(text, name))
    }
}

fn count(counts: &IndexMap<Kind, usize>, kind: Kind) -> usize {
    counts.get(&kind).copied().unwrap_or_default()
}

const SOURCES: [Kind; 6] = [
    Kind::OciRepository,
    Kind::HelmRepository,
    Kind::GitRepository,
    Kind::Bucket,
    Kind::HelmChart,
    Kind::ExternalArtifact,
];

/// The folder that holds a folder, unless that is one of the outermost, whose names say little.
fn parent(folder: &str) -> &str {
    folder.rsplit_once('/').map(|(parent, _)| parent).filter(|parent| parent.contains('/')).unwrap_or_default()
}

/// True where a folder of the artifact is a folder of the set, whichever of the two paths is the
/// longer one. `folders` are written with a slash on either side.
fn is_in_view(folders: &IndexSet<String>, wanted: &str) -> bool {
    if wanted.is_empty() {
        return false;
    }
    let wanted = format!("/{wanted}/");
    folders.iter().any(|folder| folder.contains(&wanted) || folder.len() > 2 && wanted.ends_with(folder))
}
