use super::{Rule, Scope, page};
use crate::diag::Severity;

/// Found by asking the registry: see `crate::doctor`.
pub(super) const RULE: Rule = Rule {
    id: "tls-untrusted-ca",
    summary: "a registry whose certificate nobody known has signed",
    severity: Severity::Error,
    scope: Scope::Registry,
    page: page!("tls-untrusted-ca"),
    ..Rule::DEFAULT
};
