use super::{Rule, Scope, page};
use crate::diag::Severity;

/// Found by asking the registry: see `crate::doctor`.
pub(super) const RULE: Rule = Rule {
    id: "ref-no-semver-match",
    summary: "a range that no tag of the repository is in",
    severity: Severity::Error,
    scope: Scope::Registry,
    page: page!("ref-no-semver-match"),
    ..Rule::DEFAULT
};
