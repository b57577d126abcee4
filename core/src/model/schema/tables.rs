// Made by `gen schema` from the CRDs of Flux 2.9 and the Flux operator. Do not edit.

use super::types::{list, object, optional, required, words};
use super::{Generated, Pattern, Schema, Validation as V};
use crate::model::Kind;

pub(super) static TABLES: &[Generated] = &[
    Generated { kind: Kind::Bucket, version: "v1", spec: &BUCKET_SPEC, validations: &[] },
    Generated { kind: Kind::ExternalArtifact, version: "v1", spec: &EXTERNAL_ARTIFACT_SPEC, validations: &[] },
    Generated { kind: Kind::FluxInstance, version: "v1", spec: &FLUX_INSTANCE_SPEC, validations: &[V::FluxInstanceName] },
    Generated { kind: Kind::GitRepository, version: "v1", spec: &GIT_REPOSITORY_SPEC, validations: &[] },
    Generated { kind: Kind::HelmChart, version: "v1", spec: &HELM_CHART_SPEC, validations: &[] },
    Generated { kind: Kind::HelmRelease, version: "v2", spec: &HELM_RELEASE_SPEC, validations: &[] },
    Generated { kind: Kind::HelmRepository, version: "v1", spec: &HELM_REPOSITORY_SPEC, validations: &[] },
    Generated { kind: Kind::Kustomization, version: "v1", spec: &KUSTOMIZATION_SPEC, validations: &[] },
    Generated { kind: Kind::OciRepository, version: "v1", spec: &OCI_REPOSITORY_SPEC, validations: &[] },
    Generated { kind: Kind::ResourceSet, version: "v1", spec: &RESOURCE_SET_SPEC, validations: &[] },
    Generated { kind: Kind::ResourceSetInputProvider, version: "v1", spec: &RESOURCE_SET_INPUT_PROVIDER_SPEC, validations: &[] },
];

static STRING: Schema = words(&[], None, 0, u16::MAX);
static BOOLEAN: Schema = Schema::Boolean;
static SIZE: Schema = words(&["small", "medium", "large"], None, 0, u16::MAX);
static TYPE: Schema = words(&["kubernetes", "openshift", "aws", "azure", "gcp"], None, 0, u16::MAX);
static CLUSTER: Schema = object(&[
    optional("domain", &STRING).or("cluster.local"),
    optional("multitenant", &BOOLEAN).or("false"),
    optional("multitenantWorkloadIdentity", &BOOLEAN).or("false"),
    optional("networkPolicy", &BOOLEAN).or("true"),
    optional("objectLevelWorkloadIdentity", &BOOLEAN),
    optional("size", &SIZE),
    optional("tenantDefaultDecryptionServiceAccount", &STRING),
    optional("tenantDefaultKubeConfigServiceAccount", &STRING),
    optional("tenantDefaultServiceAccount", &STRING),
    optional("type", &TYPE).or("kubernetes"),
], &[V::MultitenantIdentity]);
static STRING_MAP: Schema = Schema::Map(&STRING);
static COMMON_METADATA: Schema = object(&[
    optional("annotations", &STRING_MAP),
    optional("labels", &STRING_MAP),
], &[]);
static COMPONENTS_ITEM: Schema = words(&["source-controller", "kustomize-controller", "helm-controller", "notification-controller", "image-reflector-controller", "image-automation-controller", "source-watcher"], None, 0, u16::MAX);
static COMPONENTS: Schema = list(&COMPONENTS_ITEM);
static ARTIFACT: Schema = words(&[], Some(Pattern::OciUrl), 0, u16::MAX);
static VARIANT: Schema = words(&["upstream-alpine", "enterprise-alpine", "enterprise-distroless", "enterprise-distroless-fips"], None, 0, u16::MAX);
static DISTRIBUTION: Schema = object(&[
    optional("artifact", &ARTIFACT),
    optional("artifactPullSecret", &STRING),
    optional("imagePullSecret", &STRING),
    required("registry", &STRING),
    optional("variant", &VARIANT),
    required("version", &STRING),
], &[]);
static TARGET: Schema = object(&[
    optional("annotationSelector", &STRING),
    optional("group", &STRING),
    optional("kind", &STRING),
    optional("labelSelector", &STRING),
    optional("name", &STRING),
    optional("namespace", &STRING),
    optional("version", &STRING),
], &[]);
static PATCHES_ITEM: Schema = object(&[
    required("patch", &STRING),
    optional("target", &TARGET),
], &[]);
static PATCHES: Schema = list(&PATCHES_ITEM);
static KUSTOMIZE: Schema = object(&[
    optional("patches", &PATCHES),
], &[]);
static SHARDS: Schema = Schema::List { items: &STRING, min_items: 1, max_items: u16::MAX, validations: &[] };
static STORAGE: Schema = words(&["ephemeral", "persistent"], None, 0, u16::MAX);
static SHARDING: Schema = object(&[
    optional("key", &STRING).or("sharding.fluxcd.io/key"),
    required("shards", &SHARDS),
    optional("storage", &STORAGE),
], &[]);
static SPEC_STORAGE: Schema = object(&[
    required("class", &STRING),
    required("size", &STRING),
], &[]);
static DURATION: Schema = words(&[], Some(Pattern::Duration), 0, u16::MAX);
static KIND: Schema = words(&["OCIRepository", "GitRepository", "Bucket"], None, 0, u16::MAX);
static NAME: Schema = words(&[], None, 0, 63);
static PROVIDER: Schema = words(&["generic", "aws", "azure", "gcp", "github"], None, 0, u16::MAX);
static SYNC: Schema = object(&[
    optional("interval", &DURATION).or("1m"),
    required("kind", &KIND),
    optional("name", &NAME),
    required("path", &STRING),
    optional("provider", &PROVIDER),
    optional("pullSecret", &STRING),
    required("ref", &STRING),
    required("url", &STRING),
], &[V::SyncGcp, V::SyncGithub]);
static FLUX_INSTANCE_SPEC: Schema = object(&[
    optional("cluster", &CLUSTER),
    optional("commonMetadata", &COMMON_METADATA),
    optional("components", &COMPONENTS),
    required("distribution", &DISTRIBUTION),
    optional("kustomize", &KUSTOMIZE),
    optional("migrateResources", &BOOLEAN).or("true"),
    optional("sharding", &SHARDING),
    optional("storage", &SPEC_STORAGE),
    optional("sync", &SYNC),
    optional("wait", &BOOLEAN).or("true"),
], &[V::ShardingStorage]);
static CERT_SECRET_REF: Schema = object(&[
    required("name", &STRING),
], &[]);
static ANYTHING: Schema = Schema::Any;
static DEFAULT_VALUES: Schema = Schema::Map(&ANYTHING);
static STRINGS: Schema = list(&STRING);
static LIMIT: Schema = Schema::Integer { maximum: 10000 };
static FILTER: Schema = object(&[
    optional("excludeBranch", &STRING),
    optional("excludeEnvironment", &STRING),
    optional("excludeTag", &STRING),
    optional("includeBranch", &STRING),
    optional("includeEnvironment", &STRING),
    optional("includeTag", &STRING),
    optional("labels", &STRINGS),
    optional("limit", &LIMIT).or("100"),
    optional("semver", &STRING),
], &[]);
static SCHEDULE_ITEM: Schema = object(&[
    required("cron", &STRING),
    optional("timeZone", &STRING).or("UTC"),
    optional("window", &DURATION).or("0s"),
], &[]);
static SCHEDULE: Schema = list(&SCHEDULE_ITEM);
static MATCH_EXPRESSIONS_ITEM: Schema = object(&[
    required("key", &STRING),
    required("operator", &STRING),
    optional("values", &STRINGS),
], &[]);
static MATCH_EXPRESSIONS: Schema = list(&MATCH_EXPRESSIONS_ITEM);
static SELECTORS_ITEM: Schema = object(&[
    optional("matchExpressions", &MATCH_EXPRESSIONS),
    optional("matchLabels", &STRING_MAP),
    optional("name", &STRING),
    optional("namespace", &STRING),
], &[V::SelectorNameAlone]);
static SELECTORS: Schema = list(&SELECTORS_ITEM);
static SKIP: Schema = object(&[
    optional("labels", &STRINGS),
], &[]);
static SPEC_TYPE: Schema = words(&["Static", "GitHubBranch", "GitHubTag", "GitHubPullRequest", "GitLabBranch", "GitLabTag", "GitLabMergeRequest", "GitLabEnvironment", "AzureDevOpsBranch", "AzureDevOpsTag", "AzureDevOpsPullRequest", "AWSCodeCommitBranch", "AWSCodeCommitTag", "AWSCodeCommitPullRequest", "GiteaBranch", "GiteaTag", "GiteaPullRequest", "OCIArtifactTag", "ACRArtifactTag", "ECRArtifactTag", "GARArtifactTag", "ExternalService", "ExternalArtifact"], None, 0, u16::MAX);
static URL: Schema = words(&[], Some(Pattern::HelmUrlOrEmpty), 0, u16::MAX);
static RESOURCE_SET_INPUT_PROVIDER_SPEC: Schema = object(&[
    optional("certSecretRef", &CERT_SECRET_REF),
    optional("defaultValues", &DEFAULT_VALUES),
    optional("filter", &FILTER),
    optional("insecure", &BOOLEAN),
    optional("schedule", &SCHEDULE),
    optional("secretRef", &CERT_SECRET_REF),
    optional("selectors", &SELECTORS),
    optional("serviceAccountName", &STRING),
    optional("skip", &SKIP),
    required("type", &SPEC_TYPE),
    optional("url", &URL),
], &[V::StaticUrl, V::ExternalArtifactUrl, V::ProviderUrl, V::GitProviderUrl, V::AzureDevOpsUrl, V::CodeCommitUrl, V::OciProviderUrl, V::OciProviderPath, V::ExternalServiceUrl, V::InsecureProvider, V::ExternalServiceHttps, V::ProviderServiceAccount, V::ProviderCertSecret, V::ProviderSecret, V::SelectorsNeeded, V::SelectorsUnfit]);
static DEPENDS_ON_ITEM: Schema = object(&[
    required("apiVersion", &STRING),
    required("kind", &STRING),
    required("name", &STRING),
    optional("namespace", &STRING),
    optional("ready", &BOOLEAN),
    optional("readyExpr", &STRING),
], &[]);
static DEPENDS_ON: Schema = list(&DEPENDS_ON_ITEM);
static INPUT_STRATEGY_NAME: Schema = words(&["Flatten", "Permute"], None, 0, u16::MAX);
static INPUT_STRATEGY: Schema = object(&[
    optional("includeEmptyProviders", &BOOLEAN),
    required("name", &INPUT_STRATEGY_NAME),
], &[V::EmptyProviders]);
static INPUTS: Schema = list(&DEFAULT_VALUES);
static API_VERSION: Schema = words(&["fluxcd.controlplane.io/v1"], None, 0, u16::MAX);
static INPUTS_FROM_KIND: Schema = words(&["ResourceSetInputProvider"], None, 0, u16::MAX);
static SELECTOR: Schema = object(&[
    optional("matchExpressions", &MATCH_EXPRESSIONS),
    optional("matchLabels", &STRING_MAP),
], &[]);
static INPUTS_FROM_ITEM: Schema = object(&[
    optional("apiVersion", &API_VERSION),
    optional("kind", &INPUTS_FROM_KIND),
    optional("name", &STRING),
    optional("selector", &SELECTOR),
], &[V::InputNameOrSelector, V::InputNameAndSelector]);
static INPUTS_FROM: Schema = list(&INPUTS_FROM_ITEM);
static FREE_OBJECT: Schema = Schema::FreeObject;
static RESOURCES: Schema = list(&FREE_OBJECT);
static STEPS_NAME: Schema = words(&[], Some(Pattern::DnsLabel), 0, 63);
static STEPS_ITEM: Schema = object(&[
    required("name", &STEPS_NAME),
    optional("resources", &RESOURCES),
    optional("resourcesTemplate", &STRING),
    optional("timeout", &DURATION),
], &[V::StepResources]);
static STEPS: Schema = Schema::List { items: &STEPS_ITEM, min_items: 1, max_items: 20, validations: &[V::StepNames] };
static RESOURCE_SET_SPEC: Schema = object(&[
    optional("commonMetadata", &COMMON_METADATA),
    optional("dependsOn", &DEPENDS_ON),
    optional("inputStrategy", &INPUT_STRATEGY),
    optional("inputs", &INPUTS),
    optional("inputsFrom", &INPUTS_FROM),
    optional("resources", &RESOURCES),
    optional("resourcesTemplate", &STRING),
    optional("serviceAccountName", &STRING),
    optional("steps", &STEPS),
    optional("wait", &BOOLEAN),
], &[V::StepsAlone, V::StepsOrResources]);
static CHART: Schema = words(&[], None, 1, 2048);
static RECONCILE_STRATEGY: Schema = words(&["ChartVersion", "Revision"], None, 0, u16::MAX);
static SOURCE_REF_KIND: Schema = words(&["HelmRepository", "GitRepository", "Bucket"], None, 0, u16::MAX);
static SOURCE_REF_NAME: Schema = words(&[], None, 1, 253);
static NAMESPACE: Schema = words(&[], None, 1, 63);
static SOURCE_REF: Schema = object(&[
    optional("apiVersion", &STRING),
    required("kind", &SOURCE_REF_KIND),
    required("name", &SOURCE_REF_NAME),
    optional("namespace", &NAMESPACE),
], &[]);
static VERIFY_PROVIDER: Schema = words(&["cosign", "notation"], None, 0, u16::MAX);
static VERIFY: Schema = object(&[
    required("provider", &VERIFY_PROVIDER).or("cosign"),
    optional("secretRef", &CERT_SECRET_REF),
], &[]);
static CHART_SPEC: Schema = object(&[
    required("chart", &CHART),
    optional("ignoreMissingValuesFiles", &BOOLEAN),
    optional("interval", &DURATION),
    optional("reconcileStrategy", &RECONCILE_STRATEGY).or("ChartVersion"),
    required("sourceRef", &SOURCE_REF),
    optional("valuesFiles", &STRINGS),
    optional("verify", &VERIFY),
    optional("version", &STRING).or("*"),
], &[]);
static SPEC_CHART: Schema = object(&[
    optional("metadata", &COMMON_METADATA),
    required("spec", &CHART_SPEC),
], &[]);
static CHART_REF_KIND: Schema = words(&["OCIRepository", "HelmChart", "ExternalArtifact"], None, 0, u16::MAX);
static CHART_REF: Schema = object(&[
    optional("apiVersion", &STRING),
    required("kind", &CHART_REF_KIND),
    required("name", &SOURCE_REF_NAME),
    optional("namespace", &NAMESPACE),
], &[]);
static SPEC_DEPENDS_ON_ITEM: Schema = object(&[
    required("name", &STRING),
    optional("namespace", &STRING),
    optional("readyExpr", &STRING),
], &[]);
static SPEC_DEPENDS_ON: Schema = list(&SPEC_DEPENDS_ON_ITEM);
static IGNORE_ITEM: Schema = object(&[
    required("paths", &STRINGS),
    optional("target", &TARGET),
], &[]);
static IGNORE: Schema = list(&IGNORE_ITEM);
static MODE: Schema = words(&["enabled", "warn", "disabled"], None, 0, u16::MAX);
static DRIFT_DETECTION: Schema = object(&[
    optional("ignore", &IGNORE),
    optional("mode", &MODE),
], &[]);
static HEALTH_CHECK_EXPRS_ITEM: Schema = object(&[
    required("apiVersion", &STRING),
    required("current", &STRING),
    optional("failed", &STRING),
    optional("inProgress", &STRING),
    optional("kind", &STRING),
], &[]);
static HEALTH_CHECK_EXPRS: Schema = list(&HEALTH_CHECK_EXPRS_ITEM);
static CRDS: Schema = words(&["Skip", "Create", "CreateReplace"], None, 0, u16::MAX);
static INTEGER: Schema = Schema::Integer { maximum: i64::MAX };
static REMEDIATION: Schema = object(&[
    optional("ignoreTestFailures", &BOOLEAN),
    optional("remediateLastFailure", &BOOLEAN),
    optional("retries", &INTEGER),
], &[]);
static STRATEGY_NAME: Schema = words(&["RemediateOnFailure", "RetryOnFailure"], None, 0, u16::MAX);
static STRATEGY: Schema = object(&[
    required("name", &STRATEGY_NAME),
    optional("retryInterval", &DURATION),
], &[V::InstallRetryInterval]);
static INSTALL: Schema = object(&[
    optional("crds", &CRDS),
    optional("createNamespace", &BOOLEAN),
    optional("disableHooks", &BOOLEAN),
    optional("disableOpenAPIValidation", &BOOLEAN),
    optional("disableSchemaValidation", &BOOLEAN),
    optional("disableTakeOwnership", &BOOLEAN),
    optional("disableWait", &BOOLEAN),
    optional("disableWaitForJobs", &BOOLEAN),
    optional("remediation", &REMEDIATION),
    optional("replace", &BOOLEAN),
    optional("serverSideApply", &BOOLEAN),
    optional("skipCRDs", &BOOLEAN),
    optional("strategy", &STRATEGY),
    optional("timeout", &DURATION),
], &[]);
static SECRET_REF: Schema = object(&[
    optional("key", &STRING),
    required("name", &STRING),
], &[]);
static KUBE_CONFIG: Schema = object(&[
    optional("configMapRef", &CERT_SECRET_REF),
    optional("secretRef", &SECRET_REF),
], &[V::KubeConfigSource, V::KubeConfigSources]);
static POST_RENDER_STRATEGY: Schema = words(&["nohooks", "combined", "separate"], None, 0, u16::MAX);
static IMAGES_ITEM: Schema = object(&[
    optional("digest", &STRING),
    required("name", &STRING),
    optional("newName", &STRING),
    optional("newTag", &STRING),
], &[]);
static IMAGES: Schema = list(&IMAGES_ITEM);
static POST_RENDERERS_KUSTOMIZE: Schema = object(&[
    optional("images", &IMAGES),
    optional("patches", &PATCHES),
], &[]);
static POST_RENDERERS_ITEM: Schema = object(&[
    optional("kustomize", &POST_RENDERERS_KUSTOMIZE),
], &[]);
static POST_RENDERERS: Schema = list(&POST_RENDERERS_ITEM);
static RELEASE_NAME: Schema = words(&[], None, 1, 53);
static SERVER_SIDE_APPLY: Schema = words(&["enabled", "disabled", "auto"], None, 0, u16::MAX);
static ROLLBACK: Schema = object(&[
    optional("cleanupOnFail", &BOOLEAN),
    optional("disableHooks", &BOOLEAN),
    optional("disableWait", &BOOLEAN),
    optional("disableWaitForJobs", &BOOLEAN),
    optional("force", &BOOLEAN),
    optional("recreate", &BOOLEAN),
    optional("serverSideApply", &SERVER_SIDE_APPLY),
    optional("timeout", &DURATION),
], &[]);
static FILTERS_ITEM: Schema = object(&[
    optional("exclude", &BOOLEAN),
    required("name", &SOURCE_REF_NAME),
], &[]);
static FILTERS: Schema = list(&FILTERS_ITEM);
static TEST: Schema = object(&[
    optional("enable", &BOOLEAN),
    optional("filters", &FILTERS),
    optional("ignoreFailures", &BOOLEAN),
    optional("timeout", &DURATION),
], &[]);
static DELETION_PROPAGATION: Schema = words(&["background", "foreground", "orphan"], None, 0, u16::MAX);
static UNINSTALL: Schema = object(&[
    optional("deletionPropagation", &DELETION_PROPAGATION).or("background"),
    optional("disableHooks", &BOOLEAN),
    optional("disableWait", &BOOLEAN),
    optional("keepHistory", &BOOLEAN),
    optional("timeout", &DURATION),
], &[]);
static CHART_NAME_CHANGE_STRATEGY: Schema = words(&["InPlaceUpdate", "Reinstall"], None, 0, u16::MAX);
static REMEDIATION_STRATEGY: Schema = words(&["rollback", "uninstall"], None, 0, u16::MAX);
static UPGRADE_REMEDIATION: Schema = object(&[
    optional("ignoreTestFailures", &BOOLEAN),
    optional("remediateLastFailure", &BOOLEAN),
    optional("retries", &INTEGER),
    optional("strategy", &REMEDIATION_STRATEGY),
], &[]);
static UPGRADE_STRATEGY: Schema = object(&[
    required("name", &STRATEGY_NAME),
    optional("retryInterval", &DURATION),
], &[V::UpgradeRetryInterval]);
static UPGRADE: Schema = object(&[
    optional("chartNameChangeStrategy", &CHART_NAME_CHANGE_STRATEGY),
    optional("cleanupOnFail", &BOOLEAN),
    optional("crds", &CRDS),
    optional("disableHooks", &BOOLEAN),
    optional("disableOpenAPIValidation", &BOOLEAN),
    optional("disableSchemaValidation", &BOOLEAN),
    optional("disableTakeOwnership", &BOOLEAN),
    optional("disableWait", &BOOLEAN),
    optional("disableWaitForJobs", &BOOLEAN),
    optional("force", &BOOLEAN),
    optional("preserveValues", &BOOLEAN),
    optional("remediation", &UPGRADE_REMEDIATION),
    optional("serverSideApply", &SERVER_SIDE_APPLY),
    optional("strategy", &UPGRADE_STRATEGY),
    optional("timeout", &DURATION),
], &[]);
static VALUES_FROM_KIND: Schema = words(&["Secret", "ConfigMap"], None, 0, u16::MAX);
static TARGET_PATH: Schema = words(&[], Some(Pattern::ValuesPath), 0, 250);
static VALUES_KEY: Schema = words(&[], Some(Pattern::DataKey), 0, 253);
static VALUES_FROM_ITEM: Schema = object(&[
    required("kind", &VALUES_FROM_KIND),
    optional("literal", &BOOLEAN),
    required("name", &SOURCE_REF_NAME),
    optional("optional", &BOOLEAN),
    optional("targetPath", &TARGET_PATH),
    optional("valuesKey", &VALUES_KEY),
], &[]);
static VALUES_FROM: Schema = list(&VALUES_FROM_ITEM);
static WAIT_STRATEGY_NAME: Schema = words(&["poller", "legacy"], None, 0, u16::MAX);
static WAIT_STRATEGY: Schema = object(&[
    required("name", &WAIT_STRATEGY_NAME),
], &[]);
static HELM_RELEASE_SPEC: Schema = object(&[
    optional("chart", &SPEC_CHART),
    optional("chartRef", &CHART_REF),
    optional("commonMetadata", &COMMON_METADATA),
    optional("dependsOn", &SPEC_DEPENDS_ON),
    optional("driftDetection", &DRIFT_DETECTION),
    optional("healthCheckExprs", &HEALTH_CHECK_EXPRS),
    optional("install", &INSTALL),
    required("interval", &DURATION),
    optional("kubeConfig", &KUBE_CONFIG),
    optional("maxHistory", &INTEGER),
    optional("persistentClient", &BOOLEAN),
    optional("postRenderStrategy", &POST_RENDER_STRATEGY),
    optional("postRenderers", &POST_RENDERERS),
    optional("releaseName", &RELEASE_NAME),
    optional("rollback", &ROLLBACK),
    optional("serviceAccountName", &SOURCE_REF_NAME),
    optional("storageNamespace", &NAMESPACE),
    optional("suspend", &BOOLEAN),
    optional("targetNamespace", &NAMESPACE),
    optional("test", &TEST),
    optional("timeout", &DURATION),
    optional("uninstall", &UNINSTALL),
    optional("upgrade", &UPGRADE),
    optional("values", &ANYTHING),
    optional("valuesFrom", &VALUES_FROM),
    optional("waitStrategy", &WAIT_STRATEGY),
], &[V::ChartOrChartRef]);
static BUILD_METADATA_ITEM: Schema = words(&["originAnnotations", "transformerAnnotations"], None, 0, u16::MAX);
static BUILD_METADATA: Schema = list(&BUILD_METADATA_ITEM);
static DECRYPTION_PROVIDER: Schema = words(&["sops"], None, 0, u16::MAX);
static DECRYPTION: Schema = object(&[
    required("provider", &DECRYPTION_PROVIDER),
    optional("secretRef", &CERT_SECRET_REF),
    optional("serviceAccountName", &STRING),
], &[]);
static DELETION_POLICY: Schema = words(&["MirrorPrune", "Delete", "WaitForTermination", "Orphan"], None, 0, u16::MAX);
static HEALTH_CHECKS_ITEM: Schema = object(&[
    optional("apiVersion", &STRING),
    required("kind", &STRING),
    required("name", &STRING),
    optional("namespace", &STRING),
], &[]);
static HEALTH_CHECKS: Schema = list(&HEALTH_CHECKS_ITEM);
static NAME_PREFIX: Schema = words(&[], None, 1, 200);
static SUBSTITUTE_FROM_ITEM: Schema = object(&[
    required("kind", &VALUES_FROM_KIND),
    required("name", &SOURCE_REF_NAME),
    optional("optional", &BOOLEAN).or("false"),
], &[]);
static SUBSTITUTE_FROM: Schema = list(&SUBSTITUTE_FROM_ITEM);
static SUBSTITUTE_STRATEGY: Schema = words(&["WithVariables", "Always"], None, 0, u16::MAX);
static POST_BUILD: Schema = object(&[
    optional("substitute", &STRING_MAP),
    optional("substituteFrom", &SUBSTITUTE_FROM),
    optional("substituteStrategy", &SUBSTITUTE_STRATEGY),
], &[]);
static SPEC_SOURCE_REF_KIND: Schema = words(&["OCIRepository", "GitRepository", "Bucket", "ExternalArtifact"], None, 0, u16::MAX);
static SPEC_SOURCE_REF: Schema = object(&[
    optional("apiVersion", &STRING),
    required("kind", &SPEC_SOURCE_REF_KIND),
    required("name", &STRING),
    optional("namespace", &STRING),
], &[]);
static KUSTOMIZATION_SPEC: Schema = object(&[
    optional("buildMetadata", &BUILD_METADATA),
    optional("commonMetadata", &COMMON_METADATA),
    optional("components", &STRINGS),
    optional("decryption", &DECRYPTION),
    optional("deletionPolicy", &DELETION_POLICY),
    optional("dependsOn", &SPEC_DEPENDS_ON),
    optional("force", &BOOLEAN).or("false"),
    optional("healthCheckExprs", &HEALTH_CHECK_EXPRS),
    optional("healthChecks", &HEALTH_CHECKS),
    optional("ignore", &IGNORE),
    optional("ignoreMissingComponents", &BOOLEAN),
    optional("images", &IMAGES),
    required("interval", &DURATION),
    optional("kubeConfig", &KUBE_CONFIG),
    optional("namePrefix", &NAME_PREFIX),
    optional("nameSuffix", &NAME_PREFIX),
    optional("patches", &PATCHES),
    optional("path", &STRING),
    optional("postBuild", &POST_BUILD),
    required("prune", &BOOLEAN),
    optional("retryInterval", &DURATION),
    optional("serviceAccountName", &STRING),
    required("sourceRef", &SPEC_SOURCE_REF),
    optional("suspend", &BOOLEAN),
    optional("targetNamespace", &NAMESPACE),
    optional("timeout", &DURATION),
    optional("wait", &BOOLEAN),
], &[]);
static SPEC_PROVIDER: Schema = words(&["generic", "aws", "gcp", "azure"], None, 0, u16::MAX);
static ENDPOINT: Schema = words(&[], Some(Pattern::HttpUrl), 0, u16::MAX);
static STS_PROVIDER: Schema = words(&["aws", "ldap"], None, 0, u16::MAX);
static STS: Schema = object(&[
    optional("certSecretRef", &CERT_SECRET_REF),
    required("endpoint", &ENDPOINT),
    required("provider", &STS_PROVIDER),
    optional("secretRef", &CERT_SECRET_REF),
], &[]);
static TIMEOUT: Schema = words(&[], Some(Pattern::DurationWithoutHours), 0, u16::MAX);
static BUCKET_SPEC: Schema = object(&[
    required("bucketName", &STRING),
    optional("certSecretRef", &CERT_SECRET_REF),
    required("endpoint", &STRING),
    optional("ignore", &STRING),
    optional("insecure", &BOOLEAN),
    required("interval", &DURATION),
    optional("prefix", &STRING),
    optional("provider", &SPEC_PROVIDER).or("generic"),
    optional("proxySecretRef", &CERT_SECRET_REF),
    optional("region", &STRING),
    optional("secretRef", &CERT_SECRET_REF),
    optional("serviceAccountName", &STRING),
    optional("sts", &STS),
    optional("suspend", &BOOLEAN),
    optional("timeout", &TIMEOUT).or("60s"),
], &[V::StsProvider, V::StsAws, V::StsLdap, V::StsSecret, V::StsCertSecret, V::BucketServiceAccount, V::BucketSecretAndAccount]);
static EXTERNAL_ARTIFACT_SPEC: Schema = object(&[
    optional("sourceRef", &HEALTH_CHECKS_ITEM),
], &[]);
static INCLUDE_ITEM: Schema = object(&[
    optional("fromPath", &STRING),
    required("repository", &CERT_SECRET_REF),
    optional("toPath", &STRING),
], &[]);
static INCLUDE: Schema = list(&INCLUDE_ITEM);
static GIT_REPOSITORY_SPEC_PROVIDER: Schema = words(&["generic", "aws", "azure", "github"], None, 0, u16::MAX);
static REF: Schema = object(&[
    optional("branch", &STRING),
    optional("commit", &STRING),
    optional("name", &STRING),
    optional("semver", &STRING),
    optional("tag", &STRING),
], &[]);
static SPEC_URL: Schema = words(&[], Some(Pattern::GitUrl), 0, u16::MAX);
static VERIFY_MODE: Schema = words(&["head", "HEAD", "Tag", "TagAndHEAD"], None, 0, u16::MAX);
static SPEC_VERIFY: Schema = object(&[
    optional("mode", &VERIFY_MODE).or("HEAD"),
    required("secretRef", &CERT_SECRET_REF),
], &[]);
static GIT_REPOSITORY_SPEC: Schema = object(&[
    optional("ignore", &STRING),
    optional("include", &INCLUDE),
    required("interval", &DURATION),
    optional("provider", &GIT_REPOSITORY_SPEC_PROVIDER),
    optional("proxySecretRef", &CERT_SECRET_REF),
    optional("recurseSubmodules", &BOOLEAN),
    optional("ref", &REF),
    optional("secretRef", &CERT_SECRET_REF),
    optional("serviceAccountName", &STRING),
    optional("sparseCheckout", &STRINGS),
    optional("suspend", &BOOLEAN),
    optional("timeout", &TIMEOUT).or("60s"),
    required("url", &SPEC_URL),
    optional("verify", &SPEC_VERIFY),
], &[V::GitServiceAccount]);
static HELM_CHART_SPEC_SOURCE_REF: Schema = object(&[
    optional("apiVersion", &STRING),
    required("kind", &SOURCE_REF_KIND),
    required("name", &STRING),
], &[]);
static MATCH_OIDCIDENTITY_ITEM: Schema = object(&[
    required("issuer", &STRING),
    required("subject", &STRING),
], &[]);
static MATCH_OIDCIDENTITY: Schema = list(&MATCH_OIDCIDENTITY_ITEM);
static HELM_CHART_SPEC_VERIFY: Schema = object(&[
    optional("matchOIDCIdentity", &MATCH_OIDCIDENTITY),
    required("provider", &VERIFY_PROVIDER).or("cosign"),
    optional("secretRef", &CERT_SECRET_REF),
], &[]);
static HELM_CHART_SPEC: Schema = object(&[
    required("chart", &STRING),
    optional("ignoreMissingValuesFiles", &BOOLEAN),
    required("interval", &DURATION),
    optional("reconcileStrategy", &RECONCILE_STRATEGY).or("ChartVersion"),
    required("sourceRef", &HELM_CHART_SPEC_SOURCE_REF),
    optional("suspend", &BOOLEAN),
    optional("valuesFiles", &STRINGS),
    optional("verify", &HELM_CHART_SPEC_VERIFY),
    optional("version", &STRING).or("*"),
], &[V::ChartVerify]);
static NAMESPACE_SELECTORS_ITEM: Schema = object(&[
    optional("matchLabels", &STRING_MAP),
], &[]);
static NAMESPACE_SELECTORS: Schema = list(&NAMESPACE_SELECTORS_ITEM);
static ACCESS_FROM: Schema = object(&[
    required("namespaceSelectors", &NAMESPACE_SELECTORS),
], &[]);
static HELM_REPOSITORY_SPEC_PROVIDER: Schema = words(&["generic", "aws", "azure", "gcp"], None, 0, u16::MAX);
static HELM_REPOSITORY_SPEC_TYPE: Schema = words(&["default", "oci"], None, 0, u16::MAX);
static HELM_REPOSITORY_SPEC_URL: Schema = words(&[], Some(Pattern::HelmUrl), 0, u16::MAX);
static HELM_REPOSITORY_SPEC: Schema = object(&[
    optional("accessFrom", &ACCESS_FROM),
    optional("certSecretRef", &CERT_SECRET_REF),
    optional("insecure", &BOOLEAN),
    optional("interval", &DURATION),
    optional("passCredentials", &BOOLEAN),
    optional("provider", &HELM_REPOSITORY_SPEC_PROVIDER).or("generic"),
    optional("secretRef", &CERT_SECRET_REF),
    optional("suspend", &BOOLEAN),
    optional("timeout", &TIMEOUT),
    optional("type", &HELM_REPOSITORY_SPEC_TYPE),
    required("url", &HELM_REPOSITORY_SPEC_URL),
], &[]);
static OPERATION: Schema = words(&["extract", "copy"], None, 0, u16::MAX);
static LAYER_SELECTOR: Schema = object(&[
    optional("mediaType", &STRING),
    optional("operation", &OPERATION),
], &[]);
static SPEC_REF: Schema = object(&[
    optional("digest", &STRING),
    optional("semver", &STRING),
    optional("semverFilter", &STRING),
    optional("tag", &STRING),
], &[]);
static OCI_REPOSITORY_SPEC_VERIFY: Schema = object(&[
    optional("matchOIDCIdentity", &MATCH_OIDCIDENTITY),
    required("provider", &VERIFY_PROVIDER).or("cosign"),
    optional("secretRef", &CERT_SECRET_REF),
    optional("trustedRootSecretRef", &CERT_SECRET_REF),
], &[]);
static OCI_REPOSITORY_SPEC: Schema = object(&[
    optional("certSecretRef", &CERT_SECRET_REF),
    optional("ignore", &STRING),
    optional("insecure", &BOOLEAN),
    required("interval", &DURATION),
    optional("layerSelector", &LAYER_SELECTOR),
    optional("provider", &HELM_REPOSITORY_SPEC_PROVIDER).or("generic"),
    optional("proxySecretRef", &CERT_SECRET_REF),
    optional("ref", &SPEC_REF),
    optional("secretRef", &CERT_SECRET_REF),
    optional("serviceAccountName", &STRING),
    optional("suspend", &BOOLEAN),
    optional("timeout", &TIMEOUT).or("60s"),
    required("url", &ARTIFACT),
    optional("verify", &OCI_REPOSITORY_SPEC_VERIFY),
], &[]);
