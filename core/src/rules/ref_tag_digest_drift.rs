use super::{Rule, Scope, page};
use crate::diag::Severity;

/// Found by asking the registry: see `crate::doctor`.
pub(super) const RULE: Rule = Rule {
    id: "ref-tag-digest-drift",
    summary: "a pinned digest beside a tag that is another one by now",
    severity: Severity::Warning,
    scope: Scope::Registry,
    page: page!("ref-tag-digest-drift"),
    ..Rule::DEFAULT
};
