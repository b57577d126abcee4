//! The objects' fields, typed. A view is made on demand and borrows from the file.
//!
//! A field is `None` where it is missing, null, or not of a shape that can be read; the schema's
//! findings say so elsewhere. Empty strings count as unset where the controller counts them so.

mod helm;
mod kustomization;
mod oci;
mod secret;

pub use helm::{Chart, HelmRelease, HelmRepository};
pub use kustomization::Kustomization;
pub use oci::{CHART_MEDIA_TYPE, Identity, LayerSelector, OciRepository, Reference, Verify};
pub use secret::{Secret, SecretValue, ServiceAccount, made_secrets};

use crate::yaml::{Node, Scalar, items_of};

use super::{Object, Text};

/// A reference to a source: `chartRef`, or a `sourceRef`.
#[derive(Debug, Clone)]
pub struct SourceRef<'a> {
    /// Its mapping.
    pub node: Node<'a>,
    /// `kind`.
    pub kind: Option<Text<'a>>,
    /// `name`.
    pub name: Option<Text<'a>>,
    /// `namespace`; empty counts as unset.
    pub namespace: Option<Text<'a>>,
}

impl<'a> SourceRef<'a> {
    fn of(fields: Fields<'a>) -> Self {
        let mut out = Self { node: fields.node, kind: None, name: None, namespace: None };
        fields.visit(|name, value| match name {
            "kind" => out.kind = value.text(),
            "name" => out.name = value.text(),
            "namespace" => out.namespace = value.set_text(),
            _ => {}
        });
        out
    }

    /// The kind of source it names, where that is known.
    pub fn source_kind(&self) -> Option<super::Kind> {
        super::Kind::source(self.kind.as_ref()?.known()?)
    }
}

/// A mapping of an object, to read typed fields from.
#[derive(Clone, Copy)]
struct Fields<'a> {
    object: Object<'a>,
    node: Node<'a>,
}

impl<'a> Fields<'a> {
    fn spec(object: Object<'a>) -> Option<Self> {
        Some(Self { object, node: object.spec().filter(|_| object.is_whole())? })
    }

    fn at(self, node: Node<'a>) -> Self {
        Self { node, ..self }
    }

    /// A scalar, variables replaced where their values are configured.
    fn text(self, key: &str) -> Option<Text<'a>> {
        Text::of(self.object.file, self.node.get(key)?)
    }

    /// A scalar, empty counted as unset.
    fn set_text(self, key: &str) -> Option<Text<'a>> {
        self.text(key).filter(|text| !text.is_empty())
    }

    /// Visits the fields in one pass, each with what it holds: several look-ups go through the mapping as often.
    fn visit(self, mut field: impl FnMut(&'a str, Value<'a>)) {
        self.node.visit_effective(|name, entry| field(name, Value { object: self.object, node: entry.value }));
    }

    /// A mapping below.
    fn mapping(self, key: &str) -> Option<Self> {
        let node = self.node.get(key)?;
        node.is_mapping().then(|| self.at(node))
    }

    /// The `name` of a reference such as `secretRef`.
    fn reference_name(self, key: &str) -> Option<Text<'a>> {
        self.mapping(key)?.text("name")
    }

    /// The items of a list below.
    fn items(self, key: &str) -> impl Iterator<Item = Node<'a>> + use<'a> {
        items_of(self.node.get(key))
    }

    /// A boolean that is true.
    fn is_true(self, key: &str) -> bool {
        self.node.get(key).is_some_and(|value| value.scalar() == Some(Scalar::Bool(true)))
    }
}

/// What a field holds.
#[derive(Clone, Copy)]
struct Value<'a> {
    object: Object<'a>,
    node: Node<'a>,
}

impl<'a> Value<'a> {
    /// A scalar, variables replaced where their values are configured.
    fn text(self) -> Option<Text<'a>> {
        Text::of(self.object.file, self.node)
    }

    /// A scalar, empty counted as unset.
    fn set_text(self) -> Option<Text<'a>> {
        self.text().filter(|text| !text.is_empty())
    }

    /// A mapping.
    fn mapping(self) -> Option<Fields<'a>> {
        self.node.is_mapping().then_some(Fields { object: self.object, node: self.node })
    }

    /// The `name` of a reference such as `secretRef`.
    fn reference_name(self) -> Option<Text<'a>> {
        self.mapping()?.text("name")
    }

    /// A boolean that is true.
    fn is_true(self) -> bool {
        self.node.scalar() == Some(Scalar::Bool(true))
    }
}
