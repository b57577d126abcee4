use super::{Check, Rule, page};
use crate::config::FluxVersion;
use crate::context::Context;

pub(super) const RULE: Rule = Rule {
    id: "verify-identity-empty",
    summary: "an empty issuer or subject",
    check: Check::Object(check),
    page: page!("verify-identity-empty"),
    ..Rule::DEFAULT
};

/// From this release on, cosign's bundles are verified.
const BUNDLES: FluxVersion = FluxVersion::new(2, 8);

fn check(ctx: &mut Context<'_, '_>) {
    let Some(verify) = ctx.oci().and_then(|oci| oci.verify.as_ref()).filter(|verify| verify.is_keyless()) else {
        return;
    };
    for identity in &verify.identities {
        for (field, text) in [("issuer", &identity.issuer), ("subject", &identity.subject)] {
            let Some(text) = text.as_ref().filter(|text| text.is_empty()) else { continue };
            let why = if ctx.flux() >= BUNDLES {
                "an older signature is then accepted whatever it says there, one in the bundle format is refused"
            } else {
                "a signature is then accepted whatever it says there"
            };
            ctx.report_text(text, format!("the {field} is empty and constrains nothing"))
                .why(why)
                .help(format!("write the {field} that signs, as a pattern from ^ to $"));
        }
    }
}
