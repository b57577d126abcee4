use super::support::schema_errors::{errors_of, refusal};
use super::{Check, FixKind, Rule, Stage, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::Kinds;
use crate::yaml::{self, Scalar, patch};

pub(super) const RULE: Rule = Rule {
    id: "scalar-not-string",
    summary: "a number or a boolean without quotes where a string belongs",
    severity: Severity::Error,
    fix: FixKind::Safe,
    stage: Stage::Admission,
    kinds: Kinds::FLUX,
    check: Check::Object(check),
    page: page!("scalar-not-string"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    for error in errors_of(ctx, RULE.id) {
        let node = error.node;
        let (text, Some(scalar)) = (node.text(), node.scalar()) else { continue };
        let json = yaml::scalar_text(node).unwrap_or_default();
        let read = match json.as_str() {
            json if json != text && !json.is_empty() => format!("the {} {json}", scalar.type_name()),
            _ => format!("a {}", scalar.type_name()),
        };
        let finding = ctx.report(node.span(), format!("{text} is read as {read}, and {} takes a string", error.route));
        finding.mark(format!("a {}", scalar.type_name()));
        finding.why(refusal(error));
        match error.route.split('.').nth(1) {
            // kustomize, which Flux builds with, leaves labels as they are and makes annotations text.
            Some("labels") if error.route.starts_with("metadata.") => {
                finding.severity(Severity::Warning).why(
                    "kubectl refuses the object; kustomize-controller cannot read its labels and applies it with none of them",
                );
            }
            Some("annotations") if error.route.starts_with("metadata.") => {
                finding
                    .severity(Severity::Info)
                    .why("kubectl refuses the object; the kustomize of Flux makes text of it first");
            }
            _ => {}
        }
        // Digits behind the first sixteen or so do not survive: what was meant is the text.
        let lost = matches!(scalar, Scalar::Float(_));
        finding.help(match lost {
            true => "put it in quotes: as a number it would lose digits",
            false => "put it in quotes",
        });
        if !node.is_alias() {
            finding.fix(Applicability::Safe, "Put it in quotes", vec![patch::quote(node)]);
        }
    }
}
