//! Which API versions and fields each release of Flux serves.
//!
//! Source: the CRDs at the tags of the controllers that each release of Flux ships, from 2.0 to
//! 2.9. Releases are the second number of Flux 2.

/// The release of Flux whose CRDs the tables are made from.
pub const FLUX: u32 = 9;

/// An API version of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    /// The version, such as `v1beta2`.
    pub version: &'static str,
    /// The first release of Flux 2 that serves it; 0 where it is older than that.
    pub since: u32,
    /// The first release that no longer does; `None` for those that the newest one serves.
    pub removed: Option<u32>,
}

const fn from(version: &'static str, since: u32) -> Served {
    Served { version, since, removed: None }
}

const fn until(version: &'static str, since: u32, removed: u32) -> Served {
    Served { version, since, removed: Some(removed) }
}

/// Kinds with their versions, oldest first.
const VERSIONS: &[(&[&str], &[Served])] = &[
    (&["OCIRepository"], &[until("v1beta2", 0, 8), from("v1", 6)]),
    (&["HelmRelease"], &[until("v2beta1", 0, 7), until("v2beta2", 2, 8), from("v2", 3)]),
    (&["Kustomization", "GitRepository"], &[until("v1beta1", 0, 7), until("v1beta2", 0, 8), from("v1", 0)]),
    (&["HelmRepository", "HelmChart"], &[until("v1beta1", 0, 7), until("v1beta2", 0, 8), from("v1", 3)]),
    (&["Bucket"], &[until("v1beta1", 0, 7), until("v1beta2", 0, 8), from("v1", 4)]),
    (&["ExternalArtifact"], &[from("v1", 7)]),
    (&["ArtifactGenerator"], &[from("v1beta1", 7)]),
    (&["Alert", "Provider"], &[until("v1beta1", 0, 7), until("v1beta2", 0, 9), from("v1beta3", 2)]),
    (&["Receiver"], &[until("v1beta1", 0, 7), until("v1beta2", 0, 9), from("v1", 0)]),
    (&["ImagePolicy", "ImageRepository"], &[until("v1beta1", 0, 7), until("v1beta2", 0, 9), from("v1", 7)]),
    (&["ImageUpdateAutomation"], &[until("v1beta1", 0, 7), until("v1beta2", 3, 9), from("v1", 7)]),
    // The Flux operator's versions do not go with those of Flux.
    (&["FluxInstance", "FluxReport", "ResourceSet", "ResourceSetInputProvider"], &[from("v1", 0)]),
];

/// Fields that `v1beta1`, `v1beta2`, `v2beta1` or `v2beta2` of some kind had and its newest
/// version has not.
pub(super) const LEGACY_FIELDS: &[&str] =
    &["accessFrom", "gitImplementation", "patchesJson6902", "patchesStrategicMerge", "validation", "valuesFile"];

/// The versions that a kind has or had, oldest first; none for a kind that is not Flux'.
pub fn versions(kind: &str) -> &'static [Served] {
    VERSIONS.iter().find(|(kinds, _)| kinds.contains(&kind)).map_or(&[], |(_, versions)| versions)
}

/// A version of a kind; `None` where there is and was no such.
pub fn served(kind: &str, version: &str) -> Option<&'static Served> {
    versions(kind).iter().find(|served| served.version == version)
}

/// True for a field that the newest version of its kind no longer has.
pub fn is_legacy_field(name: &str) -> bool {
    LEGACY_FIELDS.contains(&name)
}

/// A field, or a value of one, that came with a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    /// The kind.
    pub kind: &'static str,
    /// The field; `[]` stands for every item of a list.
    pub route: &'static str,
    /// The value; `None` where the field itself is new.
    pub value: Option<&'static str>,
    /// The release of Flux 2 that has it first.
    pub since: u32,
}

const fn field(kind: &'static str, route: &'static str, since: u32) -> Gate {
    Gate { kind, route, value: None, since }
}

const fn value(kind: &'static str, route: &'static str, value: &'static str, since: u32) -> Gate {
    Gate { kind, route, value: Some(value), since }
}

/// The gates, by kind.
pub const GATES: &[Gate] = &[
    field("OCIRepository", "spec.verify.matchOIDCIdentity", 2),
    field("OCIRepository", "spec.ref.semverFilter", 3),
    value("OCIRepository", "spec.verify.provider", "notation", 3),
    field("OCIRepository", "spec.proxySecretRef", 4),
    field("OCIRepository", "spec.verify.trustedRootSecretRef", 9),
    field("Bucket", "spec.serviceAccountName", 7),
    field("GitRepository", "spec.proxySecretRef", 1),
    field("GitRepository", "spec.provider", 4),
    value("GitRepository", "spec.provider", "github", 5),
    value("GitRepository", "spec.provider", "aws", 9),
    field("GitRepository", "spec.sparseCheckout", 6),
    field("GitRepository", "spec.serviceAccountName", 7),
    value("GitRepository", "spec.verify.mode", "HEAD", 1),
    value("GitRepository", "spec.verify.mode", "Tag", 1),
    value("GitRepository", "spec.verify.mode", "TagAndHEAD", 1),
    field("HelmRelease", "spec.chartRef", 3),
    value("HelmRelease", "spec.chartRef.kind", "ExternalArtifact", 7),
    field("HelmRelease", "spec.install.disableSchemaValidation", 4),
    field("HelmRelease", "spec.upgrade.disableSchemaValidation", 4),
    field("HelmRelease", "spec.install.disableTakeOwnership", 5),
    field("HelmRelease", "spec.upgrade.disableTakeOwnership", 5),
    field("HelmRelease", "spec.commonMetadata", 7),
    field("HelmRelease", "spec.dependsOn[].readyExpr", 7),
    field("HelmRelease", "spec.install.strategy", 7),
    field("HelmRelease", "spec.upgrade.strategy", 7),
    field("HelmRelease", "spec.kubeConfig.configMapRef", 7),
    field("HelmRelease", "spec.healthCheckExprs", 8),
    field("HelmRelease", "spec.install.serverSideApply", 8),
    field("HelmRelease", "spec.upgrade.serverSideApply", 8),
    field("HelmRelease", "spec.rollback.serverSideApply", 8),
    field("HelmRelease", "spec.waitStrategy", 8),
    field("HelmRelease", "spec.postRenderStrategy", 9),
    field("HelmRelease", "spec.upgrade.chartNameChangeStrategy", 9),
    field("HelmRelease", "spec.valuesFrom[].literal", 9),
    field("Kustomization", "spec.namePrefix", 3),
    field("Kustomization", "spec.nameSuffix", 3),
    field("Kustomization", "spec.deletionPolicy", 5),
    field("Kustomization", "spec.healthCheckExprs", 5),
    field("Kustomization", "spec.decryption.serviceAccountName", 6),
    value("Kustomization", "spec.deletionPolicy", "WaitForTermination", 6),
    field("Kustomization", "spec.dependsOn[].readyExpr", 7),
    field("Kustomization", "spec.ignoreMissingComponents", 7),
    field("Kustomization", "spec.kubeConfig.configMapRef", 7),
    value("Kustomization", "spec.sourceRef.kind", "ExternalArtifact", 7),
    field("Kustomization", "spec.buildMetadata", 9),
    field("Kustomization", "spec.ignore", 9),
    field("Kustomization", "spec.postBuild.substituteStrategy", 9),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::GROUPS;

    #[test]
    fn every_kind_of_flux_has_a_version_that_is_served() {
        for (name, _) in GROUPS.iter().flat_map(|group| group.kinds) {
            assert!(versions(name).last().is_some_and(|served| served.removed.is_none()), "{name}");
        }
        for gate in GATES {
            assert!(gate.since <= FLUX && !versions(gate.kind).is_empty(), "{gate:?}");
        }
    }
}
