//! The Secrets that a set shows, whoever makes them.

use crate::collections::{Arrange, Gather, IndexMap};
use crate::model::{Kind, Kinds, Object, Set, is_opaque, made_secrets, may_become};
use crate::yaml::{Node, entries_of, items_of};

use super::surroundings::normalize;

/// A Secret that exists once everything in the set is applied.
#[derive(Debug, Clone, Copy)]
struct Known<'a> {
    object: Object<'a>,
    /// `None` where it is left to a kustomization.
    namespace: Option<&'a str>,
}

/// Where a Secret of some name may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// In the set.
    Here,
    /// Nothing in the set shows that the Secrets of this namespace are kept in it.
    Elsewhere,
    /// Other Secrets beside it are in the set; this one is not.
    Missing,
}

/// The names of Secrets, from the Secrets themselves, the objects of which Secrets are made, and
/// kustomize's generators. Made when first asked for.
#[derive(Debug, Default)]
pub struct SecretNames<'a> {
    by_name: IndexMap<String, Vec<Known<'a>>>,
    /// Names that are only known later.
    later: Vec<String>,
    /// By namespace, where it is written.
    namespaces: IndexMap<&'a str, usize>,
    /// By folder, for those that leave their namespace open.
    folders: IndexMap<String, usize>,
}

impl<'a> SecretNames<'a> {
    pub(super) fn new(set: &Set<'a>) -> Self {
        let mut out = Self::default();
        for object in set.of_kinds(Kinds::of(&[Kind::Secret, Kind::SecretMaker, Kind::Kustomize])) {
            match object.kind() {
                Kind::Secret => out.add(object, object.name()),
                Kind::SecretMaker => {
                    for name in made_secrets(object) {
                        out.add(object, name.as_str());
                    }
                }
                _ => {
                    for entry in items_of(object.at("secretGenerator")) {
                        out.add(object, entry.get("name").map_or("", Node::text));
                    }
                }
            }
        }
        out
    }

    fn add(&mut self, object: Object<'a>, name: &str) {
        // A generator of a kustomization and an object of the whole cluster say nothing of the
        // namespace.
        let namespace = match object.kind() {
            Kind::Kustomize => object.at("namespace").map(Node::text).filter(|text| !is_opaque(text)),
            _ => object.namespace(),
        };
        match namespace {
            Some(namespace) => *self.namespaces.or_default(namespace) += 1,
            None => *self.folders.or_default(normalize(object.file.folder())) += 1,
        }
        if is_opaque(name) {
            self.later.push(name.to_owned());
        } else {
            self.by_name.or_default(name.to_owned()).push(Known { object, namespace });
        }
    }

    /// The names, sorted.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.by_name.keys().map(String::as_str).gather();
        names.arrange();
        names
    }

    /// Where the Secret is that an object of the set names; `namespace` is what is certain of the
    /// namespace it must have.
    pub fn presence(&self, object: Object<'_>, namespace: Option<&str>, name: &str) -> Presence {
        let fits = |known: &Known<'a>| match (namespace, known.namespace) {
            (Some(wanted), Some(has)) => wanted == has || spans_namespaces(known.object),
            _ => true,
        };
        let named = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let mirrored = |known: &Known<'a>| is_mirrored(known.object);
        if named.iter().any(|known| fits(known) || mirrored(known))
            || self.later.iter().any(|later| may_become(later, name))
        {
            return Presence::Here;
        }
        let folder = normalize(object.file.folder());
        let beside = || self.folders.contains_key(&folder);
        let kept = match namespace {
            Some(namespace) => self.namespaces.contains_key(namespace) || beside(),
            None => beside(),
        };
        if kept { Presence::Missing } else { Presence::Elsewhere }
    }

    /// What makes a Secret of the name, where it is not written itself.
    pub fn makers(&self, name: &str) -> impl Iterator<Item = Object<'a>> {
        let named = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        named.iter().map(|known| known.object).filter(|object| object.kind() != Kind::Secret)
    }

    /// True where something in the set makes a Secret of the name, or completes one: what a
    /// Secret's own document shows is not all of it then.
    pub fn is_made(&self, name: &str) -> bool {
        let named = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        named.iter().any(|known| known.object.kind() != Kind::Secret)
    }
}

/// True where a reflector or a replicator copies the Secret into other namespaces.
fn is_mirrored(object: Object<'_>) -> bool {
    let own = object.at("metadata.annotations");
    let of_template = object.at("spec.target.template.metadata.annotations");
    let of_template = of_template.or_else(|| object.at("spec.secretTemplate.annotations"));
    [own, of_template].into_iter().any(|annotations| {
        let mut keys = entries_of(annotations).map(|entry| entry.key.text());
        keys.any(|key| key.contains("reflect") || key.contains("replicat"))
    })
}

/// Objects of the cluster that make Secrets in many namespaces.
fn spans_namespaces(object: Object<'_>) -> bool {
    object.kind_name().starts_with("Cluster")
}
