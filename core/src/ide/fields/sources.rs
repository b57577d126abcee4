use super::Row;

/// The fields of a HelmRepository.
#[rustfmt::skip]
pub(super) const HELM_REPOSITORY: &[Row] = &[
    ("spec.url", "The repository's address: `https://…`, or with `type: oci` `oci://…` up to, and without, the chart's name."),
    ("spec.type", "`oci` for charts in a registry. Flux only maintains it: an OCIRepository with `chartRef` takes its place. Unset means `default`, an index over HTTP."),
    ("spec.interval", "How often the index is fetched; not used with `type: oci`."),
    ("spec.provider", "Which cloud to log in to. For `type: oci` alone."),
    ("spec.secretRef", "The Secret with the credentials: `username` and `password`, or a docker config with `type: oci`."),
    ("spec.certSecretRef", "A Secret for TLS: `ca.crt`, and `tls.crt` with `tls.key`."),
    ("spec.insecure", "Allows plain HTTP. For `type: oci` alone."),
    ("spec.passCredentials", "Sends the credentials also to other hosts that the index names. Not with `type: oci`."),
    ("spec.accessFrom", "Reserved: the controller does not read it."),
];

/// The fields of a HelmChart.
#[rustfmt::skip]
pub(super) const HELM_CHART: &[Row] = &[
    ("spec.chart", "The chart's name in a HelmRepository, or its path in a GitRepository or Bucket."),
    ("spec.version", "A version or a range of versions, for charts of a HelmRepository; other sources ignore it."),
    ("spec.sourceRef", "The source of the chart."),
    ("spec.sourceRef.kind", "The source's kind."),
    ("spec.sourceRef.name", "The source's name."),
    ("spec.reconcileStrategy", "When a new chart is made: on another version, or on every revision of the source."),
    ("spec.valuesFiles", "Values files inside the chart, merged in order, the last one winning."),
    ("spec.ignoreMissingValuesFiles", "Lets `valuesFiles` name files that are not there."),
    ("spec.verify", "Takes the chart only if its signature is good. For a HelmRepository of type `oci` alone."),
];
