//! What single values mean.

use crate::artifact;
use crate::compat::provider_host::Provider;
use crate::model::Kind;
use crate::provider::cloud;

/// The media types that layers of Flux artifacts and charts have, the most likely first.
pub(in crate::ide) const LAYERS: [&str; 3] = [
    crate::model::CHART_MEDIA_TYPE,
    "application/vnd.cncf.flux.content.v1.tar+gzip",
    "application/vnd.oci.image.layer.v1.tar+gzip",
];

/// The values of fields, by the field's name.
const ROWS: &[(&str, &str, &str)] = &[
    ("operation", "extract", "Unpacks the layer, a gzip-compressed tar."),
    ("operation", "copy", "Keeps the layer as it is: right for Helm charts."),
    ("type", "oci", "Charts in a registry. Flux only maintains it: an OCIRepository with `chartRef` takes its place."),
    ("type", "default", "An index over HTTP."),
    ("reconcileStrategy", "ChartVersion", "A new chart where its version changed."),
    ("reconcileStrategy", "Revision", "A new chart where the source changed."),
    ("kind", "OCIRepository", "An artifact in a registry."),
    ("kind", "GitRepository", "A Git repository."),
    ("kind", "Bucket", "Files of an S3-like storage."),
    ("kind", "HelmRepository", "A repository of Helm charts."),
    ("kind", "HelmChart", "A chart that is taken from another source."),
    ("kind", "ExternalArtifact", "An artifact that another controller makes."),
    ("kind", "HelmRelease", "A chart to be installed."),
    ("kind", "Kustomization", "Manifests to be applied."),
    ("substituteStrategy", "WithVariables", "Substitutes only where variables are given."),
    ("substituteStrategy", "Always", "Substitutes also where no variables are given."),
];

/// What a value of a field means; nothing where its name says it all.
pub(in crate::ide) fn value(kind: Kind, route: &str, value: &str) -> Option<String> {
    let (parent, name) = route.rsplit_once('.').unwrap_or(("", route));
    if name == "mediaType" {
        let words = artifact::layer_words(value);
        return (!words.is_empty()).then(|| ["Holds: ", words, "."].concat());
    }
    if name == "provider" && parent.ends_with("verify") {
        let words = match value {
            "cosign" => "Signatures of cosign: with keys where `secretRef` is given, else keyless.",
            "notation" => "Signatures of the Notary Project, judged by the trust policy of `secretRef`.",
            _ => return None,
        };
        return Some(words.to_owned());
    }
    // Elsewhere the same names stand for other services of the clouds.
    let logs_in = matches!(kind, Kind::OciRepository | Kind::HelmRepository);
    if name == "provider" && parent == "spec" && logs_in {
        return match Provider::parse(value)? {
            Provider::Generic => Some("No cloud login: credentials come from Secrets, or there are none.".to_owned()),
            provider => Some([cloud(provider).registry, ". The login takes ", cloud(provider).identity, "."].concat()),
        };
    }
    let row = ROWS.iter().find(|(of, text, _)| *of == name && *text == value);
    row.map(|(_, _, words)| (*words).to_owned())
}
