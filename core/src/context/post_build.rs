//! Which Kustomization substitutes variables in which folder, and what it knows of them.

use std::borrow::Cow;

use crate::collections::{Gather, IndexMap};
use crate::diag::Location;
use crate::model::{Found, Kind, Kustomization, Object, Secret, Set, Text};
use crate::yaml::{Node, items_of};

use super::Surroundings;
use super::surroundings::normalize;

/// The Kustomizations that substitute variables, by the folder they read. Made when first asked
/// for.
#[derive(Debug, Default)]
pub struct PostBuilds<'a> {
    by_folder: IndexMap<String, Vec<PostBuild<'a>>>,
}

/// A Kustomization's `spec.postBuild`.
#[derive(Debug, Clone, Copy)]
pub struct PostBuild<'a> {
    /// The Kustomization.
    pub object: Object<'a>,
    node: Node<'a>,
}

impl<'a> PostBuilds<'a> {
    pub(super) fn new(set: &Set<'a>) -> Self {
        let mut out = Self::default();
        for object in set.of_kind(Kind::Kustomization) {
            let Some(kustomization) = Kustomization::of(object) else { continue };
            let Some(node) = kustomization.post_build else { continue };
            let is_known = kustomization.path.as_ref().is_some_and(|path| path.known().is_some());
            let folder = normalize(kustomization.folder());
            if is_known && !folder.is_empty() {
                out.by_folder.or_default(folder).push(PostBuild { object, node });
            }
        }
        out
    }

    /// Those that read a file: of the deepest folder that it lies in. The paths of the set may begin
    /// above or within the artifact, so any part of the file's path may be the folder.
    pub fn of(&self, path: &str) -> &[PostBuild<'a>] {
        if self.by_folder.is_empty() {
            return &[];
        }
        let path = normalize(path);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut ends =
            Some(folder).into_iter().chain(folder.rmatch_indices('/').filter_map(|(at, _)| folder.get(..at)));
        ends.find_map(|end| {
            let starts = std::iter::once(end).chain(end.match_indices('/').filter_map(|(at, _)| end.get(at + 1..)));
            starts.filter_map(|folder| self.by_folder.get(folder)).next()
        })
        .map_or(&[], Vec::as_slice)
    }
}

impl<'a> PostBuild<'a> {
    /// The value of a variable with its place; `None` where it is unset, or only known later.
    pub fn value(&self, set: &Set<'a>, name: &str) -> Option<(Cow<'a, str>, Location)> {
        if let Some(entry) = self.node.get("substitute").and_then(|substitute| substitute.entry(name)) {
            let text = Text::of(self.object.file, entry.value)?;
            return Some((text.known()?.replace('\n', "").into(), self.object.locate(entry.value.span())));
        }
        let sources: Vec<Node<'a>> = items_of(self.node.get("substituteFrom")).gather();
        for source in sources.into_iter().rev() {
            let object = self.source(set, source)?;
            if let Some(node) = value_of(object, name) {
                let text = node.1?;
                return Some((text.replace('\n', "").into(), object.locate(node.0.span())));
            }
        }
        None
    }

    /// True where every variable of the Kustomization is in view, so that others are unset.
    pub fn is_closed(&self, set: &Set<'a>, surroundings: &Surroundings<'a>) -> bool {
        let mut sources = items_of(self.node.get("substituteFrom"));
        // With no variable at all nothing is substituted.
        let is_used = self.node.get("substitute").is_some_and(|map| map.entries().next().is_some())
            || self.node.get("substituteFrom").is_some_and(|list| list.items().next().is_some());
        is_used
            && sources.all(|source| self.source(set, source).is_some_and(|object| !object.is_encrypted()))
            && !surroundings.may_rewrite(self.object, "substitute")
    }

    /// The one object of the set that an entry of `substituteFrom` means.
    fn source(&self, set: &Set<'a>, entry: Node<'a>) -> Option<Object<'a>> {
        let kind = match entry.get("kind")?.text() {
            "ConfigMap" => Kind::ConfigMap,
            "Secret" => Kind::Secret,
            _ => return None,
        };
        match set.find(kind, self.object.namespace(), entry.get("name")?.text()) {
            Found::Some(found) if found.len() == 1 => found.first().copied(),
            _ => None,
        }
    }
}

/// The entry of a ConfigMap or a Secret, and its text where that is known.
fn value_of<'a>(object: Object<'a>, key: &str) -> Option<(Node<'a>, Option<String>)> {
    if object.kind() == Kind::Secret {
        let value = Secret::of(object)?.get(key)?;
        return Some((value.node(), value.text().filter(|_| !object.is_encrypted())));
    }
    let node = object.at("data")?.get(key)?;
    let text = Text::of(object.file, node).and_then(|text| Some(text.known()?.to_owned()));
    Some((node, text))
}
