//! Which reference an `OCIRepository` means, and why each other tag lost.
//!
//! source-controller 1.9 `getArtifactRef` and `getTagBySemver`, with fluxcd/pkg/version and
//! Masterminds/semver under them.

mod selection;

use serde::Serialize;

use crate::model::CHART_MEDIA_TYPE;

pub use selection::{Outcome, Reason, Rejected, SelectError, select, select_by_semver};

/// The tag that the controller takes where `spec.ref` names nothing.
pub const DEFAULT_TAG: &str = "latest";

/// The fields of an `OCIRepository` that decide on its reference. Empty is unset, as in Go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spec<'a> {
    /// `spec.ref.digest`
    pub digest: &'a str,
    /// `spec.ref.semver`
    pub semver: &'a str,
    /// `spec.ref.semverFilter`
    pub semver_filter: &'a str,
    /// `spec.ref.tag`
    pub tag: &'a str,
    /// `spec.layerSelector.mediaType`
    pub layer_media_type: &'a str,
}

impl Spec<'_> {
    /// The field that decides: digest before semver before tag, and none of them means `latest`.
    /// The others are ignored without a word.
    pub fn by(&self) -> By {
        if !self.digest.is_empty() {
            By::Digest
        } else if !self.semver.is_empty() {
            By::Semver
        } else if !self.tag.is_empty() {
            By::Tag
        } else {
            By::Default
        }
    }

    /// Whether the tags of the repository are needed to decide.
    pub fn needs_tags(&self) -> bool {
        self.by() == By::Semver
    }

    /// Whether tags are read as those of a Helm chart, `_` standing for `+`.
    pub fn is_helm_chart(&self) -> bool {
        self.layer_media_type == CHART_MEDIA_TYPE
    }
}

/// What decided on the reference. Serialises as in `resolve -o json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// `spec.ref.digest`
    Digest,
    /// `spec.ref.semver`
    Semver,
    /// `spec.ref.tag`
    Tag,
    /// Nothing: the tag `latest`.
    Default,
}

impl By {
    /// The word of `resolve -o json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Digest => "digest",
            Self::Semver => "semver",
            Self::Tag => "tag",
            Self::Default => "default",
        }
    }
}
