use super::{Check, FixKind, Rule, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::yaml::patch::{self, Value};

pub(super) const RULE: Rule = Rule {
    id: "verify-unsigned-transport",
    summary: "neither the connection nor the artifact is verified",
    severity: Severity::Info,
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("verify-unsigned-transport"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci().filter(|oci| oci.insecure) else { return };
    if oci.spec.get("verify").is_some_and(|verify| !verify.is_null()) || ctx.may_be_supplied("spec.verify") {
        return;
    }
    let Some(entry) = oci.spec.entry("insecure") else { return };
    let secret = Value::strings(&[("name", "cosign-public-key")]);
    let example = Value::strings(&[("provider", "cosign")]).with("secretRef", secret);
    let edit = patch::append_entry(oci.spec, "verify", &example);
    let found = ctx
        .report(entry.span(), "neither the connection nor the artifact is verified")
        .why("with insecure: true whoever is on the way to the registry can answer in its place, and nothing else would notice")
        .help("sign the artifact and add spec.verify: a signature holds whatever the way it came");
    if let Some(edit) = edit {
        found.fix(Applicability::Display, "Verify a signature", vec![edit]);
    }
}
