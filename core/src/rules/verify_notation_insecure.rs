use super::{Check, FixKind, Rule, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::provider;
use crate::yaml::patch;

pub(super) const RULE: Rule = Rule {
    id: "verify-notation-insecure",
    summary: "notation over plain HTTP, to a registry that serves HTTPS alone",
    severity: Severity::Error,
    fix: FixKind::Suggested,
    silences: &["insecure-public-registry", "insecure-disables-tls-verification"],
    check: Check::Object(check),
    page: page!("verify-notation-insecure"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci().filter(|oci| oci.insecure) else { return };
    if !oci.verify.as_ref().is_some_and(|verify| verify.is_notation()) {
        return;
    }
    let Some(host) = oci.host().filter(|host| provider::is_https_only(host)) else { return };
    let Some(entry) = oci.spec.entry("insecure") else { return };
    let edit = patch::remove_key(oci.spec, "insecure");
    let found = ctx
        .report(entry.span(), format!("notation asks \"{host}\" over plain HTTP, which it does not serve"))
        .why("insecure: true makes notation use HTTP alone, with the credentials in clear; the pull itself still prefers HTTPS")
        .help("remove insecure");
    if let Some(edit) = edit {
        found.fix(Applicability::Unsafe, "Remove insecure", vec![edit]);
    }
}
