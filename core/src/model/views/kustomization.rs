use crate::yaml::Node;

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
        Some(Self {
            object,
            spec: spec.node,
            source_ref: spec.mapping("sourceRef").map(SourceRef::of),
            path: spec.set_text("path"),
            target_namespace: spec.set_text("targetNamespace"),
            patches: spec.items("patches").filter(|patch| patch.is_mapping()).collect(),
            components: spec.items("components").filter_map(|item| Text::of(object.file, item)).collect(),
            post_build: spec.mapping("postBuild").map(|post_build| post_build.node),
        })
    }

    /// `path` as folders from the artifact's root: `""` for the root itself, no leading `./`, no
    /// trailing slash.
    pub fn folder(&self) -> &str {
        let path = self.path.as_ref().map_or("", |path| path.as_str());
        let path = path.strip_prefix("./").unwrap_or(path).trim_start_matches('/');
        if path == "." { "" } else { path.trim_end_matches('/') }
    }
}
