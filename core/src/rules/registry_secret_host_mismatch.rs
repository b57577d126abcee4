use super::{Check, Rule, Scope, page};
use crate::compat::image_name::{DEFAULT_REGISTRY, Repository};
use crate::compat::pull_secret::{self, Entry, Mismatch};
use crate::context::Context;
use crate::model::is_opaque;
use crate::rules::support::{keyring, secret_place};

pub(super) const RULE: Rule = Rule {
    id: "registry-secret-host-mismatch",
    summary: "a Secret whose credentials are for other registries",
    scope: Scope::Set,
    check: Check::Object(check),
    page: page!("registry-secret-host-mismatch"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    // The Secrets of an account are asked as well.
    let (Some(name), Some(url), None) = (&oci.secret_ref, &oci.url, &oci.service_account) else { return };
    let Some(image) = url.known().and_then(|url| Repository::parse_url(url, false).ok()) else { return };
    let Some(secret) = ctx.referenced_secret(name) else { return };
    let Some(ring) = keyring::lax(&secret) else { return };
    let entries = ring.entries();
    if !ring.resolve(&image).is_empty() || entries.iter().any(|entry| is_opaque(entry.written())) {
        return;
    }
    let host = image.registry_host();
    let place = secret_place::of_name(&secret);
    let found = match entries {
        [] => ctx
            .report_text(name, format!("the Secret \"{}\" holds no credentials at all", name.as_str()))
            .label(place, "no entry"),
        entries => ctx
            .report_text(name, format!("the Secret \"{}\" holds no credentials for \"{host}\"", name.as_str()))
            .label(place, format!("it has {}", keys(entries))),
    };
    found
        .why("source-controller sends credentials where host, port and the beginning of the path fit, and asks anonymously otherwise")
        .help(help(entries, &image));
}

fn keys(entries: &[Entry]) -> String {
    entries.iter().map(|entry| format!("\"{}\"", keyring::shown(entry.written()))).collect::<Vec<_>>().join(", ")
}

/// What to write, for the one entry that there mostly is.
fn help(entries: &[Entry], image: &Repository) -> String {
    let host = image.registry_host();
    if host == DEFAULT_REGISTRY {
        return "Docker Hub's key is https://index.docker.io/v1/; docker.io and registry-1.docker.io do not fit it"
            .to_owned();
    }
    let mismatch = match entries {
        [entry] => pull_secret::explain(entry.written(), image),
        _ => None,
    };
    match mismatch {
        Some(Mismatch::Port { image: port, .. }) if port.is_empty() => format!("write the key {host}, without a port"),
        Some(Mismatch::Port { .. }) => format!("write the key with the port: {host}"),
        Some(Mismatch::Path { key, image: path }) => {
            format!("the path {key} does not begin {path}: write the key {host}, or {host}{path}")
        }
        _ => format!("add an entry {host}"),
    }
}
