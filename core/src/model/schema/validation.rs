//! The rules between fields that the CRDs state in CEL, ported by hand.
//!
//! Each answers true, false or "cannot be known": a value that only a later step fills in breaks
//! no rule. The generator refuses a CRD with a rule, or a message, that is not here.

use std::borrow::Cow;

use super::super::{File, is_opaque, substitute, value::is_to_be_filled_in};
use super::types::Field;
use crate::collections::Arrange;
use crate::yaml::{Node, Scalar};

/// A rule between fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // What each says stands in `message`.
pub enum Validation {
    FluxInstanceName,
    ShardingStorage,
    MultitenantIdentity,
    SyncGcp,
    SyncGithub,
    StaticUrl,
    ExternalArtifactUrl,
    ProviderUrl,
    GitProviderUrl,
    AzureDevOpsUrl,
    CodeCommitUrl,
    OciProviderUrl,
    OciProviderPath,
    ExternalServiceUrl,
    InsecureProvider,
    ExternalServiceHttps,
    ProviderServiceAccount,
    ProviderCertSecret,
    ProviderSecret,
    SelectorsNeeded,
    SelectorsUnfit,
    SelectorNameAlone,
    StepsAlone,
    StepsOrResources,
    EmptyProviders,
    InputNameOrSelector,
    InputNameAndSelector,
    StepNames,
    StepResources,
    ChartOrChartRef,
    InstallRetryInterval,
    KubeConfigSource,
    KubeConfigSources,
    UpgradeRetryInterval,
    StsProvider,
    StsAws,
    StsLdap,
    StsSecret,
    StsCertSecret,
    BucketServiceAccount,
    BucketSecretAndAccount,
    GitServiceAccount,
    ChartVerify,
}

impl Validation {
    /// The API server's words.
    pub fn message(self) -> &'static str {
        match self {
            Self::FluxInstanceName => "the only accepted name for a FluxInstance is 'flux'",
            Self::ShardingStorage => ".spec.storage must be set when .spec.sharding.storage is 'persistent'",
            Self::MultitenantIdentity => {
                ".objectLevelWorkloadIdentity must be set to true when .multitenantWorkloadIdentity is set to true"
            }
            Self::SyncGcp => "sync.provider 'gcp' is only supported for OCIRepository and Bucket",
            Self::SyncGithub => "sync.provider 'github' is only supported for GitRepository",
            Self::StaticUrl => "spec.url must be empty when spec.type is 'Static'",
            Self::ExternalArtifactUrl => "spec.url must be empty when spec.type is 'ExternalArtifact'",
            Self::ProviderUrl => "spec.url must not be empty when spec.type is not 'Static' or 'ExternalArtifact'",
            Self::GitProviderUrl => "spec.url must start with 'http://' or 'https://' when spec.type is a Git provider",
            Self::AzureDevOpsUrl => {
                "spec.url must start with 'http://' or 'https://' when spec.type is an AzureDevOps provider"
            }
            Self::CodeCommitUrl => "spec.url must start with 'https://' when spec.type is a AWSCodeCommit provider",
            Self::OciProviderUrl => "spec.url must start with 'oci://' when spec.type is an OCI provider",
            Self::OciProviderPath => {
                "spec.url must include the repository path after the registry host when spec.type is an OCI provider"
            }
            Self::ExternalServiceUrl => {
                "spec.url must start with 'http://' or 'https://' when spec.type is 'ExternalService'"
            }
            Self::InsecureProvider => {
                "spec.insecure can only be set when spec.type is 'ExternalService' or 'OCIArtifactTag'"
            }
            Self::ExternalServiceHttps => "spec.url must use 'https://' unless spec.insecure is true",
            Self::ProviderServiceAccount => {
                "cannot specify spec.serviceAccountName when spec.type is not one of AzureDevOps*, AWSCodeCommit*, *ArtifactTag or ExternalArtifact"
            }
            Self::ProviderCertSecret => {
                "cannot specify spec.certSecretRef when spec.type is one of Static, ExternalArtifact, AzureDevOps*, AWSCodeCommit*, ACRArtifactTag, ECRArtifactTag or GARArtifactTag"
            }
            Self::ProviderSecret => {
                "cannot specify spec.secretRef when spec.type is one of Static, ExternalArtifact, AWSCodeCommit*, ACRArtifactTag, ECRArtifactTag or GARArtifactTag"
            }
            Self::SelectorsNeeded => "spec.selectors must be set when spec.type is 'ExternalArtifact'",
            Self::SelectorsUnfit => "spec.selectors must not be set when spec.type is not 'ExternalArtifact'",
            Self::SelectorNameAlone => "name is mutually exclusive with matchLabels and matchExpressions",
            Self::StepsAlone => "steps is mutually exclusive with resources and resourcesTemplate",
            Self::StepsOrResources => "at least one of steps, resources or resourcesTemplate must be set",
            Self::EmptyProviders => "includeEmptyProviders only applies when name is Permute",
            Self::InputNameOrSelector => "at least one of name or selector must be set for input provider references",
            Self::InputNameAndSelector => "cannot set both name and selector for input provider references",
            Self::StepNames => "step names must be unique",
            Self::StepResources => "at least one of resources or resourcesTemplate must be set",
            Self::ChartOrChartRef => "either chart or chartRef must be set",
            Self::InstallRetryInterval => ".retryInterval cannot be set when .name is 'RemediateOnFailure'",
            Self::KubeConfigSource | Self::KubeConfigSources => {
                "exactly one of spec.kubeConfig.configMapRef or spec.kubeConfig.secretRef must be specified"
            }
            Self::UpgradeRetryInterval => ".retryInterval can only be set when .name is 'RetryOnFailure'",
            Self::StsProvider => "STS configuration is only supported for the 'aws' and 'generic' Bucket providers",
            Self::StsAws => "'aws' is the only supported STS provider for the 'aws' Bucket provider",
            Self::StsLdap => "'ldap' is the only supported STS provider for the 'generic' Bucket provider",
            Self::StsSecret => "spec.sts.secretRef is not required for the 'aws' STS provider",
            Self::StsCertSecret => "spec.sts.certSecretRef is not required for the 'aws' STS provider",
            Self::BucketServiceAccount => "ServiceAccountName is not supported for the 'generic' Bucket provider",
            Self::BucketSecretAndAccount => "cannot set both .spec.secretRef and .spec.serviceAccountName",
            Self::GitServiceAccount => "serviceAccountName can only be set when provider is 'azure' or 'aws'",
            Self::ChartVerify => "spec.verify is only supported when spec.sourceRef.kind is 'HelmRepository'",
        }
    }
}

/// What a rule may ask a mapping.
#[derive(Clone, Copy)]
pub(super) struct Asked<'f, 'a> {
    pub(super) node: Node<'a>,
    pub(super) file: &'f File,
    pub(super) fields: &'static [Field],
    /// False where the mapping may hold further keys: one of its keys is only known later.
    pub(super) is_whole: bool,
}

/// True, false, or not known.
type Answer = Option<bool>;

fn not(answer: Answer) -> Answer {
    answer.map(|yes| !yes)
}

fn any<const N: usize>(answers: [Answer; N]) -> Answer {
    if answers.contains(&Some(true)) {
        Some(true)
    } else if answers.contains(&None) {
        None
    } else {
        Some(false)
    }
}

fn all<const N: usize>(answers: [Answer; N]) -> Answer {
    not(any(answers.map(not)))
}

impl<'f, 'a> Asked<'f, 'a> {
    /// CEL's `has`: present and not null, or filled in by a default.
    fn has(self, name: &str) -> Answer {
        match self.node.get(name) {
            Some(value) if !value.is_null() => Some(true),
            _ if self.default_of(name).is_some() => Some(true),
            _ => self.is_whole.then_some(false),
        }
    }

    fn default_of(self, name: &str) -> Option<&'static str> {
        self.fields.iter().find(|field| field.name == name)?.default
    }

    /// A text field, defaults filled in; `None` where it is missing, no text, or not known.
    fn text(self, name: &str) -> Option<Cow<'a, str>> {
        match self.node.get(name) {
            Some(value) if !value.is_null() => {
                let text = value.as_str()?;
                if self.file.is_markdown() && is_to_be_filled_in(text) {
                    return None;
                }
                if !is_opaque(text) {
                    return Some(Cow::Borrowed(text));
                }
                let replaced = substitute(text, &|name| self.file.variables.get(name).cloned())?;
                (!is_opaque(&replaced)).then_some(Cow::Owned(replaced))
            }
            _ if self.is_whole => self.default_of(name).map(Cow::Borrowed),
            _ => None,
        }
    }

    fn is(self, name: &str, value: &str) -> Answer {
        Some(self.text(name)? == value)
    }

    fn starts_with(self, name: &str, prefix: &str) -> Answer {
        Some(self.text(name)?.starts_with(prefix))
    }

    fn ends_with(self, name: &str, suffix: &str) -> Answer {
        Some(self.text(name)?.ends_with(suffix))
    }

    fn is_true(self, name: &str) -> Answer {
        match self.node.get(name) {
            Some(value) if !value.is_null() => match value.scalar()? {
                Scalar::Bool(value) => Some(value),
                _ => None,
            },
            _ => self.is_whole.then_some(false),
        }
    }

    /// A mapping below, without what its schema would say of defaults.
    fn below(self, name: &str) -> Option<Self> {
        let node = self.node.get(name).filter(|node| node.is_mapping())?;
        let is_whole = node.entries().all(|entry| !is_opaque(entry.key.text()));
        Some(Self { node, fields: &[], is_whole, file: self.file })
    }
}

impl Validation {
    /// Does the rule hold for a mapping, or for a list's items? `None` where that is not known.
    pub(super) fn holds(self, on: Asked<'_, '_>) -> Answer {
        match self {
            Self::FluxInstanceName => on.below("metadata")?.is("name", "flux"),
            Self::ShardingStorage => any([not(persistent_sharding(on)), on.has("storage")]),
            Self::MultitenantIdentity => {
                any([on.is_true("objectLevelWorkloadIdentity"), not(on.is_true("multitenantWorkloadIdentity"))])
            }
            Self::SyncGcp => any([not(has_and_is(on, "provider", "gcp")), kind_is(on, &["OCIRepository", "Bucket"])]),
            Self::SyncGithub => any([not(has_and_is(on, "provider", "github")), kind_is(on, &["GitRepository"])]),
            Self::ChartOrChartRef => {
                let (chart, reference) = (on.has("chart")?, on.has("chartRef")?);
                Some(chart != reference)
            }
            Self::InstallRetryInterval => any([not(on.has("retryInterval")), not(on.is("name", "RemediateOnFailure"))]),
            Self::UpgradeRetryInterval => any([not(on.has("retryInterval")), on.is("name", "RetryOnFailure")]),
            Self::KubeConfigSource => any([on.has("configMapRef"), on.has("secretRef")]),
            Self::KubeConfigSources => any([not(on.has("configMapRef")), not(on.has("secretRef"))]),
            Self::GitServiceAccount => any([
                not(on.has("serviceAccountName")),
                all([on.has("provider"), any([on.is("provider", "azure"), on.is("provider", "aws")])]),
            ]),
            Self::ChartVerify => {
                any([not(on.has("verify")), on.below("sourceRef").and_then(|below| below.is("kind", "HelmRepository"))])
            }
            _ => self.holds_for_bucket(on).or_else(|| self.holds_for_resource_set(on)).unwrap_or(None),
        }
    }

    fn holds_for_bucket(self, on: Asked<'_, '_>) -> Option<Answer> {
        let sts = |name: &str, value: &str| {
            if on.has("sts") == Some(false) { Some(false) } else { on.below("sts")?.is(name, value) }
        };
        let sts_has = |name: &str| on.below("sts").and_then(|sts| sts.has(name));
        Some(match self {
            Self::StsProvider => any([on.is("provider", "aws"), on.is("provider", "generic"), not(on.has("sts"))]),
            Self::StsAws => any([not(on.is("provider", "aws")), not(on.has("sts")), sts("provider", "aws")]),
            Self::StsLdap => any([not(on.is("provider", "generic")), not(on.has("sts")), sts("provider", "ldap")]),
            Self::StsSecret => any([not(on.has("sts")), not(sts("provider", "aws")), not(sts_has("secretRef"))]),
            Self::StsCertSecret => {
                any([not(on.has("sts")), not(sts("provider", "aws")), not(sts_has("certSecretRef"))])
            }
            Self::BucketServiceAccount => any([not(on.is("provider", "generic")), not(on.has("serviceAccountName"))]),
            Self::BucketSecretAndAccount => any([not(on.has("secretRef")), not(on.has("serviceAccountName"))]),
            _ => return None,
        })
    }

    fn holds_for_resource_set(self, on: Asked<'_, '_>) -> Option<Answer> {
        Some(match self {
            Self::StepsAlone => {
                any([not(on.has("steps")), all([not(on.has("resources")), not(on.has("resourcesTemplate"))])])
            }
            Self::StepsOrResources => any([on.has("steps"), on.has("resources"), on.has("resourcesTemplate")]),
            Self::StepResources => any([on.has("resources"), on.has("resourcesTemplate")]),
            Self::EmptyProviders => any([not(on.has("includeEmptyProviders")), on.is("name", "Permute")]),
            Self::InputNameOrSelector => any([on.has("name"), on.has("selector")]),
            Self::InputNameAndSelector => any([not(on.has("name")), not(on.has("selector"))]),
            Self::SelectorNameAlone => {
                any([not(on.has("name")), all([not(on.has("matchLabels")), not(on.has("matchExpressions"))])])
            }
            Self::StepNames => distinct_names(on.node),
            _ => return Some(self.holds_for_input_provider(on)),
        })
    }

    fn holds_for_input_provider(self, on: Asked<'_, '_>) -> Answer {
        let is = |kind: &str| on.is("type", kind);
        let url = |prefix: &str| on.starts_with("url", prefix);
        let artifact_tag = || on.ends_with("type", "ArtifactTag");
        let cloud_artifact_tag = || all([artifact_tag(), not(is("OCIArtifactTag"))]);
        let code_commit = || on.starts_with("type", "AWSCodeCommit");
        let azure = || on.starts_with("type", "AzureDevOps");
        match self {
            Self::StaticUrl => any([not(is("Static")), not(on.has("url"))]),
            Self::ExternalArtifactUrl => any([not(is("ExternalArtifact")), not(on.has("url"))]),
            Self::ProviderUrl => any([is("Static"), is("ExternalArtifact"), on.has("url")]),
            Self::GitProviderUrl => any([not(on.starts_with("type", "Git")), url("http")]),
            Self::AzureDevOpsUrl => any([not(azure()), url("http://"), url("https://")]),
            Self::CodeCommitUrl => any([not(code_commit()), url("https://")]),
            Self::OciProviderUrl => any([not(artifact_tag()), url("oci")]),
            Self::OciProviderPath => {
                let has_path = on.text("url").map(|url| url.get(6..).is_some_and(|rest| rest.contains('/')));
                any([not(artifact_tag()), not(url("oci://")), has_path])
            }
            Self::ExternalServiceUrl => any([not(is("ExternalService")), url("http")]),
            Self::InsecureProvider => any([not(on.is_true("insecure")), is("ExternalService"), is("OCIArtifactTag")]),
            Self::ExternalServiceHttps => {
                any([not(is("ExternalService")), not(url("http://")), on.is_true("insecure")])
            }
            Self::ProviderServiceAccount => {
                any([not(on.has("serviceAccountName")), azure(), code_commit(), artifact_tag(), is("ExternalArtifact")])
            }
            Self::ProviderCertSecret => any([
                not(on.has("certSecretRef")),
                not(any([is("Static"), is("ExternalArtifact"), azure(), code_commit(), cloud_artifact_tag()])),
            ]),
            Self::ProviderSecret => any([
                not(on.has("secretRef")),
                not(any([is("Static"), is("ExternalArtifact"), code_commit(), cloud_artifact_tag()])),
            ]),
            Self::SelectorsNeeded => {
                let some = on.node.get("selectors").map(|selectors| selectors.items().next().is_some());
                any([not(is("ExternalArtifact")), all([on.has("selectors"), some])])
            }
            Self::SelectorsUnfit => any([is("ExternalArtifact"), not(on.has("selectors"))]),
            _ => None,
        }
    }
}

fn persistent_sharding(on: Asked<'_, '_>) -> Answer {
    match on.has("sharding") {
        Some(true) => has_and_is(on.below("sharding")?, "storage", "persistent"),
        other => other,
    }
}

fn has_and_is(on: Asked<'_, '_>, name: &str, value: &str) -> Answer {
    match on.has(name) {
        Some(true) => on.is(name, value),
        other => other,
    }
}

fn kind_is(on: Asked<'_, '_>, kinds: &[&str]) -> Answer {
    Some(kinds.contains(&on.text("kind")?.as_ref()))
}

/// A list's items have a `name` each, and no two the same.
fn distinct_names(list: Node<'_>) -> Answer {
    let mut names = Vec::new();
    for item in list.items() {
        let name = item.get("name")?.as_str()?;
        if is_opaque(name) {
            return None;
        }
        names.push(name);
    }
    let count = names.len();
    names.arrange();
    names.dedup();
    Some(names.len() == count)
}
