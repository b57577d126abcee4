use crate::yaml::Node;

use crate::collections::Gather;

use super::super::{Object, Text};
use super::{Fields, SourceRef};

/// `spec` of a Flux Kustomization.
#[derive(Debug, Clone)]
pub struct Kustomization<'a> {
    /// The object.
    pub object: Object<'a>,
    /// The mapping under `spec`.
    pub spec: Node<'a>,
    /// `sourceRef`
    pub source_ref: Option<SourceRef<'a>>,
    /// `path`; empty counts as unset.
    pub path: Option<Text<'a>>,
    /// `targetNamespace`; empty counts as unset.
    pub target_namespace: Option<Text<'a>>,
    /// `patches`
    pub patches: Vec<Node<'a>>,
    /// `components`
    pub components: Vec<Text<'a>>,
    /// `postBuild`
    pub post_build: Option<Node<'a>>,
}

impl<'a> Kustomization<'a> {
    /// The view of a Kustomization; `None` where `spec` is no mapping.
    pub fn of(object: Object<'a>) -> Option<Self> {
        let spec = Fields::spec(object)?;
        let mut out = Self {
            object,
            spec: spec.node,
            source_ref: None,
            path: None,
            target_namespace: None,
            patches: Vec::new(),
            components: Vec::new(),
            post_build: None,
        };
        spec.visit(|name, value| match name {
            "sourceRef" => out.source_ref = value.mapping().map(SourceRef::of),
            "path" => out.path = value.set_text(),
            "targetNamespace" => out.target_namespace = value.set_text(),
            "patches" => out.patches = value.node.items().filter(|patch| patch.is_mapping()).gather(),
            "components" => {
                out.components = value.node.items().filter_map(|item| Text::of(object.file, item)).gather();
            }
            "postBuild" => out.post_build = value.mapping().map(|post_build| post_build.node),
            _ => {}
        });
        Some(out)
    }

    /// `path` as folders from the artifact's root: `""` for the root itself, no leading `./`, no
    /// trailing slash.
    pub fn folder(&self) -> &str {
        let path = self.path.as_ref().map_or("", |path| path.as_str());
        let path = path.strip_prefix("./").unwrap_or(path).trim_start_matches('/');
        if path == "." { "" } else { path.trim_end_matches('/') }
    }
}
