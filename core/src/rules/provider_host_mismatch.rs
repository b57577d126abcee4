use super::{Check, FixKind, Rule, page};
use crate::compat::provider_host::HostError;
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::provider::{self, Provider};
use crate::yaml::patch;

pub(super) const RULE: Rule = Rule {
    id: "provider-host-mismatch",
    summary: "a cloud provider for a host that is not its own",
    severity: Severity::Error,
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("provider-host-mismatch"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    // With either of them there may be Secrets, and then no login.
    if oci.secret_ref.is_some() || oci.service_account.is_some() {
        return;
    }
    let (Some(written), Some(provider), Some(location)) = (&oci.provider, oci.cloud(), oci.location()) else { return };
    if provider == Provider::Generic {
        return;
    }
    let Err(error @ HostError::Host { .. }) = provider.login(location) else { return };
    let Some((host, url)) = oci.host().zip(oci.url.as_ref()) else { return };
    // The text is certain only where no patch in view gives it another host or login.
    let routes = ["spec.secretRef", "spec.serviceAccountName", "spec.url", "spec.provider"];
    if routes.iter().any(|route| ctx.may_be_supplied(route)) {
        return;
    }
    let owner = Provider::of_host(host);
    // In an Azure Stack the controller learns a further suffix from its environment.
    let certain = provider != Provider::Azure || provider::is_https_only(host);
    let severity = if certain { Severity::Error } else { Severity::Warning };
    let place = ctx.object().locate(url.part("oci://".len(), "oci://".len() + host.len()));
    let (help, fix) = match owner {
        Provider::Generic => {
            let edit = patch::remove_key(oci.spec, "provider");
            let help =
                "remove provider: a registry of no cloud takes its credentials from a Secret in secretRef".to_owned();
            (help, edit.map(|edit| ("Remove provider".to_owned(), edit)))
        }
        owner => {
            let name = owner.name();
            let title = format!("Log in with provider {name}");
            (
                format!("set provider: {name}, the host is one of {}", provider::cloud(owner).registry),
                Some((title, patch::set_string(written.node, name))),
            )
        }
    };
    let example = provider::cloud(provider).host;
    let found = ctx
        .report_text(written, format!("provider \"{}\" cannot log in to \"{host}\"", provider.name()))
        .severity(severity)
        .label(place, format!("not a host such as {example}"))
        .why(format!("the first request fails with \"{error}\""))
        .help(help);
    if let Some((title, edit)) = fix {
        found.fix(Applicability::Unsafe, title, vec![edit]);
    }
}
