use super::{Check, FixKind, Rule, page};
use crate::context::Context;
use crate::diag::Applicability;
use crate::yaml::patch;

pub(super) const RULE: Rule = Rule {
    id: "verify-identity-ignored",
    summary: "identities beside keys or notation, which do not look at them",
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("verify-identity-ignored"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(verify) = ctx.oci().and_then(|oci| oci.verify.as_ref()) else { return };
    if verify.identities.is_empty() {
        return;
    }
    let (why, help) = match &verify.secret_ref {
        _ if verify.is_notation() => (
            "notation takes identities from the trust policy alone",
            "write them as trustedIdentities into trustpolicy.json, and remove matchOIDCIdentity",
        ),
        Some(_) if verify.is_cosign() => (
            "with secretRef any signature by one of its keys is accepted; a key has no identity",
            "remove matchOIDCIdentity, or remove secretRef to verify keyless",
        ),
        _ => return,
    };
    let edit = patch::remove_key(verify.node, "matchOIDCIdentity");
    let span = ctx.object().key_span("spec.verify.matchOIDCIdentity");
    let found = ctx.report(span, "the identities are not looked at").why(why).help(help);
    if let Some(edit) = edit {
        found.fix(Applicability::Unsafe, "Remove matchOIDCIdentity", vec![edit]);
    }
}
