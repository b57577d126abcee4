use super::{Rule, Scope, Stage, page};
use crate::diag::Severity;
use crate::model::Kinds;

/// Found by the caller, who holds the schemas: a general validator is no part of the core.
pub(super) const RULE: Rule = Rule {
    id: "schema-mismatch",
    summary: "a document of another kind that does not fit the schema given for it",
    severity: Severity::Error,
    scope: Scope::Schema,
    stage: Stage::Admission,
    kinds: Kinds::of(&[]),
    page: page!("schema-mismatch"),
    ..Rule::DEFAULT
};
