//! Files, and the Kubernetes objects in them.

use std::sync::{Arc, OnceLock};

use crate::collections::IndexMap;
use crate::diag::{FileId, Location, ObjectName};
use crate::text::{LineIndex, Span};
use crate::yaml::{self, Node, NodeId, Tree, items_of};

use super::{Kind, Text};

/// Why a file is in the set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It was named: findings in it are reported.
    Named,
    /// It was read only because it says something about a named one (a `kustomization.yaml` above
    /// it, a Secret given with `--with`): nothing in it is reported.
    Context,
}

/// Where an object stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It is a document.
    Document,
    /// It is an item of a `List`.
    List,
    /// It is a resource inside a ResourceSet: `<< inputs.x >>` is filled in later.
    ResourceSet,
}

/// An object of a file, by its place in the file's tree.
#[derive(Debug, Clone, Copy)]
pub struct ObjectEntry {
    /// Its mapping.
    pub root: NodeId,
    /// Which document of the file, from 0.
    pub document: u32,
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub origin: Origin,
    /// The fields that every rule asks for, found once.
    pub(super) fields: Fields,
}

impl ObjectEntry {
    /// An object of a file, with its root.
    pub fn new(root: Node<'_>, document: u32, kind: Kind, origin: Origin) -> Self {
        Self { root: root.id(), document, kind, origin, fields: Fields::of(root) }
    }
}

/// Places of fields; [`NodeId::NONE`] where one is missing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    spec: NodeId,
    name: NodeId,
    namespace: NodeId,
}

impl Fields {
    fn of(root: Node<'_>) -> Self {
        let id = |node: Option<Node<'_>>| node.map_or(NodeId::NONE, Node::id);
        let metadata = root.get("metadata");
        let of_metadata = |key: &str| id(metadata.and_then(|metadata| metadata.at(key)));
        Self { spec: id(root.get("spec")), name: of_metadata("name"), namespace: of_metadata("namespace") }
    }
}

/// A file that was read: its text, its tree, its objects.
#[derive(Debug, Clone)]
pub struct File {
    /// Its position in the set.
    pub id: FileId,
    /// As it was named.
    pub path: String,
    /// Its text, byte for byte.
    pub text: String,
    /// Markdown: the text with everything but the fenced YAML blanked out, byte for byte as long.
    pub masked: Option<String>,
    /// What was parsed.
    pub tree: Tree,
    /// The objects found, in order.
    pub objects: Vec<ObjectEntry>,
    /// Objects of other groups that name a source as Flux does, in order.
    pub foreign: Vec<ObjectEntry>,
    /// Why it is here.
    pub role: Role,
    /// The values of post-build variables, shared by the files of a run.
    pub variables: Arc<IndexMap<String, String>>,
    pub(crate) lines: OnceLock<LineIndex>,
}

impl File {
    /// The text that the tree's offsets point into: as long as [`File::text`].
    pub fn parsed_text(&self) -> &str {
        self.masked.as_deref().unwrap_or(&self.text)
    }

    /// True for Markdown.
    pub fn is_markdown(&self) -> bool {
        self.masked.is_some()
    }

    /// The line index, made when first asked for.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// The objects with their file.
    pub fn objects(&self) -> impl Iterator<Item = Object<'_>> {
        self.objects.iter().map(|entry| Object { file: self, entry: *entry })
    }

    /// The file's name without its folders.
    pub fn name(&self) -> &str {
        self.path.rsplit(['/', '\\']).next().unwrap_or(&self.path)
    }

    /// The folder it lies in, without a trailing slash; empty for the current one.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The root of a document.
    pub fn root(&self, document: usize) -> Option<Node<'_>> {
        self.tree.root(self.parsed_text(), document)
    }

    /// The syntax errors, with the number of their document.
    pub fn syntax_errors(&self) -> impl Iterator<Item = (usize, &yaml::SyntaxError)> {
        self.tree.documents().iter().enumerate().filter_map(|(index, document)| Some((index, document.error.as_ref()?)))
    }
}

/// A Kubernetes object with its file: a cheap copy.
#[derive(Debug, Clone, Copy)]
pub struct Object<'a> {
    /// Where it stands.
    pub file: &'a File,
    /// Its place there.
    pub entry: ObjectEntry,
}

impl<'a> Object<'a> {
    /// What it is.
    pub fn kind(self) -> Kind {
        self.entry.kind
    }

    /// Its mapping.
    pub fn node(self) -> Option<Node<'a>> {
        self.file.tree.node(self.file.parsed_text(), self.entry.root)
    }

    fn field(self, id: NodeId) -> Option<Node<'a>> {
        self.file.tree.node(self.file.parsed_text(), id)
    }

    /// The node at a route such as `spec.ref.tag`.
    pub fn at(self, route: &str) -> Option<Node<'a>> {
        match route.strip_prefix("spec.") {
            Some(below) => self.field(self.entry.fields.spec)?.at(below),
            None => self.node()?.at(route),
        }
    }

    /// A scalar at a route.
    pub fn text(self, route: &str) -> Option<Text<'a>> {
        Text::of(self.file, self.at(route)?)
    }

    /// The mapping under `spec`.
    pub fn spec(self) -> Option<Node<'a>> {
        self.field(self.entry.fields.spec).filter(|spec| spec.is_mapping())
    }

    /// As written; empty where it is missing.
    pub fn api_version(self) -> &'a str {
        self.at("apiVersion").map_or("", Node::text)
    }

    /// The version behind the group: `v1`, `v2beta2`.
    pub fn version(self) -> &'a str {
        self.api_version().rsplit('/').next().unwrap_or_default()
    }

    /// As written; empty where it is missing.
    pub fn kind_name(self) -> &'a str {
        self.at("kind").map_or("", Node::text)
    }

    /// The kind's own name where it is known, also where it is misspelled; else as written.
    pub fn known_kind_name(self) -> &'a str {
        match self.kind().name() {
            "" => self.kind_name(),
            name => name,
        }
    }

    /// `metadata.name`; empty where it is missing.
    pub fn name(self) -> &'a str {
        self.field(self.entry.fields.name).map_or("", Node::text)
    }

    /// `metadata.namespace`; `None` where it is left to a kustomization, or only known later.
    pub fn namespace(self) -> Option<&'a str> {
        let namespace = self.field(self.entry.fields.namespace).filter(|node| !node.is_null()).map(Node::text)?;
        (!namespace.is_empty() && !super::is_opaque(namespace)).then_some(namespace)
    }

    /// A span of its file as a location.
    pub fn locate(self, span: Span) -> Location {
        Location { file: self.file.id, span }
    }

    /// The place to point at for the object as a whole: the value of `kind`.
    pub fn place(self) -> Location {
        let node = self.at("kind").or_else(|| self.node());
        self.locate(node.map_or(Span::default(), Node::span))
    }

    /// The key of an entry, or the nearest parent's that exists: where a missing field is to be
    /// pointed at.
    pub fn key_span(self, route: &str) -> Span {
        let mut route = route;
        loop {
            let (parent, key) = route.rsplit_once('.').unwrap_or(("", route));
            let node = if parent.is_empty() { self.node() } else { self.at(parent) };
            if let Some(entry) = node.and_then(|node| node.entry(key)) {
                return entry.key.span();
            }
            if parent.is_empty() {
                return self.place().span;
            }
            route = parent;
        }
    }

    /// How a diagnostic names it.
    pub fn object_name(self) -> ObjectName {
        ObjectName {
            api_version: self.api_version().to_owned(),
            kind: self.kind_name().to_owned(),
            namespace: self
                .field(self.entry.fields.namespace)
                .filter(|node| !node.is_null())
                .map(|node| node.text().to_owned()),
            name: self.name().to_owned(),
        }
    }

    /// True for an object that stands twice: same file and place.
    pub fn is(self, other: Object<'_>) -> bool {
        self.file.id == other.file.id && self.entry.root == other.entry.root
    }

    /// True where `spec.suspend` is true: the controller leaves it alone.
    pub fn is_suspended(self) -> bool {
        self.at("spec.suspend").is_some_and(|node| node.scalar() == Some(yaml::Scalar::Bool(true)))
    }

    /// False for an object of a document that was read to a syntax error only: what is missing in it
    /// may stand behind that.
    pub fn is_whole(self) -> bool {
        let document = self.file.tree.documents().get(self.entry.document as usize);
        document.is_some_and(|document| document.error.is_none())
    }

    /// True for a document encrypted with SOPS: its values are unknown, not wrong.
    pub fn is_encrypted(self) -> bool {
        self.node().is_some_and(|node| node.get("sops").is_some_and(Node::is_mapping))
    }
}

/// What kustomize calls its own file.
pub const KUSTOMIZATION_FILES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Finds the objects of a tree: documents, items of lists, resources inside ResourceSets; and apart
/// from them those of other groups that name a source.
pub(crate) fn find_objects(text: &str, tree: &Tree, name: &str) -> (Vec<ObjectEntry>, Vec<ObjectEntry>) {
    let (mut ours, mut foreign) = (Vec::new(), Vec::new());
    let mut see = |root: Node<'_>, entry: ObjectEntry| {
        if entry.kind != Kind::Foreign {
            ours.push(entry);
        } else if root.get("spec").is_some_and(names_a_source) {
            foreign.push(entry);
        }
    };
    for document in 0..tree.documents().len() {
        if let Some(root) = tree.root(text, document) {
            let document = u32::try_from(document).unwrap_or(u32::MAX);
            add_object(root, document, Origin::Document, name, 0, &mut see);
        }
    }
    (ours, foreign)
}

fn names_a_source(spec: Node<'_>) -> bool {
    ["sourceRef", "chartRef", "sources"].iter().any(|key| spec.get(key).is_some())
}

/// Lists in lists, ResourceSets in ResourceSets: nobody nests them deeper.
const NESTING: usize = 4;

fn add_object(
    node: Node<'_>,
    document: u32,
    origin: Origin,
    file: &str,
    depth: usize,
    see: &mut impl FnMut(Node<'_>, ObjectEntry),
) {
    if !node.is_mapping() || depth > NESTING {
        return;
    }
    let (mut api_version, mut kind) = ("", "");
    for entry in node.entries() {
        match entry.key.text() {
            "apiVersion" => api_version = entry.value.text(),
            "kind" => kind = entry.value.text(),
            _ => {}
        }
    }
    if kind == "List" || kind.ends_with("List") && node.get("items").is_some_and(Node::is_sequence) {
        for item in items_of(node.get("items")) {
            add_object(item, document, Origin::List, file, depth + 1, see);
        }
        return;
    }
    let is_kustomize_file = KUSTOMIZATION_FILES.contains(&file);
    let kind = match Kind::of(api_version, kind) {
        // A misspelled kind is one mistake; the others in the document are named all the same.
        Kind::Unknown => Kind::meant(api_version, kind).map_or(Kind::Unknown, |(_, kind)| kind),
        // kustomize takes both for granted in a file of its own name.
        Kind::Foreign if is_kustomize_file && api_version.is_empty() => Kind::Kustomize,
        kind => kind,
    };
    see(node, ObjectEntry::new(node, document, kind, origin));
    if kind == Kind::ResourceSet {
        // Steps hold resources of their own; a set has either.
        let steps = items_of(node.at("spec.steps"));
        let lists = node.at("spec.resources").into_iter().chain(steps.filter_map(|step| step.get("resources")));
        for list in lists {
            for resource in list.items() {
                add_object(resource, document, Origin::ResourceSet, file, depth + 1, see);
            }
        }
    }
}
