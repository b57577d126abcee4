//! Who consumes a source: the way back from a source to the objects that name it.

use std::borrow::Cow;

use crate::collections::{Arrange, IndexMap};
use crate::diag::{FileId, Location};
use crate::yaml::{Node, NodeId, items_of};

use super::{Kind, Kinds, Object, Set, SourceRef, Text, is_opaque, may_become};

/// By which field a source is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// `spec.chartRef` of a HelmRelease.
    ChartRef,
    /// `spec.chart.spec.sourceRef` of a HelmRelease.
    ChartSource,
    /// `spec.sourceRef` of a Flux Kustomization.
    Kustomization,
    /// Any other object that names a source as Flux does: a HelmChart, an ArtifactGenerator, a
    /// Terraform.
    Other,
}

/// An object that names a source.
#[derive(Debug, Clone)]
pub struct Consumer<'a> {
    /// The object; of [`Kind::Foreign`] where it is of no kind that the set holds.
    pub object: Object<'a>,
    /// By which field.
    pub by: Use,
    /// The mapping that names the source.
    pub reference: Node<'a>,
    /// What is certain of the source's namespace: the one written in the reference, else the
    /// consumer's own. `None` where that is left to a kustomization, or only known later.
    pub namespace: Option<&'a str>,
}

impl Consumer<'_> {
    /// The place that names the source: the key of the reference, or of the whole object where
    /// that is of no kind we know.
    pub fn place(&self) -> Location {
        let route = match self.by {
            Use::ChartRef => "spec.chartRef",
            Use::ChartSource => "spec.chart.spec.sourceRef",
            Use::Kustomization => "spec.sourceRef",
            Use::Other => return self.object.place(),
        };
        self.object.locate(self.object.key_span(route))
    }

    /// Kind and name, for a message.
    pub fn title(&self) -> String {
        format!("{} \"{}\"", self.object.kind_name(), self.object.name())
    }
}

/// The consumers of a set. Made once for a run.
#[derive(Debug, Default)]
pub struct Consumers<'a> {
    all: Vec<Consumer<'a>>,
    /// By the kind and name of the source, then by what is certain of its namespace: positions in
    /// `all`, in the order of paths.
    by_name: IndexMap<(Kind, Cow<'a, str>), Vec<usize>>,
    /// The same by the source that is most likely meant.
    by_source: IndexMap<(FileId, NodeId), Vec<usize>>,
    /// How many name a source of a kind.
    count: IndexMap<Kind, usize>,
    /// The names that are only known later, such as `${APP}-chart`.
    opaque: IndexMap<Kind, Vec<Cow<'a, str>>>,
}

impl<'a> Consumers<'a> {
    /// Reads the references of all objects of a set, those of other groups included.
    pub(super) fn new(set: &Set<'a>) -> Self {
        let mut out = Self::default();
        let about = set.of_kinds(Kinds::of(&[Kind::HelmRelease, Kind::Kustomization])).count();
        out.all.reserve(about);
        out.by_name.reserve(about);
        out.by_source.reserve(about);
        for file in set.files_by_path() {
            for object in file.objects() {
                match object.kind() {
                    Kind::HelmRelease => {
                        out.add(set, object, Use::ChartRef, object.at("spec.chartRef"));
                        out.add(set, object, Use::ChartSource, object.at("spec.chart.spec.sourceRef"));
                    }
                    Kind::Kustomization => out.add(set, object, Use::Kustomization, object.at("spec.sourceRef")),
                    Kind::HelmChart | Kind::OtherFlux | Kind::Unknown => out.add_other(set, object),
                    _ => {}
                }
            }
            for entry in &file.foreign {
                out.add_other(set, Object { file, entry: *entry });
            }
        }
        let namespace = |at: &usize| out.all.get(*at).and_then(|consumer| consumer.namespace);
        for places in out.by_name.values_mut().filter(|places| places.len() > 1) {
            places.arrange_by_key(namespace);
        }
        out
    }

    fn add_other(&mut self, set: &Set<'a>, object: Object<'a>) {
        let Some(spec) = object.spec() else { return };
        self.add(set, object, Use::Other, spec.get("sourceRef"));
        self.add(set, object, Use::Other, spec.get("chartRef"));
        for source in items_of(spec.get("sources")) {
            self.add(set, object, Use::Other, Some(source));
        }
    }

    fn add(&mut self, set: &Set<'a>, object: Object<'a>, by: Use, reference: Option<Node<'a>>) {
        let Some(reference) = reference.filter(|reference| reference.is_mapping()) else { return };
        let text = |key: &str| Text::of(object.file, reference.get(key)?).filter(|text| !text.is_empty());
        let Some(name) = text("name") else { return };
        let Some(kind) = text("kind").and_then(|kind| Kind::source(kind.known()?)) else { return };
        let namespace = match text("namespace") {
            Some(namespace) => plain(&namespace).filter(|namespace| !is_opaque(namespace)),
            None => object.namespace(),
        };
        let name = name.to_cow();
        if is_opaque(&name) {
            self.opaque.or_default(kind).push(name.clone());
        }
        let at = self.all.len();
        for source in set.likely(kind, namespace, &name, object) {
            self.by_source.or_default((source.file.id, source.entry.root)).push(at);
        }
        self.all.push(Consumer { object, by, reference, namespace });
        *self.count.or_default(kind) += 1;
        self.by_name.or_default((kind, name)).push(at);
    }

    /// True where nothing in the set names a source of this kind.
    pub fn is_empty(&self, kind: Kind) -> bool {
        !self.count.contains_key(&kind)
    }

    /// Those that may mean this source: same kind and name, and no namespace that speaks against
    /// it. By namespace, then by path.
    pub fn possible(&self, source: Object<'a>) -> impl Iterator<Item = &Consumer<'a>> {
        let places = self.by_name.get(&(source.kind(), Cow::Borrowed(source.name()))).map_or(&[][..], Vec::as_slice);
        let namespace = |at: &usize| self.all.get(*at).and_then(|consumer| consumer.namespace);
        let within = |least: Option<&str>, most: Option<&str>| {
            let start = places.partition_point(|at| namespace(at) < least);
            let end = places.partition_point(|at| namespace(at) <= most);
            places.get(start..end).unwrap_or_default()
        };
        // Unknown, on either side, agrees with everything; and is the least.
        let (open, certain) = match source.namespace() {
            None => (places, &[][..]),
            Some(wanted) => (within(None, None), within(Some(wanted), Some(wanted))),
        };
        self.at(open.iter().chain(certain))
    }

    /// True where a reference of the set whose name is only known later may come to mean this
    /// source, or the source's own name is only known later.
    pub fn may_be_named_later(&self, source: Object<'a>) -> bool {
        is_opaque(source.name())
            || self
                .opaque
                .get(&source.kind())
                .is_some_and(|names| names.iter().any(|name| may_become(name, source.name())))
    }

    fn at<'s>(&'s self, places: impl Iterator<Item = &'s usize> + 's) -> impl Iterator<Item = &'s Consumer<'a>> + 's {
        places.filter_map(|place| self.all.get(*place))
    }
}

/// How many sources a reference may seem to mean and still be a guess. Sources of one name in
/// one folder are more than the API server would take; beyond this nothing is claimed of them.
const GUESSES: usize = 8;

impl<'a> Set<'a> {
    /// Those that certainly or very likely mean this source, in the order of their paths: for which
    /// no other source of its name is the better guess. See [`Set::likely`].
    pub fn consumers_of(&self, source: Object<'a>) -> impl Iterator<Item = &Consumer<'a>> {
        let consumers = self.consumers();
        let places = consumers.by_source.get(&(source.file.id, source.entry.root));
        consumers.at(places.map_or(&[][..], Vec::as_slice).iter())
    }

    /// The objects that a reference means: [`Set::likely`] for its kind, name and namespace. Empty
    /// where kind or name is not known.
    pub fn meant(&self, reference: &SourceRef<'_>, from: Object<'_>) -> &[Object<'a>] {
        let name = reference.name.as_ref().and_then(Text::known_non_empty);
        let (Some(kind), Some(name)) = (reference.source_kind(), name) else { return &[] };
        let namespace = match &reference.namespace {
            Some(namespace) => namespace.known(),
            None => from.namespace(),
        };
        self.likely(kind, namespace, name, from)
    }

    /// The objects that a reference means, where several of its name may be meant: those whose
    /// namespace is certain to be the wanted one, else those whose namespace is not known; of
    /// these the ones that lie nearest to the object that refers to them (the same file, the same
    /// folder, the deepest common folder). Empty where there is none, or only in other namespaces,
    /// or where too many are equally likely.
    pub fn likely(&self, kind: Kind, namespace: Option<&str>, name: &str, from: Object<'_>) -> &[Object<'a>] {
        let named = match namespace {
            None => self.named(kind, name),
            Some(_) => match self.named_in(kind, name, namespace) {
                [] => self.named_in(kind, name, None),
                certain => certain,
            },
        };
        let nearest = nearest(named, &from.file.path);
        if nearest.len() > GUESSES { &[] } else { nearest }
    }
}

/// Of objects in the order of their paths those that share the most leading folders with a path.
/// Paths that share a beginning stand together, so the neighbours of its place tell how many.
fn nearest<'s, 'a>(objects: &'s [Object<'a>], path: &str) -> &'s [Object<'a>] {
    let nearness = |object: &Object<'a>| nearness(&object.file.path, path);
    let place = objects.partition_point(|object| object.file.path.as_str() < path);
    let (before, behind) = objects.split_at(place);
    let most = before.last().map(nearness).max(behind.first().map(nearness));
    let start = before.partition_point(|object| Some(nearness(object)) < most);
    let end = behind.partition_point(|object| Some(nearness(object)) == most);
    objects.get(start..place + end).unwrap_or_default()
}

/// How many leading folders two paths share; the same file is nearer than any other.
fn nearness(a: &str, b: &str) -> usize {
    if a == b {
        return usize::MAX;
    }
    a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).count()
}

/// The text as it stands in the file; `None` where a variable of it was replaced.
fn plain<'a>(text: &Text<'a>) -> Option<&'a str> {
    (!text.is_substituted()).then(|| text.node.text())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::{Input, read};
    use crate::model::{File, Role};

    fn file(index: usize, path: &str, text: &str) -> File {
        let input = Input { path: path.to_owned(), text: text.to_owned(), role: Role::Named };
        read(index, input, std::sync::Arc::default())
    }

    fn source(name: &str, namespace: &str) -> String {
        format!(
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {{name: {name}{namespace}}}\n---\n"
        )
    }

    fn release(name: &str, reference: &str) -> String {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: {name}}}\nspec: {{chartRef: {{kind: OCIRepository, {reference}}}}}\n---\n"
        )
    }

    fn names<'a>(consumers: impl Iterator<Item = &'a Consumer<'a>>) -> Vec<&'a str> {
        consumers.map(|consumer| consumer.object.name()).collect()
    }

    #[test]
    fn a_namespace_that_is_certain_parts_and_the_nearest_is_the_better_guess() {
        let files = [
            file(0, "apps/one/source.yaml", &source("chart", "")),
            file(1, "apps/two/source.yaml", &source("chart", "")),
            file(2, "apps/three.yaml", &source("chart", ", namespace: shared")),
            file(3, "apps/one/release.yaml", &release("one", "name: chart")),
            file(4, "apps/two/release.yaml", &release("two", "name: chart")),
            file(5, "apps/four/release.yaml", &release("four", "name: chart, namespace: shared")),
            file(6, "apps/five/release.yaml", &release("five", "name: chart, namespace: elsewhere")),
        ];
        let set = Set::new(&files);
        let sources: Vec<Object<'_>> = set.of_kind(Kind::OciRepository).collect();
        let [one, three, two] = sources.as_slice() else { unreachable!("three sources") };
        assert_eq!(three.namespace(), Some("shared"));
        assert_eq!(names(set.consumers_of(*one)), ["five", "one"]);
        assert_eq!(names(set.consumers_of(*two)), ["five", "two"]);
        assert_eq!(names(set.consumers_of(*three)), ["four"]);
        assert_eq!(names(set.consumers().possible(*one)), ["one", "two", "five", "four"]);
        assert_eq!(names(set.consumers().possible(*three)), ["one", "two", "four"]);
    }

    #[test]
    fn where_too_many_are_as_near_none_is_claimed() {
        let mut files: Vec<File> = (0..=GUESSES)
            .map(|index| file(index, &format!("apps/{index}/source.yaml"), &source("chart", "")))
            .collect();
        files.push(file(files.len(), "apps/release.yaml", &release("apart", "name: chart")));
        files.push(file(files.len(), "apps/3/x/release.yaml", &release("three", "name: chart")));
        let set = Set::new(&files);
        for (index, object) in set.named(Kind::OciRepository, "chart").iter().enumerate() {
            let expected: &[&str] = if index == 3 { &["three"] } else { &[] };
            assert_eq!(names(set.consumers_of(*object)), expected, "{index}");
            assert_eq!(set.consumers().possible(*object).count(), 2);
        }
    }

    #[test]
    fn objects_of_other_groups_consume_too_and_names_may_come_later() {
        let terraform = "apiVersion: infra.contrib.fluxcd.io/v1alpha2\nkind: Terraform\nmetadata: {name: tf}\nspec: {sourceRef: {kind: OCIRepository, name: modules}}\n";
        let text = source("modules", "") + &source("web-chart", "") + &release("later", "name: '${APP}-chart'");
        let files = [file(0, "a.yaml", &text), file(1, "b.yaml", terraform)];
        let set = Set::new(&files);
        let named = |name: &str| set.named(Kind::OciRepository, name).first().copied().unwrap();
        assert_eq!(names(set.consumers_of(named("modules"))), ["tf"]);
        assert!(!set.consumers().may_be_named_later(named("modules")));
        assert!(set.consumers().may_be_named_later(named("web-chart")));
    }
}
