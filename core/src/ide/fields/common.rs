use super::Row;

/// What every object has.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("apiVersion", "The API group and its version."),
    ("kind", "The kind of object."),
    ("metadata", "The object's name, and what is noted down about it."),
    ("metadata.name", "The object's name, unique among those of its kind in the namespace."),
    ("metadata.namespace", "The namespace; often left to a kustomization."),
    ("metadata.labels", "Labels, by which objects are selected."),
    ("metadata.annotations", "Notes for tools and people."),
    ("spec", "What is asked of the controller."),
];

/// Fields directly under `spec` that mean the same on every kind of Flux.
#[rustfmt::skip]
pub(super) const OF_SPEC: &[Row] = &[
    ("interval", "How often the object is reconciled."),
    ("timeout", "How long a reconciliation may take."),
    ("suspend", "True leaves the object alone: nothing is reconciled, what is there stays."),
    ("secretRef", "The Secret with the credentials, in the same namespace."),
    ("certSecretRef", "A Secret for TLS: `ca.crt`, and `tls.crt` with `tls.key`."),
    ("proxySecretRef", "A Secret whose `address` is the proxy to use."),
    ("ignore", "Files to leave out, in the manner of `.gitignore`."),
    ("kubeConfig", "Applies to another cluster, with the kubeconfig of a Secret or ConfigMap."),
    ("commonMetadata", "Labels and annotations put on all that is applied."),
    ("serviceAccountName", "The ServiceAccount to act as."),
];
