use super::{Rule, Scope, page};
use crate::diag::Severity;

/// Found by asking the registry: see `crate::doctor`.
pub(super) const RULE: Rule = Rule {
    id: "chart-version-mismatch",
    summary: "a HelmRelease whose chart is another version than its tag says",
    severity: Severity::Error,
    scope: Scope::Registry,
    page: page!("chart-version-mismatch"),
    ..Rule::DEFAULT
};
