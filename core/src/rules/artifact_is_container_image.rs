use super::{Rule, Scope, page};
use crate::diag::Severity;

/// Found by asking the registry: see `crate::doctor`.
pub(super) const RULE: Rule = Rule {
    id: "artifact-is-container-image",
    summary: "a container image where manifests or a chart are meant",
    severity: Severity::Warning,
    scope: Scope::Registry,
    page: page!("artifact-is-container-image"),
    ..Rule::DEFAULT
};
