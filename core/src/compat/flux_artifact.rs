//! Configuration and manifest of an artifact, as fluxcd/pkg/oci 0.68 (`Client.Push`, with go-containerregistry
//! 0.21) and Helm 3.19 (pkg/registry `Push`) write them: byte for byte, so that equal content has an equal digest.

use std::collections::BTreeMap;

use serde::Serialize;

use super::go::json::escape_for_html;

/// The media type of the manifest.
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// The time that `flux push artifact --reproducible` writes.
pub const REPRODUCIBLE_TIME: &str = "1970-01-01T00:00:00Z";

/// What an artifact says it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaTypes {
    /// Of the configuration.
    pub config: &'static str,
    /// Of the layer.
    pub layer: &'static str,
}

impl MediaTypes {
    /// `CanonicalConfigMediaType` and `CanonicalContentMediaType`.
    pub const FLUX: Self = Self {
        config: "application/vnd.cncf.flux.config.v1+json",
        layer: "application/vnd.cncf.flux.content.v1.tar+gzip",
    };
    /// Those of an image, for registries that take nothing else. The controller takes the first layer, whatever it
    /// is.
    pub const IMAGE: Self = Self {
        config: "application/vnd.oci.image.config.v1+json",
        layer: "application/vnd.oci.image.layer.v1.tar+gzip",
    };
    /// `ConfigMediaType` and `ChartLayerMediaType`.
    pub const HELM_CHART: Self = Self {
        config: "application/vnd.cncf.helm.config.v1+json",
        layer: "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
    };
}

/// What a manifest points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blob<'a> {
    /// Its digest.
    pub digest: &'a str,
    /// Its size in bytes.
    pub size: u64,
}

/// The configuration of an artifact of Flux: that of an image of one layer, for nothing in particular. `created` is a
/// time in RFC 3339, `diff_id` the digest of the layer's tar stream.
pub fn config(created: &str, diff_id: &str) -> String {
    #[derive(Serialize)]
    struct Config<'a> {
        architecture: &'a str,
        created: &'a str,
        history: [History; 1],
        os: &'a str,
        rootfs: RootFs<'a>,
        config: Empty,
    }
    #[derive(Serialize)]
    struct History {
        created: &'static str,
    }
    #[derive(Serialize)]
    struct RootFs<'a> {
        #[serde(rename = "type")]
        kind: &'static str,
        diff_ids: [&'a str; 1],
    }
    #[derive(Serialize)]
    struct Empty {}
    json(&Config {
        architecture: "",
        created,
        history: [History { created: "0001-01-01T00:00:00Z" }],
        os: "",
        rootfs: RootFs { kind: "layers", diff_ids: [diff_id] },
        config: Empty {},
    })
}

/// The manifest of an artifact of one layer, as go-containerregistry writes it.
pub fn manifest(
    types: MediaTypes,
    config: Blob<'_>,
    layer: Blob<'_>,
    annotations: &BTreeMap<String, String>,
) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Descriptor<'a> {
        media_type: &'a str,
        size: u64,
        digest: &'a str,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Manifest<'a> {
        schema_version: u32,
        media_type: &'a str,
        config: Descriptor<'a>,
        layers: [Descriptor<'a>; 1],
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        annotations: &'a BTreeMap<String, String>,
    }
    fn descriptor<'a>(media_type: &'a str, blob: Blob<'a>) -> Descriptor<'a> {
        Descriptor { media_type, size: blob.size, digest: blob.digest }
    }
    json(&Manifest {
        schema_version: 2,
        media_type: MANIFEST,
        config: descriptor(types.config, config),
        layers: [descriptor(types.layer, layer)],
        annotations,
    })
}

/// The manifest of a chart, as Helm writes it: without a media type of its own, the digest before the size.
pub fn chart_manifest(config: Blob<'_>, layer: Blob<'_>, annotations: &BTreeMap<String, String>) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Descriptor<'a> {
        media_type: &'a str,
        digest: &'a str,
        size: u64,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Manifest<'a> {
        schema_version: u32,
        config: Descriptor<'a>,
        layers: [Descriptor<'a>; 1],
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        annotations: &'a BTreeMap<String, String>,
    }
    fn descriptor<'a>(media_type: &'a str, blob: Blob<'a>) -> Descriptor<'a> {
        Descriptor { media_type, digest: blob.digest, size: blob.size }
    }
    json(&Manifest {
        schema_version: 2,
        config: descriptor(MediaTypes::HELM_CHART.config, config),
        layers: [descriptor(MediaTypes::HELM_CHART.layer, layer)],
        annotations,
    })
}

/// As Go encodes it. Texts and numbers always can be.
fn json(value: &impl Serialize) -> String {
    escape_for_html(&serde_json::to_string(value).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both were pushed by fluxcd/pkg/oci 0.68.0.
    #[test]
    fn what_flux_pushes() {
        let diff_id = "sha256:57590460f2daabce7db6aececaca9421333ef74f7d578d2e7e30885b01b3d3df";
        let config = config("2026-11-24T11:27:47Z", diff_id);
        assert_eq!(
            config,
            r#"{"architecture":"","created":"2026-11-24T11:27:47Z","history":[{"created":"0001-01-01T00:00:00Z"}],"os":"","rootfs":{"type":"layers","diff_ids":["sha256:57590460f2daabce7db6aececaca9421333ef74f7d578d2e7e30885b01b3d3df"]},"config":{}}"#
        );
        let annotation = |name: &str, value: &str| (format!("org.opencontainers.image.{name}"), value.to_owned());
        let annotations = BTreeMap::from([
            annotation("source", "https://example.com/a"),
            annotation("created", "2026-11-24T11:27:47Z"),
            annotation("revision", "main@sha1:b3b00fe35424a45d373bf4c7214178bc36fd7872"),
        ]);
        let config = Blob {
            digest: "sha256:27b06c3c5c287908b931428314e4fbebf9ccbd73804db5c32929e7934a115376",
            size: config.len() as u64,
        };
        let layer =
            Blob { digest: "sha256:2ab1cb01ccacc9f8311e25165b67f851f11c61ea13664803f25b3031fa40c628", size: 164 };
        assert_eq!(
            manifest(MediaTypes::FLUX, config, layer, &annotations),
            r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.cncf.flux.config.v1+json","size":233,"digest":"sha256:27b06c3c5c287908b931428314e4fbebf9ccbd73804db5c32929e7934a115376"},"layers":[{"mediaType":"application/vnd.cncf.flux.content.v1.tar+gzip","size":164,"digest":"sha256:2ab1cb01ccacc9f8311e25165b67f851f11c61ea13664803f25b3031fa40c628"}],"annotations":{"org.opencontainers.image.created":"2026-11-24T11:27:47Z","org.opencontainers.image.revision":"main@sha1:b3b00fe35424a45d373bf4c7214178bc36fd7872","org.opencontainers.image.source":"https://example.com/a"}}"#
        );
    }

    /// It was pushed by Helm 3.19.0 (`PushOptCreationTime` with this time).
    #[test]
    fn what_helm_pushes() {
        let annotation = |name: &str, value: &str| (format!("org.opencontainers.image.{name}"), value.to_owned());
        let annotations = BTreeMap::from([
            annotation("authors", "A (a@b.c)"),
            annotation("created", REPRODUCIBLE_TIME),
            annotation("description", "An app <x>"),
            annotation("title", "app"),
            annotation("version", "1.2.3+build.1"),
        ]);
        let config =
            Blob { digest: "sha256:429fde6448e77e8df9b6cead69c63ec1f2240562ba6261be48ddc39290b5d6c3", size: 140 };
        let layer =
            Blob { digest: "sha256:3db87bf913b4808721e28ff6927ee05ff09720ad4d5c136b20a74097c59fea0a", size: 278 };
        assert_eq!(
            chart_manifest(config, layer, &annotations),
            r#"{"schemaVersion":2,"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"sha256:429fde6448e77e8df9b6cead69c63ec1f2240562ba6261be48ddc39290b5d6c3","size":140},"layers":[{"mediaType":"application/vnd.cncf.helm.chart.content.v1.tar+gzip","digest":"sha256:3db87bf913b4808721e28ff6927ee05ff09720ad4d5c136b20a74097c59fea0a","size":278}],"annotations":{"org.opencontainers.image.authors":"A (a@b.c)","org.opencontainers.image.created":"1970-01-01T00:00:00Z","org.opencontainers.image.description":"An app \u003cx\u003e","org.opencontainers.image.title":"app","org.opencontainers.image.version":"1.2.3+build.1"}}"#
        );
    }

    #[test]
    fn what_could_end_a_script_is_escaped() {
        let annotations = BTreeMap::from([("a".to_owned(), "<&>".to_owned())]);
        let blob = Blob { digest: "sha256:0", size: 0 };
        assert!(chart_manifest(blob, blob, &annotations).ends_with(r#","annotations":{"a":"\u003c\u0026\u003e"}}"#));
    }
}
