use super::{Anonymous, Cloud};

/// No cloud: credentials come from a Secret, or there are none.
pub(super) const CLOUD: Cloud = Cloud {
    registry: "a registry of no cloud",
    host: "ghcr.io",
    identity: "a Secret of type kubernetes.io/dockerconfigjson in secretRef",
    anonymous: |_| Anonymous::PublicOnes,
};
