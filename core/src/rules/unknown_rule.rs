use super::{FixKind, RULES, Rule, page};
use crate::diag::{Applicability, Diagnostic, Location, Severity};
use crate::model::File;
use crate::text::{Edit, Span, nearest};

pub(super) const RULE: Rule = Rule {
    id: "unknown-rule",
    summary: "a suppression comment that names a rule which does not exist",
    severity: Severity::Warning,
    fix: FixKind::Suggested,
    page: page!("unknown-rule"),
    ..Rule::DEFAULT
};

/// A name in a suppression that is no rule's.
pub(crate) fn report(file: &File, name: &str, span: Span) -> Diagnostic {
    let at = Location { file: file.id, span };
    let mut finding = Diagnostic::new(RULE.id, RULE.severity, at, format!("there is no rule \"{name}\""));
    finding.why("the comment suppresses nothing by that name");
    match nearest(name, RULES.iter().map(|rule| rule.id)) {
        Some(near) => {
            finding.help(format!("did you mean \"{near}\"?")).fix(
                Applicability::Unsafe,
                format!("Name {near}"),
                vec![Edit::replace(span, near)],
            );
        }
        None => {
            finding.help("`kubectl oci rules` lists them");
        }
    }
    finding
}
