use super::{Rule, Scope, page};
use crate::diag::Severity;

/// Found by asking the registry: see `crate::doctor`.
pub(super) const RULE: Rule = Rule {
    id: "ref-not-found",
    summary: "a tag, a digest or a repository that the registry does not have",
    severity: Severity::Error,
    scope: Scope::Registry,
    page: page!("ref-not-found"),
    ..Rule::DEFAULT
};
