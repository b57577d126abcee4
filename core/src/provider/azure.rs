use super::{Anonymous, Cloud};

/// Azure Container Registry.
pub(super) const CLOUD: Cloud = Cloud {
    registry: "Azure Container Registry",
    host: "example.azurecr.io",
    identity: "a managed identity with AcrPull that source-controller's account is federated with",
    anonymous,
};

/// Registries that publishers keep open to everybody, seen in manifests that work.
const PUBLIC: [&str; 1] = ["gsoci.azurecr.io"];

/// Anonymous pulls can be switched on for a registry.
fn anonymous(host: &str) -> Anonymous {
    if PUBLIC.contains(&host) { Anonymous::Served } else { Anonymous::PublicOnes }
}
