//! Media types of layers.

use crate::model::CHART_MEDIA_TYPE;

/// The layer that `flux push artifact` writes.
pub(in crate::rules) const FLUX_CONTENT: &str = "application/vnd.cncf.flux.content.v1.tar+gzip";

/// Types that layers have: Helm's, Flux's, those of images, and those of other tools that push
/// what Flux consumes.
const LAYERS: &[&str] = &[
    CHART_MEDIA_TYPE,
    FLUX_CONTENT,
    "application/vnd.oci.image.layer.v1.tar+gzip",
    "application/vnd.oci.image.layer.v1.tar+zstd",
    "application/vnd.oci.image.layer.v1.tar",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
    "application/vnd.docker.image.rootfs.diff.tar.gzip",
    "application/vnd.docker.image.rootfs.diff.tar",
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
    "application/vnd.timoni.content.v1.tar+gzip",
    "application/vnd.acme.rocket.docs.layer.v1+tar",
    "application/vnd.cncf.kyverno.policy.layer.v1+yaml",
    "application/vnd.cncf.openpolicyagent.manifest.layer.v1+json",
    "application/vnd.cncf.openpolicyagent.policy.layer.v1+rego",
    "application/vnd.module.wasm.content.layer.v1+wasm",
    "application/vnd.oci.empty.v1+json",
    "application/gzip",
    "application/x-gzip",
    "application/tar+gzip",
    "application/x-tar",
    "application/octet-stream",
    "application/wasm",
    "application/yaml",
    "application/x-yaml",
    "application/json",
    "text/plain",
    "text/yaml",
    "text/x-yaml",
];

/// What is in an artifact beside its layers, or is no archive, each with the layer that is likely
/// meant.
const NO_CONTENT: &[(&str, &str, NoContent)] = &[
    ("application/vnd.cncf.helm.config.v1+json", CHART_MEDIA_TYPE, NoContent::Config),
    ("application/vnd.cncf.helm.chart.provenance.v1.prov", CHART_MEDIA_TYPE, NoContent::Provenance),
    ("application/vnd.cncf.flux.config.v1+json", FLUX_CONTENT, NoContent::Config),
    ("application/vnd.oci.image.config.v1+json", "application/vnd.oci.image.layer.v1.tar+gzip", NoContent::Config),
    (
        "application/vnd.docker.container.image.v1+json",
        "application/vnd.docker.image.rootfs.diff.tar.gzip",
        NoContent::Config,
    ),
];

/// Why a media type is not that of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum NoContent {
    /// It is the artifact's configuration, which is no layer.
    Config,
    /// It is the signature that `helm package --sign` writes.
    Provenance,
}

/// Is it a type that layers have?
pub(in crate::rules) fn is_layer(media_type: &str) -> bool {
    LAYERS.contains(&media_type)
}

/// For a type that holds no content: why, and the layer that is likely meant.
pub(in crate::rules) fn no_content(media_type: &str) -> Option<(NoContent, &'static str)> {
    NO_CONTENT.iter().find(|(name, ..)| *name == media_type).map(|(_, layer, why)| (*why, *layer))
}

/// Trees of names that belong to a tool whose types are all known here.
const CLOSED: &[&str] = &[
    "application/vnd.cncf.helm.",
    "application/vnd.cncf.flux.",
    "application/vnd.oci.image.",
    "application/vnd.docker.",
];

/// How many characters may differ, in one place, for a name to be taken for a slip of the pen.
const SLIP: usize = 6;

/// The layer type that is likely meant by a name that is none; for one that comes nearest to what
/// holds no content, the layer beside that. Types of other vendors are theirs to name, however near
/// they come.
pub(in crate::rules) fn meant(media_type: &str) -> Option<&'static str> {
    let lower = media_type.trim().to_ascii_lowercase();
    let lower = if lower.contains('/') { lower } else { format!("application/{lower}") };
    let is_closed = |name: &str| CLOSED.iter().any(|tree| name.starts_with(tree));
    let names = LAYERS.iter().copied().chain(NO_CONTENT.iter().map(|(name, ..)| *name));
    let nearest = names.filter(|name| is_closed(name)).min_by_key(|name| difference(&lower, name))?;
    let allowed = if is_closed(&lower) { 2 * SLIP } else { SLIP };
    (difference(&lower, nearest) <= allowed).then(|| no_content(nearest).map_or(nearest, |(_, layer)| layer))
}

/// How much is left of the longer text once what both begin and end with is taken off.
fn difference(a: &str, b: &str) -> usize {
    let shorter = a.len().min(b.len());
    let start = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let end = a.bytes().rev().zip(b.bytes().rev()).take_while(|(a, b)| a == b).count().min(shorter - start);
    a.len().max(b.len()) - start - end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_the_names_of_others() {
        for (written, wanted) in [
            ("application/vnd.cncf.helm.chart.content.v1.tar.gzip", Some(CHART_MEDIA_TYPE)),
            ("application/vnd.cncf.helm.chart.content.v1+tar.gz", Some(CHART_MEDIA_TYPE)),
            ("application/vnd.cncf.helm.chart.v1.tar+gzip", Some(CHART_MEDIA_TYPE)),
            ("vnd.cncf.helm.chart.content.v1.tar+gzip", Some(CHART_MEDIA_TYPE)),
            ("Application/vnd.cncf.helm.chart.content.v1.tar+gzip", Some(CHART_MEDIA_TYPE)),
            ("application/vnd.cncf.fluxcd.content.v1.tar+gzip", Some(FLUX_CONTENT)),
            ("application/vnd.cncf.helm.config.v1.json", Some(CHART_MEDIA_TYPE)),
            ("application/vnd.cncf.flux.config.v1", Some(FLUX_CONTENT)),
            ("application/vnd.acme.content.v1.tar+gzip", None),
            ("application/vnd.example.app", None),
        ] {
            assert!(!is_layer(written));
            assert_eq!(meant(written), wanted, "{written}");
        }
    }
}
