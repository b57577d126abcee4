use super::{Rule, Scope, page};
use crate::diag::Severity;

/// Found by asking the registry: see `crate::doctor`.
pub(super) const RULE: Rule = Rule {
    id: "layer-mediatype-absent",
    summary: "a layerSelector that no layer of the artifact fits",
    severity: Severity::Error,
    scope: Scope::Registry,
    page: page!("layer-mediatype-absent"),
    ..Rule::DEFAULT
};
