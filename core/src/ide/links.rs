//! From a name to the object that bears it, and back.

use crate::collections::{Arrange, Gather};
use crate::diag::Location;
use crate::lint::Linter;
use crate::model::{File, Found, Kind, Object, Text, is_opaque, made_secrets};
use crate::text;
use crate::yaml::Node;

use super::place::Place;

/// A name that stands for another object.
pub(super) struct Reference<'a> {
    /// Of which kind that is.
    pub(super) kind: Kind,
    /// What is certain of its namespace.
    pub(super) namespace: Option<&'a str>,
    /// Its name, where it is written.
    pub(super) name: Text<'a>,
}

/// Where what is named at `offset` is defined: the names of the objects, the most likely ones alone.
pub fn definition<'a>(linter: &Linter<'a>, file: &'a File, offset: usize) -> Vec<Location> {
    let Some(place) = Place::at(file, offset) else { return Vec::new() };
    let Some(reference) = reference_at(&place) else { return Vec::new() };
    meant(linter, &reference, place.object).into_iter().map(name_place).gather()
}

/// Where the object whose name stands at `offset` is named, its own name left out. The name of
/// another object stands for that one.
pub fn references<'a>(linter: &Linter<'a>, file: &'a File, offset: usize) -> Vec<Location> {
    let Some(place) = Place::at(file, offset) else { return Vec::new() };
    let objects = match reference_at(&place) {
        Some(reference) => meant(linter, &reference, place.object),
        None if matches!(place.route.as_str(), "metadata" | "metadata.name" | "kind") => vec![place.object],
        None => return Vec::new(),
    };
    let mut out = Vec::new();
    for object in objects {
        out.append(&mut named_by(linter, object));
    }
    out.arrange();
    out.dedup();
    out
}

/// The place to jump to: the object's name.
pub(super) fn name_place(object: Object<'_>) -> Location {
    match object.at("metadata.name") {
        Some(name) => object.locate(name.text_span()),
        None => object.place(),
    }
}

/// What the field at a place names, or the reference that the field belongs to.
pub(super) fn reference_at<'a>(place: &Place<'a>) -> Option<Reference<'a>> {
    if place.route.starts_with("spec.values.") {
        return None;
    }
    let mut steps = place.route.rsplit('.');
    let (last, holder) = (steps.next()?, steps.next().unwrap_or_default());
    let own = reference(place.object, place.parent, holder, last, place.value);
    let below = || reference(place.object, place.value, last, "name", place.value.get("name")?);
    let beside = || reference(place.object, place.parent, holder, "name", place.parent.get("name")?);
    own.or_else(below).or_else(beside)
}

/// Reads a field as a reference: `key` of `mapping`, which stands under `holder`.
fn reference<'a>(
    object: Object<'a>,
    mapping: Node<'a>,
    holder: &str,
    key: &str,
    value: Node<'a>,
) -> Option<Reference<'a>> {
    let written = |key: &str| mapping.get(key).map_or("", Node::text);
    let kind = kind_of(object.kind(), &written, holder, key)?;
    let name = Text::of(object.file, value).filter(|name| name.known_non_empty().is_some())?;
    let has_namespace = key == "name" && crosses_namespaces(object.kind(), kind);
    let namespace = match mapping.get("namespace").filter(|node| has_namespace && !node.text().is_empty()) {
        Some(node) => (!is_opaque(node.text())).then(|| node.text()),
        None => object.namespace(),
    };
    Some(Reference { kind, namespace, name })
}

/// The kind of object that a field of an object of kind `own` names: `key`, which stands under
/// `holder` beside what is `written`. `None` for a field that names none.
pub(super) fn kind_of<'a>(own: Kind, written: &dyn Fn(&str) -> &'a str, holder: &str, key: &str) -> Option<Kind> {
    match (holder, key) {
        ("sourceRef" | "chartRef" | "sources[]", "name") => Kind::source(written("kind")),
        // Names that Kubernetes itself gives these fields, and others after it.
        (_, "serviceAccountName") => Some(Kind::ServiceAccount),
        ("configMapRef" | "configMapKeyRef", "name") => Some(Kind::ConfigMap),
        ("imagePullSecrets[]" | "secretRef" | "secretKeyRef", "name") => Some(Kind::Secret),
        (holder, "name") if holder.ends_with("SecretRef") => Some(Kind::Secret),
        (_, "secretName") if own == Kind::Foreign => Some(Kind::Secret),
        ("configMap", "name") if own == Kind::Foreign => Some(Kind::ConfigMap),
        _ if own == Kind::Foreign => None,
        (_, "pullSecret" | "imagePullSecret" | "artifactPullSecret") if own == Kind::FluxInstance => Some(Kind::Secret),
        ("dependsOn[]" | "healthChecks[]", "name") => {
            let kind = match written("kind") {
                "" => own,
                kind => Kind::of(written("apiVersion"), kind),
            };
            (!matches!(kind, Kind::Foreign | Kind::Unknown | Kind::OtherFlux)).then_some(kind)
        }
        ("valuesFrom[]" | "substituteFrom[]", "name") => match written("kind") {
            "Secret" => Some(Kind::Secret),
            "ConfigMap" => Some(Kind::ConfigMap),
            _ => None,
        },
        ("repository", "name") if own == Kind::GitRepository => Some(Kind::GitRepository),
        ("inputsFrom[]", "name") => Some(Kind::ResourceSetInputProvider),
        _ => None,
    }
}

/// True where what an object names may be in the namespace that is written beside the name.
pub(super) fn crosses_namespaces(own: Kind, named: Kind) -> bool {
    own == Kind::Foreign || !matches!(named, Kind::Secret | Kind::ConfigMap | Kind::ServiceAccount)
}

/// The objects that a reference most likely means; what makes a Secret of the name where none is
/// written.
pub(super) fn meant<'a>(linter: &Linter<'a>, reference: &Reference<'_>, from: Object<'a>) -> Vec<Object<'a>> {
    let set = linter.set();
    let Reference { kind, namespace, name } = reference;
    let name = name.as_str();
    let likely = set.likely(*kind, *namespace, name, from);
    if !likely.is_empty() {
        return likely.to_vec();
    }
    match set.find(*kind, *namespace, name) {
        Found::Some(objects) => objects,
        _ if *kind == Kind::Secret => linter.surroundings().secrets(set).makers(name).gather(),
        _ => Vec::new(),
    }
}

/// Where an object is named, in the order of paths.
fn named_by<'a>(linter: &Linter<'a>, target: Object<'a>) -> Vec<Location> {
    let (kind, names) = match target.kind() {
        Kind::SecretMaker => (Kind::Secret, made_secrets(target).iter().map(|name| name.as_str().to_owned()).gather()),
        kind => (kind, vec![target.name().to_owned()]),
    };
    let mut out = Vec::new();
    for name in names.iter().filter(|name| !name.is_empty()) {
        for file in linter.set().files_by_path() {
            // A name may come of a variable; else it stands in the text.
            if file.variables.is_empty() && text::find(file.text.as_bytes(), name.as_bytes()).is_none() {
                continue;
            }
            let entries = file.objects.iter().chain(&file.foreign);
            for object in entries.map(|entry| Object { file, entry: *entry }) {
                let mut see = |found: Reference<'a>| {
                    // Most of one name are in other namespaces.
                    let apart = found.namespace.zip(target.namespace()).is_some_and(|(wanted, has)| wanted != has);
                    let fits = found.kind == kind && found.name.as_str() == name && !apart;
                    if fits && meant(linter, &found, object).iter().any(|meant| meant.is(target)) {
                        out.push(object.locate(found.name.text_span()));
                    }
                };
                if let Some(root) = object.node() {
                    walk(object, root, "", DEPTH, &mut see);
                }
            }
        }
    }
    out
}

/// References stand no deeper.
const DEPTH: usize = 10;

/// Every reference of an object. What `values` hold is the chart's, and resources inside a
/// ResourceSet are objects of their own.
fn walk<'a>(object: Object<'a>, mapping: Node<'a>, holder: &str, depth: usize, see: &mut impl FnMut(Reference<'a>)) {
    for entry in mapping.entries() {
        let (key, value) = (entry.key.text(), entry.value);
        if let Some(found) = reference(object, mapping, holder, key, value) {
            see(found);
        }
        if depth == 0 || matches!(key, "values" | "resources" | "metadata" | "status") {
            continue;
        }
        if value.is_mapping() {
            walk(object, value, key, depth - 1, see);
        } else if value.is_sequence() {
            let holder = [key, "[]"].concat();
            for item in value.items() {
                walk(object, item, &holder, depth - 1, see);
            }
        }
    }
}
