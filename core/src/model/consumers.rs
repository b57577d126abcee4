//! Who consumes a source: the way back from a source to the objects that name it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::diag::Location;
use crate::yaml::Node;

use super::object::each_object;
use super::{File, Kind, Object, Set, SourceRef, Text, is_opaque, may_become};

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

/// The consumers of a set, by the kind and name of the source. Made once for a run.
#[derive(Debug, Default)]
pub struct Consumers<'a> {
    by_source: BTreeMap<Kind, BTreeMap<Cow<'a, str>, Vec<Consumer<'a>>>>,
    /// The names that are only known later, such as `${APP}-chart`.
    opaque: BTreeMap<Kind, Vec<Cow<'a, str>>>,
}

impl<'a> Consumers<'a> {
    /// Reads the references of all objects of some files, those of other groups included.
    pub(super) fn new(files: &'a [File]) -> Self {
        let mut out = Self::default();
        for object in files.iter().flat_map(File::objects) {
            match object.kind() {
                Kind::HelmRelease => {
                    out.add(object, Use::ChartRef, object.at("spec.chartRef"));
                    out.add(object, Use::ChartSource, object.at("spec.chart.spec.sourceRef"));
                }
                Kind::Kustomization => out.add(object, Use::Kustomization, object.at("spec.sourceRef")),
                Kind::HelmChart | Kind::OtherFlux | Kind::Unknown => out.add_other(object),
                _ => {}
            }
        }
        for file in files {
            each_object(file.parsed_text(), &file.tree, file.name(), &mut |entry| {
                if entry.kind == Kind::Foreign {
                    out.add_other(Object { file, entry });
                }
            });
        }
        for consumer in out.by_source.values_mut().flat_map(BTreeMap::values_mut) {
            consumer.sort_by(|a, b| order(a).cmp(&order(b)));
        }
        out
    }

    fn add_other(&mut self, object: Object<'a>) {
        self.add(object, Use::Other, object.at("spec.sourceRef"));
        self.add(object, Use::Other, object.at("spec.chartRef"));
        for source in object.at("spec.sources").into_iter().flat_map(Node::items) {
            self.add(object, Use::Other, Some(source));
        }
    }

    fn add(&mut self, object: Object<'a>, by: Use, reference: Option<Node<'a>>) {
        let Some(reference) = reference.filter(|reference| reference.is_mapping()) else { return };
        let text = |key: &str| Text::of(object.file, reference.get(key)?).filter(|text| !text.is_empty());
        let Some(name) = text("name") else { return };
        let Some(kind) = text("kind").and_then(|kind| Kind::source(kind.known()?)) else { return };
        let namespace = match text("namespace") {
            Some(namespace) => plain(&namespace).filter(|namespace| !is_opaque(namespace)),
            None => object.namespace(),
        };
        let name = match plain(&name) {
            Some(name) => Cow::Borrowed(name),
            None => Cow::Owned(name.as_str().to_owned()),
        };
        if is_opaque(&name) {
            self.opaque.entry(kind).or_default().push(name.clone());
        }
        let consumer = Consumer { object, by, reference, namespace };
        self.by_source.entry(kind).or_default().entry(name).or_default().push(consumer);
    }

    /// True where nothing in the set names a source of any kind.
    pub fn is_empty(&self) -> bool {
        self.by_source.is_empty()
    }

    /// The kinds of sources that are named.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        self.by_source.keys().copied()
    }

    /// All that name a source of this kind and name, whatever the namespace, by path.
    pub fn named(&self, kind: Kind, name: &str) -> &[Consumer<'a>] {
        self.by_source.get(&kind).and_then(|by_name| by_name.get(name)).map_or(&[], Vec::as_slice)
    }

    /// Those that may mean this source: same kind and name, and no namespace that speaks against
    /// it.
    pub fn possible(&self, source: Object<'a>) -> impl Iterator<Item = &Consumer<'a>> {
        let namespace = source.namespace();
        self.named(source.kind(), source.name()).iter().filter(move |consumer| agree(consumer.namespace, namespace))
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
}

impl<'a> Set<'a> {
    /// Those that certainly or very likely mean this source: the [possible](Consumers::possible)
    /// ones for which no other source of its name is the better guess. See [`Set::likely`].
    pub fn consumers_of(&self, source: Object<'a>) -> impl Iterator<Item = &Consumer<'a>> {
        self.consumers().possible(source).filter(move |consumer| {
            let name = source.name();
            self.likely(source.kind(), consumer.namespace, name, consumer.object).iter().any(|found| found.is(source))
        })
    }

    /// The objects that a reference means: [`Set::likely`] for its kind, name and namespace. Empty
    /// where kind or name is not known.
    pub fn meant(&self, reference: &SourceRef<'_>, from: Object<'_>) -> Vec<Object<'a>> {
        let name = reference.name.as_ref().and_then(Text::known_non_empty);
        let (Some(kind), Some(name)) = (reference.source_kind(), name) else { return Vec::new() };
        let namespace = match &reference.namespace {
            Some(namespace) => namespace.known(),
            None => from.namespace(),
        };
        self.likely(kind, namespace, name, from)
    }

    /// The objects that a reference means, where several of its name may be meant: those whose
    /// namespace is certain to be the wanted one, else those that lie nearest to the one that
    /// refers to them (the same file, the same folder, the deepest common folder). Empty where
    /// there is none, or only in other namespaces.
    pub fn likely(&self, kind: Kind, namespace: Option<&str>, name: &str, from: Object<'_>) -> Vec<Object<'a>> {
        let fits = |object: &&Object<'a>| agree(namespace, object.namespace());
        let mut found: Vec<Object<'a>> = self.named(kind, name).iter().filter(fits).copied().collect();
        if found.len() < 2 {
            return found;
        }
        if namespace.is_some() && found.iter().any(|object| object.namespace() == namespace) {
            found.retain(|object| object.namespace() == namespace);
        }
        let nearness = |object: &Object<'a>| nearness(&object.file.path, &from.file.path);
        let nearest = found.iter().map(nearness).max().unwrap_or_default();
        found.retain(|object| nearness(object) == nearest);
        found
    }
}

/// Unknown agrees with everything.
fn agree(a: Option<&str>, b: Option<&str>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    }
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

fn order<'c>(consumer: &'c Consumer<'_>) -> (&'c str, crate::yaml::NodeId) {
    (&consumer.object.file.path, consumer.reference.id())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::{Input, read};
    use crate::model::Role;

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
        assert_eq!(names(set.consumers().possible(*one)), ["five", "four", "one", "two"]);
        assert_eq!(names(set.consumers().possible(*three)), ["four", "one", "two"]);
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
