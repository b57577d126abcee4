use super::support::identities::patterns;
use super::{Check, Rule, page};
use crate::compat::regex;
use crate::context::Context;
use crate::diag::Severity;
use crate::verify::identity;

pub(super) const RULE: Rule = Rule {
    id: "verify-identity-regex",
    summary: "an issuer or subject that is no valid regular expression",
    severity: Severity::Error,
    check: Check::Object(check),
    page: page!("verify-identity-regex"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    for (field, pattern) in patterns(ctx).into_iter().filter(|(_, pattern)| !identity::is_simple(pattern)) {
        let Err(error) = regex::check(pattern) else { continue };
        let span = error.span();
        let at = if span.is_empty() { field.text.text_span() } else { field.text.part(span.start, span.end) };
        ctx.report(at, format!("the {} \"{pattern}\" is no valid regular expression", field.name))
            .severity(if field.is_always_read { Severity::Error } else { Severity::Warning })
            .mark(error.kind().as_str())
            .why(format!("source-controller fails with \"{error}\""))
            .help(
                "Go's syntax has no look-around and no backreferences; escape what stands for itself with a backslash",
            );
    }
}
