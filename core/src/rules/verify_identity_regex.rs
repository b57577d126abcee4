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
    let Some(verify) = ctx.oci().and_then(|oci| oci.verify.as_ref()).filter(|verify| verify.is_keyless()) else {
        return;
    };
    for (index, identity) in verify.identities.iter().enumerate() {
        for (field, text) in [("issuer", &identity.issuer), ("subject", &identity.subject)] {
            let Some(text) = text else { continue };
            let Some(Err(error)) =
                text.known_non_empty().filter(|pattern| !identity::is_simple(pattern)).map(regex::check)
            else {
                continue;
            };
            // A signature of the older format may fit another identity before this one is read.
            let is_certain = verify.identities.len() == 1 || index == 0 && field == "issuer";
            let span = error.span();
            let at = if span.is_empty() { text.text_span() } else { text.part(span.start, span.end) };
            ctx.report(at, format!("the {field} \"{}\" is no valid regular expression", text.as_str()))
                .severity(if is_certain { Severity::Error } else { Severity::Warning })
                .mark(error.kind().as_str())
                .why(format!("source-controller fails with \"{error}\""))
                .help("Go's syntax has no look-around and no backreferences; escape what stands for itself with a backslash");
        }
    }
}
