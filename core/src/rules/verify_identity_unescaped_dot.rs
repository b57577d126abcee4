use super::support::identities::patterns;
use super::{Check, FixKind, Rule, page};
use crate::compat::regex;
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::verify::identity;
use crate::yaml::patch;

pub(super) const RULE: Rule = Rule {
    id: "verify-identity-unescaped-dot",
    summary: "a bare dot in an issuer or subject, which fits any character",
    severity: Severity::Info,
    fix: FixKind::Safe,
    check: Check::Object(check),
    page: page!("verify-identity-unescaped-dot"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    for (field, pattern) in patterns(ctx).into_iter().filter(|(_, pattern)| identity::may_have_bare_dot(pattern)) {
        let dots = regex::check(pattern).map(|syntax| syntax.unescaped_dots()).unwrap_or_default();
        let Some(first) = dots.first() else { continue };
        let mut escaped = String::with_capacity(pattern.len() + dots.len());
        for (at, character) in pattern.char_indices() {
            if dots.iter().any(|dot| dot.start == at) {
                escaped.push('\\');
            }
            escaped.push(character);
        }
        let message = format!("a bare dot in the {} \"{pattern}\" fits any character", field.name);
        ctx.report(field.text.part(first.start, first.end), message)
            .why("the pattern fits other names as well, such as githubXcom")
            .help(format!("write {escaped}"))
            .fix(Applicability::Safe, "Escape the dots", vec![patch::set_string(field.text.node, &escaped)]);
    }
}
