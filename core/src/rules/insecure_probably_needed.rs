use super::{Check, FixKind, Rule, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::provider::hosts;
use crate::yaml::patch::{self, Value};

pub(super) const RULE: Rule = Rule {
    id: "insecure-probably-needed",
    summary: "a registry inside the cluster that most likely speaks plain HTTP",
    severity: Severity::Info,
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("insecure-probably-needed"),
    ..Rule::DEFAULT
};

/// Ports that registries serve plain HTTP on.
const PLAIN_PORTS: [u16; 2] = [5000, 80];

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let Some(host) = oci.host().filter(|host| hosts::is_service(host)) else { return };
    let Some(port) = hosts::port(host).filter(|port| PLAIN_PORTS.contains(port)) else { return };
    // Whoever wrote false, or an authority, has thought of it.
    if oci.spec.get("insecure").is_some() || oci.cert_secret_ref.is_some() || ctx.may_be_supplied("spec.insecure") {
        return;
    }
    let Some(url) = &oci.url else { return };
    let start = "oci://".len();
    let span = url.part(start, start + host.len());
    let edit = patch::append_entry(oci.spec, "insecure", &Value::Bool(true));
    let found = ctx
        .report(span, format!("a Service on port {port} most likely speaks plain HTTP"))
        .why("source-controller asks this host over HTTPS alone: \"http: server gave HTTP response to HTTPS client\"")
        .help("set insecure: true, unless the registry has a certificate");
    if let Some(edit) = edit {
        found.fix(Applicability::Unsafe, "Allow plain HTTP", vec![edit]);
    }
}
