//! Everything that was named, together: what cross-file rules look things up in.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::{Consumers, File, Kind, Kinds, Object, Sources};

/// The files of a run and an index of their objects. Results never depend on the order of files.
#[derive(Debug)]
pub struct Set<'a> {
    files: &'a [File],
    by_kind: BTreeMap<Kind, BTreeMap<&'a str, Vec<Object<'a>>>>,
    by_namespace: OnceLock<ByNamespace<'a>>,
    consumers: OnceLock<Consumers<'a>>,
    sources: OnceLock<Sources<'a>>,
}

/// Sources by kind and name, then by what is certain of their namespace, then by path.
type ByNamespace<'a> = BTreeMap<Kind, BTreeMap<&'a str, Vec<(Option<&'a str>, Vec<Object<'a>>)>>>;

/// What a look-up by kind, namespace and name found.
#[derive(Debug, Clone)]
pub enum Found<'a> {
    /// Objects that may be meant: same name, and a namespace that does not speak against it.
    Some(Vec<Object<'a>>),
    /// The name exists, but only in other namespaces than the one that is certain.
    OtherNamespace(Vec<Object<'a>>),
    /// No object of that kind and name.
    None,
}

impl<'a> Set<'a> {
    /// Indexes the objects of some files.
    pub fn new(files: &'a [File]) -> Self {
        let mut by_kind: BTreeMap<Kind, BTreeMap<&'a str, Vec<Object<'a>>>> = BTreeMap::new();
        for object in files.iter().flat_map(File::objects) {
            by_kind.entry(object.kind()).or_default().entry(object.name()).or_default().push(object);
        }
        for object in by_kind.values_mut().flat_map(BTreeMap::values_mut) {
            object.sort_by(|a, b| (&a.file.path, a.entry.root).cmp(&(&b.file.path, b.entry.root)));
        }
        Self { files, by_kind, by_namespace: OnceLock::new(), consumers: OnceLock::new(), sources: OnceLock::new() }
    }

    /// The files, in the order they were given.
    pub fn files(&self) -> &'a [File] {
        self.files
    }

    /// Who names which source: made when first asked for.
    pub fn consumers(&self) -> &Consumers<'a> {
        self.consumers.get_or_init(|| Consumers::new(self))
    }

    /// What the OCIRepositories have in common: made when first asked for.
    pub fn sources(&self) -> &Sources<'a> {
        self.sources.get_or_init(|| Sources::new(self))
    }

    /// A file by its path.
    pub fn file(&self, path: &str) -> Option<&'a File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// All objects of a kind, by name, then by path.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = Object<'a>> + '_ {
        self.by_kind.get(&kind).into_iter().flat_map(BTreeMap::values).flatten().copied()
    }

    /// All objects of some kinds.
    pub fn of_kinds(&self, kinds: Kinds) -> impl Iterator<Item = Object<'a>> + '_ {
        let by_kind = self.by_kind.iter().filter(move |(kind, _)| kinds.has(**kind));
        by_kind.flat_map(|(_, by_name)| by_name.values()).flatten().copied()
    }

    /// All objects of a kind and name, whatever their namespace.
    pub fn named(&self, kind: Kind, name: &str) -> &[Object<'a>] {
        self.by_kind.get(&kind).and_then(|by_name| by_name.get(name)).map_or(&[], Vec::as_slice)
    }

    /// The sources of a kind and name whose namespace is just this, by path: `None` are those that
    /// leave it to a kustomization.
    pub fn named_in(&self, kind: Kind, name: &str, namespace: Option<&str>) -> &[Object<'a>] {
        let index = self.by_namespace.get_or_init(|| self.index_namespaces());
        let spaces = index.get(&kind).and_then(|by_name| by_name.get(name)).map_or(&[][..], Vec::as_slice);
        let at = spaces.partition_point(|(other, _)| *other < namespace);
        spaces.get(at).filter(|(other, _)| *other == namespace).map_or(&[], |(_, objects)| objects)
    }

    fn index_namespaces(&self) -> ByNamespace<'a> {
        let mut index = ByNamespace::new();
        for (kind, by_name) in self.by_kind.iter().filter(|(kind, _)| Kinds::SOURCES.has(**kind)) {
            for (name, objects) in by_name {
                let mut spaces: BTreeMap<Option<&'a str>, Vec<Object<'a>>> = BTreeMap::new();
                for object in objects {
                    spaces.entry(object.namespace()).or_default().push(*object);
                }
                index.entry(*kind).or_default().insert(*name, spaces.into_iter().collect());
            }
        }
        index
    }

    /// Looks an object up. `namespace` is what is certain of the namespace it must have, `None`
    /// where that is left to a kustomization. Unknown on either side matches by name.
    pub fn find(&self, kind: Kind, namespace: Option<&str>, name: &str) -> Found<'a> {
        let named = self.named(kind, name);
        if named.is_empty() {
            return Found::None;
        }
        let fits: Vec<Object<'a>> = named
            .iter()
            .filter(|object| match (namespace, object.namespace()) {
                (Some(wanted), Some(has)) => wanted == has,
                _ => true,
            })
            .copied()
            .collect();
        if fits.is_empty() { Found::OtherNamespace(named.to_vec()) } else { Found::Some(fits) }
    }
}
