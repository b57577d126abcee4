use super::{Rule, Scope, page};
use crate::diag::Severity;

/// Found by asking the registry: see `crate::doctor`.
pub(super) const RULE: Rule = Rule {
    id: "http-only-registry",
    summary: "a registry that speaks plain HTTP alone",
    severity: Severity::Error,
    scope: Scope::Registry,
    page: page!("http-only-registry"),
    ..Rule::DEFAULT
};
