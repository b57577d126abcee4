//! Which `kustomization.yaml` takes in which file, and whether all of them are in view.

use crate::collections::{Gather, IndexMap, IndexSet};
use crate::model::{KUSTOMIZATION_FILES, Kind, Kustomization, Object, Role, Set};
use crate::yaml::{Node, items_of};

use super::surroundings::{is_within, join, normalize};

/// The `kustomization.yaml` files of a set, by what they list. Made when first asked for.
#[derive(Debug, Default)]
pub struct Inclusion<'a> {
    /// By folder, normalized.
    by_folder: IndexMap<String, Object<'a>>,
    /// The files of the set, normalized.
    files: IndexSet<String>,
    /// By file or folder: the folders whose `kustomization.yaml` lists it.
    listed_by: IndexMap<String, Vec<String>>,
    /// Folders whose `kustomization.yaml` lists a file that is not in the set.
    partial: IndexSet<String>,
    /// Folders for which a Flux Kustomization sets another namespace; `None` where its path is not
    /// known.
    retargeted: Vec<Option<String>>,
}

impl<'a> Inclusion<'a> {
    pub(super) fn new(set: &Set<'a>) -> Self {
        let mut out = Self { files: set.files().iter().map(|file| normalize(&file.path)).collect(), ..Self::default() };
        for object in set.of_kind(Kind::Kustomize) {
            if KUSTOMIZATION_FILES.contains(&object.file.name()) {
                out.by_folder.insert(normalize(object.file.folder()), object);
            }
        }
        let folders: Vec<(String, Object<'a>)> = out.by_folder.iter().map(|(f, o)| (f.clone(), *o)).gather();
        for (folder, object) in folders {
            for entry in listed(object) {
                let path = join(&folder, entry.text());
                let is_file = out.files.contains(&path);
                if !is_file && is_yaml(&path) && !is_remote(entry.text()) {
                    out.partial.insert(folder.clone());
                }
                out.listed_by.or_default(path).push(folder.clone());
            }
        }
        for object in set.of_kind(Kind::Kustomization) {
            let Some(kustomization) = Kustomization::of(object) else { continue };
            if kustomization.target_namespace.is_some() {
                let known = kustomization.path.as_ref().is_none_or(|path| path.known().is_some());
                out.retargeted.push(known.then(|| normalize(kustomization.folder())));
            }
        }
        out
    }

    /// The `kustomization.yaml` objects that take a file in, the nearest first: the one that lists
    /// it, then those that list that one's folder.
    pub fn owners(&self, path: &str) -> Vec<Object<'a>> {
        let mut out = Vec::new();
        let mut seen = IndexSet::new();
        let mut next = vec![normalize(path)];
        while let Some(path) = next.pop() {
            for folder in self.listed_by.get(&path).into_iter().flatten() {
                if seen.insert(folder.clone()) {
                    out.extend(self.by_folder.get(folder).copied());
                    next.push(folder.clone());
                }
            }
        }
        out
    }

    /// True where the set shows no more than a part of what belongs to a file: a
    /// `kustomization.yaml` that takes it in was not named itself, or lists files that were not.
    pub fn is_partial(&self, path: &str) -> bool {
        self.owners(path)
            .iter()
            .any(|owner| owner.file.role == Role::Context || self.partial.contains(&normalize(owner.file.folder())))
    }

    /// True where the namespace that a file's objects write, or leave out, is replaced on the way to
    /// the cluster, or may be.
    pub fn sets_namespace(&self, path: &str) -> bool {
        let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| normalize(folder));
        self.owners(path).iter().any(|owner| owner.at("namespace").is_some_and(|node| !node.is_null()))
            || self.retargeted.iter().any(|target| match target {
                Some(target) if !target.is_empty() => {
                    is_within(&folder, target) || format!("/{folder}/").contains(&format!("/{target}/"))
                }
                _ => true,
            })
    }

    /// The `kustomization.yaml` of a folder that a Flux Kustomization reads. The paths of the set may
    /// begin above the artifact's root.
    pub fn at_folder(&self, folder: &str) -> Option<Object<'a>> {
        let folder = normalize(folder);
        let nested = format!("/{folder}");
        let fits = |has: &&String| **has == folder || !folder.is_empty() && has.ends_with(&nested);
        self.by_folder.keys().filter(fits).min().and_then(|found| self.by_folder.get(found)).copied()
    }

    /// The objects of the set that a `kustomization.yaml` takes in, folders in folders followed.
    pub fn members(&self, set: &Set<'a>, owner: Object<'a>) -> Vec<Object<'a>> {
        let mut paths = IndexSet::new();
        let mut seen = IndexSet::new();
        let mut next = vec![normalize(owner.file.folder())];
        while let Some(folder) = next.pop() {
            if !seen.insert(folder.clone()) {
                continue;
            }
            for entry in self.by_folder.get(&folder).map(|object| listed(*object)).unwrap_or_default() {
                let path = join(&folder, entry.text());
                if self.files.contains(&path) {
                    paths.insert(path);
                } else {
                    next.push(path);
                }
            }
        }
        let taken = set.files().iter().filter(|file| paths.contains(&normalize(&file.path)));
        taken.flat_map(|file| file.objects()).gather()
    }
}

/// A path that a `kustomization.yaml` writes, as the paths of the set are written but for a leading
/// `./`.
pub fn resolve(owner: Object<'_>, path: &str) -> String {
    join(owner.file.folder(), path)
}

/// What a `kustomization.yaml` lists as resources and components.
fn listed<'a>(object: Object<'a>) -> Vec<Node<'a>> {
    let mut out = Vec::new();
    for key in ["resources", "bases", "components"] {
        for entry in items_of(object.at(key)) {
            if !entry.text().is_empty() {
                out.push(entry);
            }
        }
    }
    out
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml")
}

/// A resource that kustomize fetches.
fn is_remote(entry: &str) -> bool {
    entry.contains("://") || entry.contains("?ref=") || entry.starts_with("github.com/") || entry.starts_with("git@")
}
