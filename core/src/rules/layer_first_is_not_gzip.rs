use super::{Rule, Scope, page};
use crate::diag::Severity;

/// Found by asking the registry: see `crate::doctor`.
pub(super) const RULE: Rule = Rule {
    id: "layer-first-is-not-gzip",
    summary: "a layer to be unpacked that is no gzip",
    severity: Severity::Error,
    scope: Scope::Registry,
    page: page!("layer-first-is-not-gzip"),
    ..Rule::DEFAULT
};
