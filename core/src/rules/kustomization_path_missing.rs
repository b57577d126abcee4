use super::{Rule, Scope, page};
use crate::diag::Severity;
use crate::model::{Kind, Kinds};

/// Found by asking the registry: see `crate::doctor`.
pub(super) const RULE: Rule = Rule {
    id: "kustomization-path-missing",
    summary: "a Kustomization whose folder is not in the artifact",
    severity: Severity::Error,
    scope: Scope::Registry,
    kinds: Kinds::of(&[Kind::Kustomization]),
    page: page!("kustomization-path-missing"),
    ..Rule::DEFAULT
};
