use super::{Check, FixKind, Rule, page};
use crate::context::Context;
use crate::diag::Applicability;
use crate::provider;
use crate::yaml::patch;

pub(super) const RULE: Rule = Rule {
    id: "insecure-public-registry",
    summary: "insecure: true for a registry that everybody reaches over HTTPS",
    fix: FixKind::Safe,
    silences: &["insecure-disables-tls-verification", "verify-unsigned-transport"],
    check: Check::Object(check),
    page: page!("insecure-public-registry"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci().filter(|oci| oci.insecure) else { return };
    let Some(host) = oci.host().filter(|host| provider::is_https_only(host)) else { return };
    let Some(entry) = oci.spec.entry("insecure") else { return };
    let has_certificates = oci.cert_secret_ref.as_ref().is_some_and(|name| !name.is_empty());
    let why = if has_certificates {
        "HTTPS is used all the same, and plain HTTP is allowed to whoever is on the way"
    } else {
        "HTTPS is used all the same, but any certificate is accepted: whoever is on the way can answer in the registry's place"
    };
    let edit = patch::remove_key(oci.spec, "insecure");
    let found = ctx
        .report(entry.span(), format!("insecure: true for \"{host}\", which serves HTTPS"))
        .why(why)
        .help("remove insecure; behind a proxy that opens HTTPS, name its authority in certSecretRef");
    if let Some(edit) = edit {
        found.fix(Applicability::Safe, "Remove insecure", vec![edit]);
    }
}
