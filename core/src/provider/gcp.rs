use super::{Anonymous, Cloud};

/// Artifact Registry, and Container Registry before it.
pub(super) const CLOUD: Cloud = Cloud {
    registry: "Artifact Registry",
    host: "europe-west1-docker.pkg.dev",
    identity: "Workload Identity for source-controller's account with roles/artifactregistry.reader",
    anonymous,
};

/// Google's mirror of Docker Hub, and what it publishes itself.
const PUBLIC: [&str; 5] = ["mirror.gcr.io", "k8s.gcr.io", "gke.gcr.io", "registry.gcr.io", "marketplace.gcr.io"];

fn anonymous(host: &str) -> Anonymous {
    if PUBLIC.contains(&host) { Anonymous::Served } else { Anonymous::PublicOnes }
}
