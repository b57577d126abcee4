use super::{Rule, Scope, page};
use crate::diag::Severity;

/// Found by asking the registry: see `crate::doctor`.
pub(super) const RULE: Rule = Rule {
    id: "auth-anonymous-would-work",
    summary: "credentials that a public repository refuses",
    severity: Severity::Info,
    scope: Scope::Registry,
    page: page!("auth-anonymous-would-work"),
    ..Rule::DEFAULT
};
