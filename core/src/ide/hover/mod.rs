//! What the thing under the pointer means.

mod field;
mod reference;
mod source;
mod verification;

pub(super) use field::{markdown as field_markdown, type_words};

use crate::lint::Linter;
use crate::model::{File, Kind, Kinds, OciRepository};
use crate::text::Span;
use crate::yaml::Kind as NodeKind;

use super::cursor::{Cursor, Slot};
use super::fields;
use super::links;
use super::place::{Part, Place};

/// What is said of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub span: Span,
    /// Markdown.
    pub markdown: String,
}

/// What is said of the field or value at `offset`. What a rule finds there is not repeated.
pub fn hover<'a>(linter: &Linter<'a>, file: &'a File, offset: usize) -> Option<Hover> {
    let Some(place) = Place::at(file, offset) else { return unread(file, offset) };
    let markdown = match place.part {
        Part::Key => of_key(&place),
        Part::Value if place.value.kind() == NodeKind::Scalar => of_value(linter, &place),
        Part::Value => None,
    };
    Some(Hover { span: place.span(), markdown: markdown? })
}

/// A field of a document that was not read so far: its place is told by its indentation.
fn unread(file: &File, offset: usize) -> Option<Hover> {
    let cursor = Cursor::at(file, offset).filter(|cursor| Kinds::FLUX.has(cursor.kind))?;
    let word = cursor.word.filter(|word| !word.is_empty())?;
    let key = match cursor.slot {
        Slot::Key { .. } => word.of(file.parsed_text()),
        Slot::Value { key } => key,
    };
    let route = cursor.route_of(key);
    Some(Hover { span: word, markdown: field::markdown(cursor.kind, &route)? })
}

fn of_key(place: &Place<'_>) -> Option<String> {
    let mut out = field::markdown(place.object.kind(), &place.route)?;
    if place.route == "spec.verify"
        && let Some(words) = oci(place).as_ref().and_then(verification::words)
    {
        out.push_str("\n\n");
        out.push_str(&words);
    }
    Some(out)
}

fn of_value<'a>(linter: &Linter<'a>, place: &Place<'a>) -> Option<String> {
    let kind = place.object.kind();
    if let Some(reference) = links::reference_at(place).filter(|found| found.name.node.id() == place.value.id()) {
        return reference::words(linter, &reference, place.object);
    }
    // Of other objects no more is known than whom they name.
    if !Kinds::FLUX_GROUPS.has(kind) {
        return None;
    }
    source::api_version(place)
        .or_else(|| source::duration(place))
        .or_else(|| source::other_range(place))
        .or_else(|| {
            let oci = oci(place)?;
            match place.route.as_str() {
                "spec.url" => source::url(linter, &oci),
                "spec.ref.semver" => source::semver(&oci),
                "spec.ref.semverFilter" => source::filter(&oci),
                "spec.ref.digest" => source::digest(&oci),
                "spec.ref.tag" => source::tag(&oci),
                "spec.verify.provider" => verification::words(&oci),
                _ => None,
            }
        })
        .or_else(|| {
            let words = fields::value(kind, &place.route, place.value.text())?;
            Some(field::with_release(words, fields::since(kind, &place.route, Some(place.value.text()))))
        })
        .or_else(|| field::markdown(kind, place.route.strip_suffix("[]").unwrap_or(&place.route)))
}

fn oci<'a>(place: &Place<'a>) -> Option<OciRepository<'a>> {
    // The view of a document that was read in part is none: what is missing may stand behind.
    (place.object.kind() == Kind::OciRepository).then(|| OciRepository::of(place.object))?
}
