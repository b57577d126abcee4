use super::{Check, Rule, page};
use crate::context::Context;
use crate::diag::Severity;
use crate::yaml::Node;

pub(super) const RULE: Rule = Rule {
    id: "verify-notation-needs-secret",
    summary: "notation without its Secret",
    severity: Severity::Error,
    check: Check::Object(check),
    page: page!("verify-notation-needs-secret"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(verify) = ctx.oci().and_then(|oci| oci.verify.as_ref()).filter(|verify| verify.is_notation()) else {
        return;
    };
    let is_missing = verify.node.get("secretRef").is_none_or(Node::is_null);
    if !is_missing || ctx.may_be_supplied("spec.verify.secretRef") {
        return;
    }
    let Some(provider) = &verify.provider else { return };
    ctx.report_text(provider, "notation without verify.secretRef verifies nothing")
        .why("source-controller refuses each revision: \"verification secret cannot be empty\"")
        .help("name a Secret that holds trustpolicy.json and the certificates (*.crt or *.pem)");
}
