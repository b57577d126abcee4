//! Everything that was named, together: what cross-file rules look things up in.

use crate::collections::{Arrange, Gather, IndexMap};
use std::ops::Range;
use std::sync::OnceLock;

use super::{Consumers, File, Kind, Kinds, Object, Sources};

/// The files of a run and an index of their objects. Results never depend on the order of files.
#[derive(Debug)]
pub struct Set<'a> {
    files: &'a [File],
    /// The files in the order of their paths.
    by_path: Vec<&'a File>,
    /// By the number of the kind.
    kinds: Vec<OfKind<'a>>,
    consumers: OnceLock<Consumers<'a>>,
    sources: OnceLock<Sources<'a>>,
}

/// The objects of a kind.
#[derive(Debug, Default)]
struct OfKind<'a> {
    /// By path.
    by_path: Vec<Object<'a>>,
    /// By name: made when first asked for, by whichever thread asks.
    by_name: OnceLock<ByName<'a>>,
    /// As `by_name`, those of a name by what is certain of their namespace, then by path.
    by_namespace: OnceLock<Vec<Object<'a>>>,
}

/// Objects by their names.
#[derive(Debug, Default)]
struct ByName<'a> {
    /// Those of a name together, by path.
    objects: Vec<Object<'a>>,
    /// The names, numbered as they are first met.
    names: IndexMap<&'a str, usize>,
    /// By the number of a name, where its objects stand.
    ranges: Vec<Range<usize>>,
}

impl<'a> ByName<'a> {
    fn new(by_path: &[Object<'a>]) -> Self {
        let mut names: IndexMap<&'a str, usize> = IndexMap::default();
        names.reserve(by_path.len());
        let mut sizes: Vec<usize> = Vec::new();
        let mut numbers = Vec::with_capacity(by_path.len());
        for object in by_path {
            let number = *names.or_insert_with(object.name(), || {
                sizes.push(0);
                sizes.len() - 1
            });
            numbers.push(number);
            if let Some(size) = sizes.get_mut(number) {
                *size += 1;
            }
        }
        let mut end = 0;
        let mut ranges: Vec<Range<usize>> = sizes
            .iter()
            .map(|size| {
                let start = end;
                end += size;
                start..start
            })
            .gather();
        let mut order = vec![0; numbers.len()];
        for (at, number) in numbers.into_iter().enumerate() {
            let Some(range) = ranges.get_mut(number) else { continue };
            if let Some(place) = order.get_mut(range.end) {
                *place = at;
            }
            range.end += 1;
        }
        let objects = order.into_iter().filter_map(|at| by_path.get(at).copied()).gather();
        Self { objects, names, ranges }
    }

    /// Where the objects of a name stand.
    fn range(&self, name: &str) -> Range<usize> {
        self.names.get(name).and_then(|number| self.ranges.get(*number)).cloned().unwrap_or_default()
    }
}

impl<'a> OfKind<'a> {
    fn by_name(&self) -> &ByName<'a> {
        self.by_name.get_or_init(|| ByName::new(&self.by_path))
    }

    fn named(&self, name: &str) -> &[Object<'a>] {
        let by_name = self.by_name();
        by_name.objects.get(by_name.range(name)).unwrap_or_default()
    }

    fn named_in(&self, name: &str, namespace: Option<&str>) -> &[Object<'a>] {
        let by_name = self.by_name();
        let objects = self.by_namespace.get_or_init(|| {
            let mut objects = by_name.objects.clone();
            for range in by_name.ranges.iter().filter(|range| range.len() > 1) {
                if let Some(objects) = objects.get_mut(range.clone()) {
                    objects.arrange_by_key(|object| object.namespace());
                }
            }
            objects
        });
        let objects = objects.get(by_name.range(name)).unwrap_or_default();
        let start = objects.partition_point(|object| object.namespace() < namespace);
        let end = objects.partition_point(|object| object.namespace() <= namespace);
        objects.get(start..end).unwrap_or_default()
    }
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
        let mut by_path: Vec<&'a File> = files.iter().gather();
        if !by_path.is_sorted_by_key(|file| &file.path) {
            by_path.arrange_by_key(|file| &file.path);
        }
        let mut kinds: Vec<OfKind<'a>> = Vec::new();
        kinds.resize_with(Kind::Foreign as usize + 1, OfKind::default);
        for object in by_path.iter().flat_map(|file| file.objects()) {
            if let Some(kind) = kinds.get_mut(object.kind() as usize) {
                kind.by_path.push(object);
            }
        }
        Self { files, by_path, kinds, consumers: OnceLock::new(), sources: OnceLock::new() }
    }

    /// The files, in the order they were given.
    pub fn files(&self) -> &'a [File] {
        self.files
    }

    /// The files, in the order of their paths.
    pub fn files_by_path(&self) -> &[&'a File] {
        &self.by_path
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
        let at = self.by_path.binary_search_by_key(&path, |file| &file.path).ok()?;
        self.by_path.get(at).copied()
    }

    fn kind(&self, kind: Kind) -> Option<&OfKind<'a>> {
        self.kinds.get(kind as usize)
    }

    /// All objects of a kind, by path.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = Object<'a>> + '_ {
        self.kind(kind).map_or(&[][..], |objects| &objects.by_path).iter().copied()
    }

    /// All objects of some kinds, by kind, then by path.
    pub fn of_kinds(&self, kinds: Kinds) -> impl Iterator<Item = Object<'a>> + '_ {
        let wanted = self.kinds.iter().enumerate().filter(move |(kind, _)| kinds.has_index(*kind));
        wanted.flat_map(|(_, objects)| &objects.by_path).copied()
    }

    /// All objects of a kind and name, whatever their namespace, by path.
    pub fn named(&self, kind: Kind, name: &str) -> &[Object<'a>] {
        self.kind(kind).map_or(&[], |objects| objects.named(name))
    }

    /// The objects of a kind and name whose namespace is just this, by path: `None` are those that
    /// leave it to a kustomization.
    pub fn named_in(&self, kind: Kind, name: &str, namespace: Option<&str>) -> &[Object<'a>] {
        self.kind(kind).map_or(&[], |objects| objects.named_in(name, namespace))
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
            .gather();
        if fits.is_empty() { Found::OtherNamespace(named.to_vec()) } else { Found::Some(fits) }
    }
}
