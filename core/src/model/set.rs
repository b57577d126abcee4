//! Everything that was named, together: what cross-file rules look things up in.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::{Consumers, File, Kind, Kinds, Object, Sources};

/// The files of a run and an index of their objects. Results never depend on the order of files.
#[derive(Debug)]
pub struct Set<'a> {
    files: &'a [File],
    by_kind: BTreeMap<Kind, BTreeMap<&'a str, Vec<Object<'a>>>>,
    consumers: OnceLock<Consumers<'a>>,
    sources: OnceLock<Sources<'a>>,
}

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
        Self { files, by_kind, consumers: OnceLock::new(), sources: OnceLock::new() }
    }

    /// The files, in the order they were given.
    pub fn files(&self) -> &'a [File] {
        self.files
    }

    /// Who names which source: made when first asked for.
    pub fn consumers(&self) -> &Consumers<'a> {
        self.consumers.get_or_init(|| Consumers::new(self.files))
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
