//! The source that a consumer names.

use crate::context::Context;
use crate::model::{Kind, Object, SourceRef, Text};

/// A reference to a source whose kind and name are known.
pub(in crate::rules) struct Reference<'c, 'a> {
    /// The mapping.
    pub(in crate::rules) node: &'c SourceRef<'a>,
    /// Its key.
    pub(in crate::rules) field: &'static str,
    /// `kind`.
    pub(in crate::rules) kind: Kind,
    /// `name`.
    pub(in crate::rules) name: &'c Text<'a>,
}

impl<'c, 'a> Reference<'c, 'a> {
    /// The reference of a HelmRelease or a Flux Kustomization.
    pub(in crate::rules) fn of(ctx: &Context<'c, 'a>) -> Option<Self> {
        let (node, field) = match (ctx.helm_release(), ctx.kustomization()) {
            (Some(release), _) => {
                (release.source_ref()?, if release.chart_ref.is_some() { "chartRef" } else { "sourceRef" })
            }
            (_, Some(kustomization)) => (kustomization.source_ref.as_ref()?, "sourceRef"),
            _ => return None,
        };
        let name = node.name.as_ref().filter(|name| name.known_non_empty().is_some())?;
        Some(Self { node, field, kind: node.source_kind()?, name })
    }

    /// The namespace that is written for the source: in the reference, else the consumer's own.
    pub(in crate::rules) fn namespace(&self, consumer: Object<'a>) -> Option<&str> {
        match &self.node.namespace {
            Some(namespace) => namespace.known(),
            None => consumer.namespace(),
        }
    }
}

/// How a message lists names: `"a"`, `"a" and "b"`, `"a", "b" and 3 more`.
pub(in crate::rules) fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("\"{one}\""),
        [one, two] => format!("\"{one}\" and \"{two}\""),
        [one, two, rest @ ..] => format!("\"{one}\", \"{two}\" and {} more", rest.len()),
    }
}
