use super::support::identities::patterns;
use super::{Check, Rule, page};
use crate::compat::regex;
use crate::context::Context;
use crate::diag::Severity;
use crate::model::Text;
use crate::verify::identity::{self, Breadth};

pub(super) const RULE: Rule = Rule {
    id: "verify-identity-too-broad",
    summary: "an identity that more people have than should",
    check: Check::Object(check),
    page: page!("verify-identity-too-broad"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    for (field, pattern) in patterns(ctx) {
        let name = field.name;
        if fits_anything(pattern) {
            ctx.report(field.text.text_span(), format!("the {name} \"{pattern}\" fits anything"))
                .why("anybody can get a certificate for an identity of their own")
                .help(format!("write the {name} that signs, as a pattern from ^ to $"));
        } else if name == "subject" {
            check_subject(ctx, field.text, pattern);
        }
    }
}

/// Most patterns begin with something of their own, and need no automaton to be decided.
fn fits_anything(pattern: &str) -> bool {
    identity::literal(pattern).text.is_empty() && regex::check(pattern).is_ok_and(|syntax| syntax.matches_everything())
}

fn check_subject<'a>(ctx: &mut Context<'_, 'a>, text: &Text<'a>, pattern: &str) {
    let (severity, whom) = match identity::breadth(pattern) {
        Breadth::Narrow => return,
        Breadth::Forge => (Severity::Warning, "every repository there is".to_owned()),
        Breadth::Owners(owner) => (Severity::Warning, format!("every owner whose name begins with \"{owner}\"")),
        Breadth::Owner(owner) => (Severity::Warning, format!("every repository of \"{owner}\"")),
        Breadth::Repository(repository) => (Severity::Info, format!("every workflow and branch of \"{repository}\"")),
    };
    let why = match severity {
        Severity::Info => "whoever can push a branch with a workflow there can sign",
        _ => "whoever can run a workflow in any of them can sign",
    };
    ctx.report(text.text_span(), format!("the subject fits {whom}"))
        .severity(severity)
        .why(why)
        .help("name the workflow and its references: …/\\.github/workflows/release\\.yaml@refs/tags/.+$");
}
