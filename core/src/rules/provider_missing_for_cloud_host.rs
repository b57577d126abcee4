use super::{Check, FixKind, Rule, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::provider::{self, Anonymous, Provider};
use crate::yaml::patch::{self, Value};

pub(super) const RULE: Rule = Rule {
    id: "provider-missing-for-cloud-host",
    summary: "a cloud's registry that nothing logs in to",
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("provider-missing-for-cloud-host"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    if oci.cloud() != Some(Provider::Generic) || oci.secret_ref.is_some() || oci.service_account.is_some() {
        return;
    }
    let (Some(url), Some(host)) = (&oci.url, oci.host()) else { return };
    let owner = Provider::of_host(host);
    let cloud = provider::cloud(owner);
    let severity = match (owner, (cloud.anonymous)(host)) {
        (Provider::Generic, _) | (_, Anonymous::Served) => return,
        (_, Anonymous::Refused) => Severity::Warning,
        (_, Anonymous::PublicOnes) => Severity::Info,
    };
    if ["spec.provider", "spec.secretRef", "spec.serviceAccountName"].iter().any(|route| ctx.may_be_supplied(route)) {
        return;
    }
    let why = match severity {
        Severity::Info => "the request is anonymous, which the registry answers for public repositories alone",
        _ => "the request is anonymous, which the registry always refuses",
    };
    let name = owner.name();
    let edit = match &oci.provider {
        Some(written) => Some(patch::set_string(written.node, name)),
        None => {
            oci.spec.entry("url").and_then(|url| patch::insert_after(oci.spec, url, "provider", &Value::string(name)))
        }
    };
    let start = "oci://".len();
    let span = url.part(start, start + host.len());
    let found = ctx
        .report(span, format!("nothing logs in to \"{host}\", a host of {}", cloud.registry))
        .severity(severity)
        .why(why)
        .help(format!("set provider: {name}, which needs {}", cloud.identity));
    if let Some(edit) = edit {
        found.fix(Applicability::Unsafe, format!("Log in with provider {name}"), vec![edit]);
    }
}
