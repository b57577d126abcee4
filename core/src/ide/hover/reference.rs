//! The name of another object: which one of the set it is.

use crate::lint::Linter;
use crate::model::{Kind, Object, OciRepository};

use super::links::{Reference, meant};

/// More are counted and not listed.
const LISTED: usize = 3;

/// `None` where it is not certain that the field names an object at all.
pub(super) fn words<'a>(linter: &Linter<'a>, reference: &Reference<'a>, from: Object<'a>) -> Option<String> {
    let mut out = [reference.kind.name(), " `", reference.name.as_str(), "`"].concat();
    if let Some(namespace) = reference.namespace {
        out.push_str(" in namespace `");
        out.push_str(namespace);
        out.push('`');
    }
    let found = meant(linter, reference, from);
    if found.is_empty() {
        out.push_str(": not among the files.");
        // A field of a kind that nobody here knows may only be called like one.
        let is_guess = from.kind() == Kind::Foreign
            && matches!(reference.kind, Kind::Secret | Kind::ConfigMap | Kind::ServiceAccount);
        return (!is_guess).then_some(out);
    }
    for object in found.iter().take(LISTED) {
        out.push_str("\n\n");
        out.push_str(&place(*object));
        if let Some(source) = OciRepository::of(*object).filter(|_| object.kind() == Kind::OciRepository) {
            push_source(&mut out, &source);
        }
    }
    if found.len() > LISTED {
        out.push_str("\n\nand ");
        out.push_str(&(found.len() - LISTED).to_string());
        out.push_str(" more");
    }
    Some(out)
}

/// The file of an object; what it is where that is not the kind that was asked for.
pub(super) fn place(object: Object<'_>) -> String {
    let path = ["`", object.file.path.as_str(), "`"].concat();
    match object.kind() {
        Kind::SecretMaker | Kind::Kustomize => ["made by ", object.kind_name(), " in ", &path].concat(),
        _ => path,
    }
}

/// Where the artifact comes from, and which it is.
fn push_source(out: &mut String, source: &OciRepository<'_>) {
    let Some(url) = &source.url else { return };
    let reference = &source.reference;
    out.push_str(": ");
    out.push_str(url.as_str());
    let decides = [("digest", &reference.digest), ("semver", &reference.semver), ("tag", &reference.tag)];
    if let Some((name, Some(text))) = decides.iter().find(|(_, text)| text.is_some()) {
        for part in [", ", name, " `", text.as_str(), "`"] {
            out.push_str(part);
        }
    }
}
