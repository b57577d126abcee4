use super::support::schema_errors::{errors_of, refusal};
use super::{Check, FixKind, Rule, Stage, page};
use crate::compat::duration;
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::Kinds;
use crate::yaml::patch;

pub(super) const RULE: Rule = Rule {
    id: "timeout-hours-unit",
    summary: "a timeout in hours, where a source takes minutes at most",
    severity: Severity::Error,
    fix: FixKind::Safe,
    stage: Stage::Admission,
    kinds: Kinds::SOURCES,
    check: Check::Object(check),
    page: page!("timeout-hours-unit"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    for error in errors_of(ctx, RULE.id) {
        let node = error.node;
        let text = node.text();
        let kind = ctx.object().kind_name();
        let minutes = duration::to_minutes(text);
        let finding =
            ctx.report(node.span(), format!("the timeout \"{text}\" is in hours, which {kind} does not take"));
        finding.why(refusal(error));
        let Some(minutes) = minutes else {
            finding.help("write the timeout in minutes or seconds");
            continue;
        };
        finding.help(format!("write {minutes}"));
        if !node.is_alias() {
            finding.fix(Applicability::Safe, format!("Write {minutes}"), vec![patch::set_string(node, &minutes)]);
        }
    }
}
