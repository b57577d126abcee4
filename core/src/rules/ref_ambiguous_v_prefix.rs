use super::{Rule, Scope, page};
use crate::diag::Severity;

/// Found by asking the registry: see `crate::doctor`.
pub(super) const RULE: Rule = Rule {
    id: "ref-ambiguous-v-prefix",
    summary: "a range whose highest version stands under several tags",
    severity: Severity::Warning,
    scope: Scope::Registry,
    page: page!("ref-ambiguous-v-prefix"),
    ..Rule::DEFAULT
};
