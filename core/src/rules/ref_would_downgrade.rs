use super::{Rule, Scope, page};
use crate::diag::Severity;

/// Found by asking the registry: see `crate::doctor`.
pub(super) const RULE: Rule = Rule {
    id: "ref-would-downgrade",
    summary: "a range that takes less than what is deployed",
    severity: Severity::Warning,
    scope: Scope::Registry,
    page: page!("ref-would-downgrade"),
    ..Rule::DEFAULT
};
