//! What a manifest describes: its layers, what kind of artifact they make, and what its annotations say.
//!
//! Read leniently, for showing: what is missing or of another type is left out. What the controller refuses is
//! `doctor`'s to say.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::compat::digest::Digest;

/// The annotation that says when an artifact was made (RFC 3339).
pub const CREATED: &str = "org.opencontainers.image.created";
/// The annotation that says where it was made from.
pub const SOURCE: &str = "org.opencontainers.image.source";
/// The annotation that says from which revision of that.
pub const REVISION: &str = "org.opencontainers.image.revision";

/// A manifest or an index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Artifact {
    /// What the manifest says it is; the registry's word where it says nothing.
    #[serde(deserialize_with = "text")]
    pub media_type: String,
    /// What an artifact without a telling config says it is.
    #[serde(deserialize_with = "text")]
    pub artifact_type: String,
    /// The config, which an index has none of.
    #[serde(deserialize_with = "lenient")]
    pub config: Option<Descriptor>,
    /// The layers, in order.
    #[serde(deserialize_with = "lenient")]
    pub layers: Vec<Descriptor>,
    /// The manifests of an index, in order.
    #[serde(deserialize_with = "lenient")]
    pub manifests: Vec<Descriptor>,
    /// Of the manifest itself.
    #[serde(deserialize_with = "lenient")]
    pub annotations: BTreeMap<String, String>,
    /// What the artifact is about: a signature has one.
    #[serde(deserialize_with = "lenient")]
    pub subject: Option<Descriptor>,
}

/// A pointer to content.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Descriptor {
    /// What the content is.
    #[serde(deserialize_with = "text")]
    pub media_type: String,
    /// Its digest, as it is written.
    #[serde(deserialize_with = "text")]
    pub digest: String,
    /// Its size in bytes.
    #[serde(deserialize_with = "lenient")]
    pub size: u64,
    /// Of an entry of an index: what the artifact says it is.
    #[serde(deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub artifact_type: String,
    /// Of the descriptor.
    #[serde(deserialize_with = "lenient", skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Of an entry of an index: what it runs on.
    #[serde(deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
}

/// What an image of an index runs on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Platform {
    /// Such as `linux`.
    #[serde(deserialize_with = "text")]
    pub os: String,
    /// Such as `amd64`.
    #[serde(deserialize_with = "text")]
    pub architecture: String,
    /// Such as `v8`.
    #[serde(deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub variant: String,
}

impl Descriptor {
    /// The digest, where it is one.
    pub fn valid_digest(&self) -> Option<Digest> {
        Digest::parse(&self.digest).ok()
    }
}

/// A field of another type counts as missing.
fn lenient<'de, D: Deserializer<'de>, T: Default + for<'v> Deserialize<'v>>(input: D) -> Result<T, D::Error> {
    Ok(T::deserialize(Value::deserialize(input)?).unwrap_or_default())
}

fn text<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    lenient(input)
}

/// What an artifact is, by its media types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Manifests as Flux pushes them.
    Flux,
    /// A Helm chart.
    HelmChart,
    /// A container image.
    Image,
    /// Several manifests, of which one is chosen by platform.
    Index,
    /// A cosign signature (`sha256-….sig`).
    CosignSignature,
    /// A Sigstore bundle: a signature or an attestation.
    SigstoreBundle,
    /// A Notary Project signature.
    NotationSignature,
    /// Anything else.
    Other,
}

impl Kind {
    /// For people and for JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flux => "flux",
            Self::HelmChart => "helm-chart",
            Self::Image => "image",
            Self::Index => "index",
            Self::CosignSignature => "cosign-signature",
            Self::SigstoreBundle => "sigstore-bundle",
            Self::NotationSignature => "notation-signature",
            Self::Other => "other",
        }
    }

    /// What media types alone say of an artifact: those of its config and of what it says it is.
    pub fn of_types(config: &str, artifact_type: &str) -> Self {
        for media_type in [artifact_type, config] {
            match media_type {
                "application/vnd.cncf.flux.config.v1+json" => return Self::Flux,
                "application/vnd.cncf.helm.config.v1+json" => return Self::HelmChart,
                "application/vnd.cncf.notary.signature" => return Self::NotationSignature,
                _ if media_type.starts_with("application/vnd.dev.sigstore.bundle") => return Self::SigstoreBundle,
                _ => {}
            }
        }
        Self::Other
    }
}

impl Artifact {
    /// Reads a manifest. `content_type` is what the registry says that it is.
    ///
    /// # Errors
    ///
    /// Bytes that are no JSON object, in words.
    pub fn parse(bytes: &[u8], content_type: &str) -> Result<Self, String> {
        let mut out: Self =
            serde_json::from_slice(bytes).map_err(|error| format!("the manifest is no JSON object: {error}"))?;
        if out.media_type.is_empty() {
            content_type.clone_into(&mut out.media_type);
        }
        Ok(out)
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        if self.media_type.ends_with("index.v1+json") || self.media_type.ends_with("manifest.list.v2+json") {
            return Kind::Index;
        }
        let config = self.config.as_ref().map_or("", |config| config.media_type.as_str());
        let by_types = Kind::of_types(config, &self.artifact_type);
        let has_layer = |media_type: &str| self.layers.iter().any(|layer| layer.media_type == media_type);
        match by_types {
            Kind::Other if has_layer("application/vnd.dev.cosign.simplesigning.v1+json") => Kind::CosignSignature,
            Kind::Other if has_layer("application/vnd.cncf.helm.chart.content.v1.tar+gzip") => Kind::HelmChart,
            Kind::Other if has_layer("application/vnd.cncf.flux.content.v1.tar+gzip") => Kind::Flux,
            Kind::Other if config.contains("image.config") || config.contains("container.image") => Kind::Image,
            kind => kind,
        }
    }

    /// How much its layers and its config, or its manifests, take, in bytes.
    pub fn size(&self) -> u64 {
        let all = self.config.iter().chain(&self.layers).chain(&self.manifests);
        all.fold(0, |sum, descriptor| sum.saturating_add(descriptor.size))
    }

    /// An annotation; nothing where it is not there or empty.
    pub fn annotation(&self, name: &str) -> Option<&str> {
        self.annotations.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// What a layer holds, by its media type, in words; nothing for what is not known.
pub fn layer_words(media_type: &str) -> &'static str {
    match media_type {
        "application/vnd.cncf.flux.content.v1.tar+gzip" => "Flux manifests",
        "application/vnd.cncf.helm.chart.content.v1.tar+gzip" => "Helm chart",
        "application/vnd.cncf.helm.chart.provenance.v1.prov" => "Helm provenance",
        "application/vnd.dev.cosign.simplesigning.v1+json" => "cosign signature",
        "application/jose+json" => "Notary Project signature (JWS)",
        "application/cose" => "Notary Project signature (COSE)",
        "application/vnd.oci.empty.v1+json" => "nothing",
        _ if media_type.starts_with("application/vnd.dev.sigstore.bundle") => "Sigstore bundle",
        _ if media_type.ends_with("tar+gzip") || media_type.ends_with("tar.gzip") => "archive (gzip)",
        _ if media_type.ends_with("tar+zstd") => "archive (zstd)",
        _ if media_type.ends_with(".tar") || media_type.ends_with("+tar") => "archive",
        _ => "",
    }
}

/// Whether a tag was made for another artifact's sake, and not by a person: `sha256-<hex>` lists what refers to a
/// digest where the registry does not (OCI distribution 1.1, "referrers tag schema"); with `.sig`, `.att` or `.sbom`
/// behind it, it is cosign's.
pub fn is_generated_tag(tag: &str) -> bool {
    let Some(rest) = tag.strip_prefix("sha256-") else { return false };
    let (hex, suffix) = rest.split_at_checked(64).unwrap_or((rest, "?"));
    hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) && (suffix.is_empty() || suffix.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_another_type_counts_as_missing() {
        let text = br#"{"layers":[{"digest":1,"size":-1,"mediaType":"x"}],"annotations":{"a":1},"config":"x"}"#;
        let artifact = Artifact::parse(text, "application/vnd.oci.image.manifest.v1+json").expect("a manifest");
        assert_eq!(artifact.layers, [Descriptor { media_type: "x".to_owned(), ..Descriptor::default() }]);
        assert_eq!((artifact.annotations.len(), artifact.config.is_none()), (0, true));
        assert!(Artifact::parse(b"[", "").is_err());
    }

    #[test]
    fn tags_of_signatures_are_told_from_those_of_people() {
        let hex = "0f".repeat(32);
        for suffix in ["", ".sig", ".att", ".sbom"] {
            assert!(is_generated_tag(&format!("sha256-{hex}{suffix}")), "{suffix}");
        }
        for tag in [format!("sha256-{hex}x"), format!("sha256-{}", &hex[1..]), hex, "1.0.0".to_owned()] {
            assert!(!is_generated_tag(&tag), "{tag}");
        }
    }

    #[test]
    fn the_kind_is_told_from_the_media_types() {
        let kind = |text: &str| Artifact::parse(text.as_bytes(), "").expect("a manifest").kind();
        assert_eq!(kind(r#"{"config":{"mediaType":"application/vnd.cncf.flux.config.v1+json"}}"#), Kind::Flux);
        assert_eq!(kind(r#"{"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json"}}"#), Kind::HelmChart);
        assert_eq!(kind(r#"{"config":{"mediaType":"application/vnd.oci.image.config.v1+json"}}"#), Kind::Image);
        assert_eq!(kind(r#"{"mediaType":"application/vnd.oci.image.index.v1+json"}"#), Kind::Index);
        let bundle = r#"{"artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json"}"#;
        assert_eq!(kind(bundle), Kind::SigstoreBundle);
        assert_eq!(kind("{}"), Kind::Other);
    }
}
