use super::{Check, Rule, page};
use crate::context::Context;
use crate::diag::Severity;

pub(super) const RULE: Rule = Rule {
    id: "verify-absent",
    summary: "a source without signature verification",
    severity: Severity::Info,
    on: false,
    check: Check::Object(check),
    page: page!("verify-absent"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    if oci.spec.get("verify").is_some_and(|verify| !verify.is_null()) || ctx.may_be_supplied("spec.verify") {
        return;
    }
    let Some(url) = &oci.url else { return };
    ctx.report(url.text_span(), format!("nothing verifies who made \"{}\"", url.as_str()))
        .why("whoever can push to the repository decides what runs in the cluster")
        .help("sign what you publish, and name the signer in spec.verify");
}
