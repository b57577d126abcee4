//! What an artifact is, told from its manifest.

use crate::compat::manifest::Manifest;
use crate::model::CHART_MEDIA_TYPE;
use crate::rules::support::media_type::FLUX_CONTENT;

/// What an artifact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Artifact {
    Chart,
    Flux,
    Image,
    Signature,
    Other,
}

impl Artifact {
    pub(super) fn of(manifest: &Manifest) -> Self {
        let config = manifest.config.media_type.as_str();
        let has_layer = |wanted: &str| manifest.layers.iter().any(|layer| layer.media_type == wanted);
        let layers = || manifest.layers.iter().map(|layer| layer.media_type.as_str());
        if config == "application/vnd.cncf.helm.config.v1+json" || has_layer(CHART_MEDIA_TYPE) {
            return Self::Chart;
        }
        if config == "application/vnd.cncf.flux.config.v1+json" || has_layer(FLUX_CONTENT) {
            return Self::Flux;
        }
        let is_signature = |media_type: &str| {
            media_type.starts_with("application/vnd.dev.cosign.")
                || media_type.starts_with("application/vnd.dev.sigstore.")
                || media_type.starts_with("application/vnd.cncf.notary.")
        };
        let of_artifact = [manifest.artifact_type.as_str(), config].into_iter().any(is_signature);
        if of_artifact || layers().any(is_signature) {
            return Self::Signature;
        }
        let is_image = |media_type: &str| {
            media_type.starts_with("application/vnd.oci.image.layer.")
                || media_type.starts_with("application/vnd.docker.image.")
        };
        let is_image_config =
            ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"]
                .contains(&config);
        if is_image_config && layers().all(is_image) && manifest.artifact_type.is_empty() {
            return Self::Image;
        }
        Self::Other
    }

    /// For a reader: "a Helm chart".
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Chart => "a Helm chart",
            Self::Flux => "a Flux artifact",
            Self::Image => "a container image",
            Self::Signature => "a signature",
            Self::Other => "an artifact of another kind",
        }
    }
}
