//! The kinds that the project knows, by API group and name.

use crate::text::nearest;

/// A kind of object. `Unknown` is a name that a Flux group does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[allow(missing_docs)] // The names are the kinds' own.
pub enum Kind {
    OciRepository,
    HelmRepository,
    GitRepository,
    Bucket,
    HelmChart,
    ExternalArtifact,
    HelmRelease,
    Kustomization,
    ResourceSet,
    ResourceSetInputProvider,
    FluxInstance,
    /// Any other kind of a Flux group, such as Alert or ImagePolicy: its name is checked, no more.
    OtherFlux,
    /// A Flux group, and a name that no kind of it has.
    Unknown,
    Secret,
    ServiceAccount,
    ConfigMap,
    /// An object of which something else makes a Secret: an ExternalSecret, a SealedSecret, a
    /// Certificate. Only the names of what it makes matter here.
    SecretMaker,
    /// kustomize's own `kustomization.yaml`, a Component included.
    Kustomize,
    /// Anything else: none of our business.
    Foreign,
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u32);

impl Kinds {
    /// The set of some kinds.
    pub const fn of(kinds: &[Kind]) -> Self {
        let mut bits = 0;
        let mut at = 0;
        while at < kinds.len() {
            bits |= 1 << kinds[at] as u32;
            at += 1;
        }
        Self(bits)
    }

    /// Is the kind in it?
    pub const fn has(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u32) != 0
    }

    /// The same, by the kind's number.
    pub(crate) const fn has_index(self, kind: usize) -> bool {
        self.0 & (1 << kind) != 0
    }

    /// The kinds of either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The sources that a consumer may name.
    pub const SOURCES: Self = Self::of(&[
        Kind::OciRepository,
        Kind::HelmRepository,
        Kind::GitRepository,
        Kind::Bucket,
        Kind::HelmChart,
        Kind::ExternalArtifact,
    ]);
    /// The consumers of sources.
    pub const CONSUMERS: Self = Self::of(&[Kind::HelmRelease, Kind::Kustomization]);
    /// Every kind of a Flux group whose schema is known.
    pub const FLUX: Self = Self::SOURCES.or(Self::CONSUMERS).or(Self::of(&[
        Kind::ResourceSet,
        Kind::ResourceSetInputProvider,
        Kind::FluxInstance,
    ]));
    /// Every kind of a Flux group, the unknown ones too.
    pub const FLUX_GROUPS: Self = Self::FLUX.or(Self::of(&[Kind::OtherFlux, Kind::Unknown]));
    /// Everything that [`crate::lint`] counts as a document of a kind we know.
    pub const KNOWN: Self = Self::FLUX_GROUPS.or(Self::of(&[Kind::Secret, Kind::ServiceAccount, Kind::Kustomize]));
}

/// Kinds of a Flux API group.
pub struct Group {
    /// The group's name, before the `/` of an apiVersion.
    pub name: &'static str,
    /// Its kinds.
    pub kinds: &'static [(&'static str, Kind)],
}

/// The Flux groups and their kinds. Any other group is silent.
pub const GROUPS: &[Group] = &[
    Group {
        name: "source.toolkit.fluxcd.io",
        kinds: &[
            ("Bucket", Kind::Bucket),
            ("ExternalArtifact", Kind::ExternalArtifact),
            ("GitRepository", Kind::GitRepository),
            ("HelmChart", Kind::HelmChart),
            ("HelmRepository", Kind::HelmRepository),
            ("OCIRepository", Kind::OciRepository),
        ],
    },
    Group { name: "source.extensions.fluxcd.io", kinds: &[("ArtifactGenerator", Kind::OtherFlux)] },
    Group { name: "helm.toolkit.fluxcd.io", kinds: &[("HelmRelease", Kind::HelmRelease)] },
    Group { name: "kustomize.toolkit.fluxcd.io", kinds: &[("Kustomization", Kind::Kustomization)] },
    Group {
        name: "notification.toolkit.fluxcd.io",
        kinds: &[("Alert", Kind::OtherFlux), ("Provider", Kind::OtherFlux), ("Receiver", Kind::OtherFlux)],
    },
    Group {
        name: "image.toolkit.fluxcd.io",
        kinds: &[
            ("ImagePolicy", Kind::OtherFlux),
            ("ImageRepository", Kind::OtherFlux),
            ("ImageUpdateAutomation", Kind::OtherFlux),
        ],
    },
    Group {
        name: "fluxcd.controlplane.io",
        kinds: &[
            ("FluxInstance", Kind::FluxInstance),
            ("FluxReport", Kind::OtherFlux),
            ("ResourceSet", Kind::ResourceSet),
            ("ResourceSetInputProvider", Kind::ResourceSetInputProvider),
        ],
    },
];

/// A kind of which a controller makes Secrets.
pub struct SecretMaker {
    /// Its group.
    pub group: &'static str,
    /// Its name.
    pub kind: &'static str,
    /// Where it names the Secret, in the order in which they are asked; a `*` stands for the items
    /// of a list. Where none is set it is the object's own name, if `own_name` says so.
    pub routes: &'static [&'static str],
    /// True where the Secret is named after the object unless told otherwise.
    pub own_name: bool,
}

const fn maker(
    group: &'static str,
    kind: &'static str,
    routes: &'static [&'static str],
    own_name: bool,
) -> SecretMaker {
    SecretMaker { group, kind, routes, own_name }
}

/// The kinds of which Secrets are made in repositories that people share.
pub const SECRET_MAKERS: &[SecretMaker] = &[
    maker("external-secrets.io", "ExternalSecret", &["spec.target.name"], true),
    maker(
        "external-secrets.io",
        "ClusterExternalSecret",
        &["spec.externalSecretSpec.target.name", "spec.externalSecretName"],
        true,
    ),
    maker("bitnami.com", "SealedSecret", &["spec.template.metadata.name"], true),
    maker(
        "secrets.infisical.com",
        "InfisicalSecret",
        &["spec.managedSecretReference.secretName", "spec.managedKubeSecretReferences.*.secretName"],
        false,
    ),
    maker("cert-manager.io", "Certificate", &["spec.secretName"], false),
    maker("secrets.hashicorp.com", "VaultStaticSecret", &["spec.destination.name"], false),
    maker("secrets.hashicorp.com", "VaultDynamicSecret", &["spec.destination.name"], false),
    maker("secrets.hashicorp.com", "VaultPKISecret", &["spec.destination.name"], false),
    maker("secrets.hashicorp.com", "HCPVaultSecretsApp", &["spec.destination.name"], false),
    maker("onepassword.com", "OnePasswordItem", &[], true),
    maker("isindir.github.com", "SopsSecret", &["spec.secretTemplates.*.name"], false),
    maker("k8s.bitwarden.com", "BitwardenSecret", &["spec.secretName"], false),
    maker("secrets.doppler.com", "DopplerSecret", &["spec.managedSecret.name"], false),
    maker("spv.no", "AzureKeyVaultSecret", &["spec.output.secret.name"], false),
    maker("clustersecret.io", "ClusterSecret", &[], true),
    maker("secrets-store.csi.x-k8s.io", "SecretProviderClass", &["spec.secretObjects.*.secretName"], false),
];

impl Kind {
    /// The kind of an apiVersion and a kind as written.
    pub fn of(api_version: &str, kind: &str) -> Self {
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        if let Some(group) = GROUPS.iter().find(|known| known.name == group) {
            return match group.kinds.iter().find(|(name, _)| *name == kind) {
                Some((_, kind)) => *kind,
                // Lists of a kind carry documents of their own.
                None if kind.strip_suffix("List").is_some_and(|name| group.kinds.iter().any(|(k, _)| *k == name)) => {
                    Self::Foreign
                }
                None => Self::Unknown,
            };
        }
        match (api_version, kind) {
            ("v1", "Secret") => Self::Secret,
            ("v1", "ServiceAccount") => Self::ServiceAccount,
            ("v1", "ConfigMap") => Self::ConfigMap,
            (_, "Kustomization" | "Component") if group == "kustomize.config.k8s.io" => Self::Kustomize,
            _ if SECRET_MAKERS.iter().any(|maker| maker.kind == kind && maker.group == group) => Self::SecretMaker,
            _ => Self::Foreign,
        }
    }

    /// The kind that a name was most likely meant to be, where its group has no such kind and no
    /// other Flux group has it: `OciRepository`, `HelmReleases`.
    pub fn meant(api_version: &str, kind: &str) -> Option<(&'static str, Self)> {
        let group = api_version.split('/').next()?;
        let known = GROUPS.iter().find(|known| known.name == group)?;
        if GROUPS.iter().any(|group| group.kinds.iter().any(|(name, _)| *name == kind)) {
            return None;
        }
        let name = nearest(kind, known.kinds.iter().map(|(name, _)| *name))?;
        known.kinds.iter().find(|(other, _)| *other == name).copied()
    }

    /// The name that a manifest writes; empty for [`Kind::OtherFlux`], [`Kind::Unknown`],
    /// [`Kind::SecretMaker`] and [`Kind::Foreign`].
    pub fn name(self) -> &'static str {
        match self {
            Self::OciRepository => "OCIRepository",
            Self::HelmRepository => "HelmRepository",
            Self::GitRepository => "GitRepository",
            Self::Bucket => "Bucket",
            Self::HelmChart => "HelmChart",
            Self::ExternalArtifact => "ExternalArtifact",
            Self::HelmRelease => "HelmRelease",
            Self::Kustomization | Self::Kustomize => "Kustomization",
            Self::ResourceSet => "ResourceSet",
            Self::ResourceSetInputProvider => "ResourceSetInputProvider",
            Self::FluxInstance => "FluxInstance",
            Self::Secret => "Secret",
            Self::ServiceAccount => "ServiceAccount",
            Self::ConfigMap => "ConfigMap",
            Self::OtherFlux | Self::Unknown | Self::SecretMaker | Self::Foreign => "",
        }
    }

    /// The source kind of a `sourceRef.kind` or `chartRef.kind` as written.
    pub fn source(name: &str) -> Option<Self> {
        [
            Self::OciRepository,
            Self::HelmRepository,
            Self::GitRepository,
            Self::Bucket,
            Self::HelmChart,
            Self::ExternalArtifact,
        ]
        .into_iter()
        .find(|kind| kind.name() == name)
    }
}
