//! The rules: one file and one page each, one table.
//!
//! To add one, write `<id_with_underscores>.rs` and `<id-with-dashes>.md` here, and add its `mod`
//! line and its row of [`RULES`]. Nothing else lists rules.

use crate::context::Context;
use crate::diag::Severity;
use crate::model::Kinds;

mod api_version_removed;
mod artifact_is_container_image;
mod auth_anonymous_would_work;
mod cert_secret_keys;
mod chart_layer_operation_extract;
mod chart_layer_selector_missing;
mod chart_version_mismatch;
mod cross_namespace_source_ref;
mod dangling_source_ref;
mod depends_on_cycle;
mod diverging_source_versions;
pub(crate) mod document_skipped;
mod duplicate_key;
mod duplicate_source;
mod duration_format;
mod empty_ref;
mod empty_reference_name;
mod field_needs_flux_version;
mod helmrelease_chart_and_chartref;
mod helmrelease_chartref_needs_v2;
mod helmrelease_consumes_manifests;
mod helmrelease_sourceref_ocirepository;
mod helmrelease_verify_needs_oci;
mod helmrepository_oci_url_includes_chart;
mod helmrepository_type_url_mismatch;
mod http_only_registry;
mod ignore_has_no_effect_with_copy;
mod insecure_disables_tls_verification;
mod insecure_probably_needed;
mod insecure_public_registry;
mod interval_too_short;
mod invalid_value;
mod kind_misspelled;
mod kustomization_component_path;
mod kustomization_consumes_chart;
mod kustomization_path_missing;
mod layer_copy_for_kustomization;
mod layer_first_is_not_gzip;
mod layer_mediatype_absent;
mod layer_mediatype_is_config;
mod layer_mediatype_unknown;
mod missing_required_field;
mod name_not_dns1123;
mod name_prefix_without_name_reference;
mod oci_helmrepository_legacy;
mod oci_helmrepository_semver_range;
mod plaintext_secret_in_git;
mod provider_host_mismatch;
mod provider_ignored_by_sa_pull_secrets;
mod provider_ignored_by_secret;
mod provider_missing_for_cloud_host;
mod proxy_not_used_for_keyless;
mod proxy_secret_address;
mod ref_ambiguous_v_prefix;
mod ref_digest_format;
mod ref_digest_shadows_tag;
mod ref_implicit_latest;
mod ref_mutable_tag;
mod ref_no_semver_match;
mod ref_not_found;
mod ref_semver_is_exact;
mod ref_semver_open_ended;
mod ref_semver_parse;
mod ref_semver_prerelease_surprise;
mod ref_semver_shadows_tag;
mod ref_semver_unsatisfiable;
mod ref_semverfilter_regex;
mod ref_semverfilter_unanchored;
mod ref_semverfilter_without_semver;
mod ref_tag_contains_digest;
mod ref_tag_digest_drift;
mod ref_tag_invalid;
mod ref_tag_is_range;
mod ref_tag_plus_sign;
mod ref_unpinned;
mod ref_would_downgrade;
mod registry_secret_host_mismatch;
mod registry_secret_short_lived;
mod registry_secret_type;
mod resourceset_embedded_source;
mod scalar_not_string;
mod schema_mismatch;
mod secret_ref_missing;
mod service_account_needs_feature_gate;
mod source_ref_namespace_mismatch;
mod substitute_name_invalid;
mod substitution_changes_type;
pub(crate) mod support;
mod timeout_hours_unit;
mod tls_untrusted_ca;
mod unknown_field;
pub(crate) mod unknown_rule;
mod unused_source;
pub(crate) mod unused_suppression;
mod url_contains_digest;
mod url_contains_tag;
mod url_credentials_or_query;
mod url_docker_hub_alias;
mod url_implicit_docker_hub;
mod url_invalid_characters;
mod url_missing_oci_scheme;
mod url_no_repository;
mod url_trailing_slash;
mod url_unresolved_variable;
mod verify_absent;
mod verify_cosign_secret_keys;
mod verify_identity_empty;
mod verify_identity_ignored;
mod verify_identity_regex;
mod verify_identity_too_broad;
mod verify_identity_unanchored;
mod verify_identity_unescaped_dot;
mod verify_keyless_any_identity;
mod verify_multiple_identities;
mod verify_notation_insecure;
mod verify_notation_needs_secret;
mod verify_notation_plain_http;
mod verify_notation_policy;
mod verify_shared_workflow_subject;
mod verify_trusted_root;
mod verify_trusted_root_ignored;
mod verify_unsigned_transport;
mod yaml_surprising_scalar;
pub(crate) mod yaml_syntax;

/// The rules, in the order of this table.
#[rustfmt::skip]
pub static RULES: &[&Rule] = &[
    &api_version_removed::RULE,
    &artifact_is_container_image::RULE,
    &auth_anonymous_would_work::RULE,
    &cert_secret_keys::RULE,
    &chart_layer_operation_extract::RULE,
    &chart_layer_selector_missing::RULE,
    &chart_version_mismatch::RULE,
    &cross_namespace_source_ref::RULE,
    &dangling_source_ref::RULE,
    &depends_on_cycle::RULE,
    &diverging_source_versions::RULE,
    &document_skipped::RULE,
    &duplicate_key::RULE,
    &duplicate_source::RULE,
    &duration_format::RULE,
    &empty_ref::RULE,
    &empty_reference_name::RULE,
    &field_needs_flux_version::RULE,
    &helmrelease_chart_and_chartref::RULE,
    &helmrelease_chartref_needs_v2::RULE,
    &helmrelease_consumes_manifests::RULE,
    &helmrelease_sourceref_ocirepository::RULE,
    &helmrelease_verify_needs_oci::RULE,
    &helmrepository_oci_url_includes_chart::RULE,
    &helmrepository_type_url_mismatch::RULE,
    &http_only_registry::RULE,
    &ignore_has_no_effect_with_copy::RULE,
    &insecure_disables_tls_verification::RULE,
    &insecure_probably_needed::RULE,
    &insecure_public_registry::RULE,
    &interval_too_short::RULE,
    &invalid_value::RULE,
    &kind_misspelled::RULE,
    &kustomization_component_path::RULE,
    &kustomization_consumes_chart::RULE,
    &kustomization_path_missing::RULE,
    &layer_copy_for_kustomization::RULE,
    &layer_first_is_not_gzip::RULE,
    &layer_mediatype_absent::RULE,
    &layer_mediatype_is_config::RULE,
    &layer_mediatype_unknown::RULE,
    &missing_required_field::RULE,
    &name_not_dns1123::RULE,
    &name_prefix_without_name_reference::RULE,
    &oci_helmrepository_legacy::RULE,
    &oci_helmrepository_semver_range::RULE,
    &plaintext_secret_in_git::RULE,
    &provider_host_mismatch::RULE,
    &provider_ignored_by_sa_pull_secrets::RULE,
    &provider_ignored_by_secret::RULE,
    &provider_missing_for_cloud_host::RULE,
    &proxy_not_used_for_keyless::RULE,
    &proxy_secret_address::RULE,
    &ref_ambiguous_v_prefix::RULE,
    &ref_digest_format::RULE,
    &ref_digest_shadows_tag::RULE,
    &ref_implicit_latest::RULE,
    &ref_mutable_tag::RULE,
    &ref_no_semver_match::RULE,
    &ref_not_found::RULE,
    &ref_semver_is_exact::RULE,
    &ref_semver_open_ended::RULE,
    &ref_semver_parse::RULE,
    &ref_semver_prerelease_surprise::RULE,
    &ref_semver_shadows_tag::RULE,
    &ref_semver_unsatisfiable::RULE,
    &ref_semverfilter_regex::RULE,
    &ref_semverfilter_unanchored::RULE,
    &ref_semverfilter_without_semver::RULE,
    &ref_tag_contains_digest::RULE,
    &ref_tag_digest_drift::RULE,
    &ref_tag_invalid::RULE,
    &ref_tag_is_range::RULE,
    &ref_tag_plus_sign::RULE,
    &ref_unpinned::RULE,
    &ref_would_downgrade::RULE,
    &registry_secret_host_mismatch::RULE,
    &registry_secret_short_lived::RULE,
    &registry_secret_type::RULE,
    &resourceset_embedded_source::RULE,
    &scalar_not_string::RULE,
    &schema_mismatch::RULE,
    &secret_ref_missing::RULE,
    &service_account_needs_feature_gate::RULE,
    &source_ref_namespace_mismatch::RULE,
    &substitute_name_invalid::RULE,
    &substitution_changes_type::RULE,
    &timeout_hours_unit::RULE,
    &tls_untrusted_ca::RULE,
    &unknown_field::RULE,
    &unknown_rule::RULE,
    &unused_source::RULE,
    &unused_suppression::RULE,
    &url_contains_digest::RULE,
    &url_contains_tag::RULE,
    &url_credentials_or_query::RULE,
    &url_docker_hub_alias::RULE,
    &url_implicit_docker_hub::RULE,
    &url_invalid_characters::RULE,
    &url_missing_oci_scheme::RULE,
    &url_no_repository::RULE,
    &url_trailing_slash::RULE,
    &url_unresolved_variable::RULE,
    &verify_absent::RULE,
    &verify_cosign_secret_keys::RULE,
    &verify_identity_empty::RULE,
    &verify_identity_ignored::RULE,
    &verify_identity_regex::RULE,
    &verify_identity_too_broad::RULE,
    &verify_identity_unanchored::RULE,
    &verify_identity_unescaped_dot::RULE,
    &verify_keyless_any_identity::RULE,
    &verify_multiple_identities::RULE,
    &verify_notation_insecure::RULE,
    &verify_notation_needs_secret::RULE,
    &verify_notation_plain_http::RULE,
    &verify_notation_policy::RULE,
    &verify_shared_workflow_subject::RULE,
    &verify_trusted_root::RULE,
    &verify_trusted_root_ignored::RULE,
    &verify_unsigned_transport::RULE,
    &yaml_surprising_scalar::RULE,
    &yaml_syntax::RULE,
];

/// Where the pages are read on the web.
const PAGES: &str = "https://github.com/kubectl-oci/kubectl-oci/blob/main/core/src/rules/";

/// What a rule needs to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One document.
    Document,
    /// Several documents.
    Set,
    /// The registry.
    Registry,
    /// A schema that the caller holds documents against: `lint --schema`.
    Schema,
}

impl Scope {
    /// As `rules` and its JSON spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Set => "set",
            Self::Registry => "registry",
            Self::Schema => "schema",
        }
    }
}

/// What a rule can do about what it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixKind {
    /// Nothing: a person must decide.
    None,
    /// A safe fix, at least where nothing stands against it.
    Safe,
    /// A fix that a person picks.
    Suggested,
}

impl FixKind {
    /// As `rules` and its JSON spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Safe => "safe",
            Self::Suggested => "suggested",
        }
    }
}

/// Who is certain to object. What only the controller would do is `info` for a suspended object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The API server, or the reader of the file: also for a suspended object.
    Admission,
    /// The controller, when it reconciles.
    Controller,
}

/// How a rule is run.
#[derive(Clone, Copy)]
pub enum Check {
    /// For each object of the rule's kinds.
    Object(for<'c, 'a> fn(&mut Context<'c, 'a>)),
    /// By [`crate::lint`] itself: it is about files, documents or comments.
    Engine,
}

/// A rule.
pub struct Rule {
    /// Names the problem and reads well after "ignore".
    pub id: &'static str,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// The severity it reports with where it says nothing else.
    pub severity: Severity,
    /// What it needs to see.
    pub scope: Scope,
    /// What it can do about it.
    pub fix: FixKind,
    /// Who objects.
    pub stage: Stage,
    /// False for rules that only the `strict` profile runs.
    pub on: bool,
    /// Its severity in the `strict` profile, where that differs.
    pub strict: Option<Severity>,
    /// General rules that say no more about what this one has named.
    pub silences: &'static [&'static str],
    /// Which version of this project has it first.
    pub since: &'static str,
    /// The kinds of objects it is run for.
    pub kinds: Kinds,
    /// How it is run.
    pub check: Check,
    /// Its page in Markdown; empty without the feature `pages`.
    pub page: &'static str,
}

impl Rule {
    /// What most rules have: a warning about one document of an OCIRepository, with no fix.
    pub const DEFAULT: Self = Self {
        id: "",
        summary: "",
        severity: Severity::Warning,
        scope: Scope::Document,
        fix: FixKind::None,
        stage: Stage::Controller,
        on: true,
        strict: None,
        silences: &[],
        since: "0.1.0",
        kinds: Kinds::of(&[crate::model::Kind::OciRepository]),
        check: Check::Engine,
        page: "",
    };

    /// The address of its page.
    pub fn url(&self) -> String {
        format!("{PAGES}{}.md", self.id)
    }
}

/// A rule by its id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// The page of a rule, compiled in with the feature `pages` alone.
macro_rules! page {
    ($id:literal) => {{
        #[cfg(feature = "pages")]
        let page = include_str!(concat!($id, ".md"));
        #[cfg(not(feature = "pages"))]
        let page = "";
        page
    }};
}
use page;
