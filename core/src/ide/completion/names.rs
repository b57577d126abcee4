//! Names of objects of the set.

use crate::collections::{Arrange, Gather};
use crate::lint::Linter;
use crate::model::{Kind, Object, Secret, is_opaque, made_secrets};

use super::super::cursor::Cursor;
use super::super::place;
use super::{CompletionKind, List, links};

/// A list of more is of no use.
const MOST: usize = 200;

/// A name that may be meant.
struct Candidate<'a> {
    name: String,
    /// Less is better: of the wrong type, in another folder.
    rank: (bool, bool),
    object: Object<'a>,
}

/// The names of the objects that a field may mean. True where the field names an object.
pub(super) fn of_objects<'a>(list: &mut List<'_, 'a>, linter: &Linter<'a>, key: &str) -> bool {
    let cursor = list.cursor;
    let holder = cursor.route.rsplit('.').next().unwrap_or_default();
    let written = |key: &str| cursor.beside(key);
    if cursor.route.starts_with("spec.values") && !cursor.route.starts_with("spec.valuesFrom") {
        return false;
    }
    let Some(kind) = links::kind_of(cursor.kind, &written, holder, key) else {
        return key == "namespace" && namespaces(list, linter, holder);
    };
    let own = own_object(list).or_else(|| place::object_at(list.file, list.span.start()));
    let across = key == "name" && links::crosses_namespaces(cursor.kind, kind);
    let namespace = match written("namespace") {
        "" => own.and_then(Object::namespace),
        namespace if across => Some(namespace),
        _ => None,
    };
    let mut found = Vec::new();
    for object in linter.set().of_kind(kind) {
        collect(list, &mut found, object, kind, object.name(), namespace);
    }
    if kind == Kind::Secret {
        for object in linter.set().of_kind(Kind::SecretMaker) {
            for name in made_secrets(object) {
                collect(list, &mut found, object, kind, name.as_str(), namespace);
            }
        }
    }
    if holder == "dependsOn[]" {
        found.retain(|candidate| own.is_none_or(|own| own.name() != candidate.name));
    }
    found.arrange_by(|a, b| (a.rank, &a.name).cmp(&(b.rank, &b.name)));
    found.dedup_by(|a, b| a.name == b.name);
    for candidate in found.into_iter().take(MOST) {
        let documentation = Some(["`", &candidate.object.file.path, "`"].concat());
        let text = list.value_text(&candidate.name);
        list.add(&candidate.name, CompletionKind::Reference, detail(candidate.object), documentation, text);
    }
    true
}

fn collect<'a>(
    list: &List<'_, 'a>,
    found: &mut Vec<Candidate<'a>>,
    object: Object<'a>,
    kind: Kind,
    name: &str,
    namespace: Option<&str>,
) {
    let elsewhere = namespace.is_some_and(|wanted| object.namespace().is_some_and(|has| has != wanted));
    if elsewhere || name.is_empty() || is_opaque(name) || !list.fits(name) {
        return;
    }
    let is_unfit = kind == Kind::Secret && !fits_field(list.cursor, object);
    let is_far = object.file.folder() != list.file.folder();
    found.push(Candidate { name: name.to_owned(), rank: (is_unfit, is_far), object });
}

/// False for a Secret whose type is not what the field takes.
fn fits_field(cursor: &Cursor<'_>, object: Object<'_>) -> bool {
    let wants_registry = cursor.kind == Kind::OciRepository && cursor.route == "spec.secretRef"
        || cursor.route.ends_with("imagePullSecrets[]");
    let Some(secret) = Secret::of(object).filter(|_| object.kind() == Kind::Secret) else { return true };
    let is_registry = secret.type_name().is_none_or(|name| name.starts_with("kubernetes.io/dockerc"));
    is_registry == wants_registry
}

/// The object that is being written, as far as it was read.
fn own_object<'a>(list: &List<'_, 'a>) -> Option<Object<'a>> {
    let offset = list.span.start();
    let document = |offset: usize| {
        list.file.tree.documents().partition_point(|document| document.span.start() <= offset).checked_sub(1)
    };
    let before = |object: &Object<'a>| object.node().is_some_and(|node| node.span().start() <= offset);
    let object = list.file.objects().take_while(before).last()?;
    (document(offset) == Some(object.entry.document as usize)).then_some(object)
}

/// What tells objects of a kind apart.
fn detail(object: Object<'_>) -> Option<String> {
    let text = match object.kind() {
        Kind::Secret => object.at("type").map_or("Opaque", crate::yaml::Node::text),
        Kind::SecretMaker => object.kind_name(),
        _ => object.at("spec.url").map_or("", crate::yaml::Node::text),
    };
    (!text.is_empty()).then(|| text.to_owned())
}

/// The namespaces in which the source that is named beside it, or any of its kind, stands.
fn namespaces<'a>(list: &mut List<'_, 'a>, linter: &Linter<'a>, holder: &str) -> bool {
    let cursor = list.cursor;
    let written = |key: &str| cursor.beside(key);
    let Some(kind) = links::kind_of(cursor.kind, &written, holder, "name") else { return false };
    let name = written("name");
    let objects = linter.set().of_kind(kind).filter(|object| name.is_empty() || object.name() == name);
    let mut found: Vec<&str> = objects.filter_map(Object::namespace).gather();
    found.arrange();
    found.dedup();
    for namespace in found.into_iter().take(MOST) {
        let text = list.value_text(namespace);
        list.add(namespace, CompletionKind::Reference, None, None, text);
    }
    true
}
