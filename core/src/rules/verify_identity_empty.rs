use super::support::identities::{BUNDLES, fields};
use super::{Check, Rule, page};
use crate::context::Context;

pub(super) const RULE: Rule = Rule {
    id: "verify-identity-empty",
    summary: "an empty issuer or subject",
    check: Check::Object(check),
    page: page!("verify-identity-empty"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    for field in fields(ctx).into_iter().filter(|field| field.text.is_empty()) {
        let why = if ctx.flux() >= BUNDLES {
            "an older signature is then accepted whatever it says there, one in the bundle format is refused"
        } else {
            "a signature is then accepted whatever it says there"
        };
        let name = field.name;
        ctx.report_text(field.text, format!("the {name} is empty and constrains nothing"))
            .why(why)
            .help(format!("write the {name} that signs, as a pattern from ^ to $"));
    }
}
