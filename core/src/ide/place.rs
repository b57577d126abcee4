//! What stands at an offset of a file, as far as its tree was read.

use crate::model::{File, Object};
use crate::text::Span;
use crate::yaml::{Kind as NodeKind, Node};

/// Which part of an entry an offset touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Key,
    Value,
}

/// A field of an object, or an item of a list in it, that an offset touches.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) object: Object<'a>,
    /// From the object's root: `spec.verify.matchOIDCIdentity[].issuer`.
    pub(super) route: String,
    /// `None` for an item of a list.
    pub(super) key: Option<Node<'a>>,
    pub(super) value: Node<'a>,
    /// The mapping or list that holds it.
    pub(super) parent: Node<'a>,
    pub(super) part: Part,
}

impl<'a> Place<'a> {
    /// What an offset of a file touches. A place just behind a word touches it.
    pub(super) fn at(file: &'a File, offset: usize) -> Option<Self> {
        let object = object_at(file, offset)?;
        let mut at = Self {
            object,
            route: String::new(),
            key: None,
            value: object.node()?,
            parent: object.node()?,
            part: Part::Value,
        };
        loop {
            let here = at.value;
            if here.is_alias() {
                return Some(at);
            }
            at = match here.kind() {
                NodeKind::Scalar => return Some(at),
                NodeKind::Mapping => {
                    let entry = here
                        .entries()
                        .find(|entry| touches(entry.key.span(), offset) || touches(entry.value.span(), offset))?;
                    let part = if touches(entry.key.span(), offset) { Part::Key } else { Part::Value };
                    let mut route = at.route;
                    if !route.is_empty() {
                        route.push('.');
                    }
                    route.push_str(entry.key.text());
                    let place = Self { route, key: Some(entry.key), value: entry.value, parent: here, part, object };
                    if part == Part::Key {
                        return Some(place);
                    }
                    place
                }
                NodeKind::Sequence => {
                    let item = here.items().find(|item| touches(item.span(), offset))?;
                    let mut route = at.route;
                    route.push_str("[]");
                    Self { route, key: None, value: item, parent: here, part: Part::Value, object }
                }
            };
        }
    }

    /// What is to be marked: the key, or the value.
    pub(super) fn span(&self) -> Span {
        match (self.part, self.key) {
            (Part::Key, Some(key)) => key.span(),
            _ => self.value.span(),
        }
    }
}

fn touches(span: Span, offset: usize) -> bool {
    span.start() <= offset && offset <= span.end()
}

/// The innermost object around an offset, those of foreign kinds included.
pub(super) fn object_at(file: &File, offset: usize) -> Option<Object<'_>> {
    let entries = file.objects.iter().chain(&file.foreign);
    let around = entries.filter_map(|entry| {
        let object = Object { file, entry: *entry };
        let span = object.node()?.span();
        touches(span, offset).then_some((span.len(), object))
    });
    around.min_by_key(|(len, _)| *len).map(|(_, object)| object)
}
