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
    let Some(verify) = ctx.oci().and_then(|oci| oci.verify.as_ref()).filter(|verify| verify.is_keyless()) else {
        return;
    };
    for identity in &verify.identities {
        for (field, text) in [("issuer", &identity.issuer), ("subject", &identity.subject)] {
            let Some((text, pattern)) = text.as_ref().and_then(|text| Some((text, text.known_non_empty()?))) else {
                continue;
            };
            if !identity::may_have_bare_dot(pattern) {
                continue;
            }
            let dots = regex::check(pattern).map(|syntax| syntax.unescaped_dots()).unwrap_or_default();
            let Some(first) = dots.first() else { continue };
            let mut escaped = String::with_capacity(pattern.len() + dots.len());
            for (at, character) in pattern.char_indices() {
                if dots.iter().any(|dot| dot.start == at) {
                    escaped.push('\\');
                }
                escaped.push(character);
            }
            let edit = patch::set_string(text.node, &escaped);
            ctx.report(
                text.part(first.start, first.end),
                format!("a bare dot in the {field} \"{pattern}\" fits any character"),
            )
            .why("the pattern fits other names as well, such as githubXcom")
            .help(format!("write {escaped}"))
            .fix(Applicability::Safe, "Escape the dots", vec![edit]);
        }
    }
}
