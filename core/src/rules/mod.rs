//! The rules: one file and one page each, one table.
//!
//! To add one, write `<id_with_underscores>.rs` and `<id-with-dashes>.md` here, and add its `mod`
//! line and its row of [`RULES`]. Nothing else lists rules.

use crate::context::Context;
use crate::diag::Severity;
use crate::model::Kinds;

mod chart_layer_operation_extract;
mod chart_layer_selector_missing;
mod diverging_source_versions;
mod duplicate_source;
mod helmrelease_consumes_manifests;
mod helmrepository_oci_url_includes_chart;
mod ignore_has_no_effect_with_copy;
mod interval_too_short;
mod kustomization_consumes_chart;
mod layer_copy_for_kustomization;
mod layer_mediatype_is_config;
mod layer_mediatype_unknown;
mod oci_helmrepository_legacy;
mod oci_helmrepository_semver_range;
mod ref_digest_format;
mod ref_digest_shadows_tag;
mod ref_implicit_latest;
mod ref_mutable_tag;
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
mod ref_tag_invalid;
mod ref_tag_is_range;
mod ref_tag_plus_sign;
mod ref_unpinned;
mod support;
mod unused_source;
mod url_contains_digest;
mod url_contains_tag;
mod url_credentials_or_query;
mod url_docker_hub_alias;
mod url_implicit_docker_hub;
mod url_invalid_characters;
mod url_missing_oci_scheme;
mod url_no_repository;
mod url_trailing_slash;

/// The rules, in the order of this table.
pub static RULES: &[&Rule] = &[
    &chart_layer_operation_extract::RULE,
    &chart_layer_selector_missing::RULE,
    &diverging_source_versions::RULE,
    &duplicate_source::RULE,
    &helmrelease_consumes_manifests::RULE,
    &helmrepository_oci_url_includes_chart::RULE,
    &ignore_has_no_effect_with_copy::RULE,
    &interval_too_short::RULE,
    &kustomization_consumes_chart::RULE,
    &layer_copy_for_kustomization::RULE,
    &layer_mediatype_is_config::RULE,
    &layer_mediatype_unknown::RULE,
    &oci_helmrepository_legacy::RULE,
    &oci_helmrepository_semver_range::RULE,
    &ref_digest_format::RULE,
    &ref_digest_shadows_tag::RULE,
    &ref_implicit_latest::RULE,
    &ref_mutable_tag::RULE,
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
    &ref_tag_invalid::RULE,
    &ref_tag_is_range::RULE,
    &ref_tag_plus_sign::RULE,
    &ref_unpinned::RULE,
    &unused_source::RULE,
    &url_contains_digest::RULE,
    &url_contains_tag::RULE,
    &url_credentials_or_query::RULE,
    &url_docker_hub_alias::RULE,
    &url_implicit_docker_hub::RULE,
    &url_invalid_characters::RULE,
    &url_missing_oci_scheme::RULE,
    &url_no_repository::RULE,
    &url_trailing_slash::RULE,
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
}

impl Scope {
    /// As `rules` and its JSON spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Set => "set",
            Self::Registry => "registry",
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
