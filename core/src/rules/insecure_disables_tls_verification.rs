use super::{Check, Rule, page};
use crate::context::Context;
use crate::diag::Severity;
use crate::provider::hosts;

pub(super) const RULE: Rule = Rule {
    id: "insecure-disables-tls-verification",
    summary: "insecure: true without certSecretRef accepts any certificate",
    check: Check::Object(check),
    page: page!("insecure-disables-tls-verification"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci().filter(|oci| oci.insecure) else { return };
    let has_certificates = oci.cert_secret_ref.as_ref().is_some_and(|name| !name.is_empty());
    if has_certificates || ctx.may_be_supplied("spec.certSecretRef") {
        return;
    }
    let Some(entry) = oci.spec.entry("insecure") else { return };
    // Where nobody else is on the way it is common, and often the only way.
    let severity = if oci.host().is_some_and(hosts::is_private) { Severity::Info } else { Severity::Warning };
    ctx.report(entry.span(), "insecure: true accepts any certificate")
        .severity(severity)
        .why("besides allowing plain HTTP it switches off the verification of HTTPS, where no certSecretRef is set")
        .help(
            "name a Secret with the registry's authority (ca.crt) in certSecretRef; drop insecure if it speaks HTTPS",
        );
}
