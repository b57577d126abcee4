use super::{Check, FixKind, Rule, page};
use crate::compat::image_name;
use crate::context::Context;
use crate::diag::Applicability;
use crate::yaml::patch::{self, Value};

pub(super) const RULE: Rule = Rule {
    id: "verify-notation-plain-http",
    summary: "notation over HTTPS, to a host that most likely speaks plain HTTP",
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("verify-notation-plain-http"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci().filter(|oci| !oci.insecure && oci.cert_secret_ref.is_none()) else { return };
    if !oci.verify.as_ref().is_some_and(|verify| verify.is_notation()) {
        return;
    }
    let (Some(url), Some(host)) = (&oci.url, oci.host().filter(|host| image_name::is_local_registry(host))) else {
        return;
    };
    if ctx.may_be_supplied("spec.insecure") || ctx.may_be_supplied("spec.certSecretRef") {
        return;
    }
    let edit = match oci.spec.get("insecure") {
        Some(written) => (!written.is_alias()).then(|| crate::text::Edit::replace(written.span(), "true")),
        None => patch::append_entry(oci.spec, "insecure", &Value::Bool(true)),
    };
    let start = "oci://".len();
    let span = url.part(start, start + host.len());
    let found = ctx
        .report(span, format!("notation asks \"{host}\" over HTTPS alone"))
        .why("the pull falls back to plain HTTP for such a host, notation does not: \"http: server gave HTTP response to HTTPS client\"")
        .help("set insecure: true if the registry speaks plain HTTP, else its authority in certSecretRef");
    if let Some(edit) = edit {
        found.fix(Applicability::Unsafe, "Allow plain HTTP", vec![edit]);
    }
}
