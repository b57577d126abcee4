use super::{Check, Rule, Scope, page};
use crate::compat::provider_host;
use crate::compat::pull_secret::Entry;
use crate::context::Context;
use crate::rules::support::{keyring, secret_place};

pub(super) const RULE: Rule = Rule {
    id: "registry-secret-short-lived",
    summary: "a Secret with a token that lasts hours",
    scope: Scope::Set,
    check: Check::Object(check),
    page: page!("registry-secret-short-lived"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(name) = ctx.oci().and_then(|oci| oci.secret_ref.as_ref()) else { return };
    let Some(secret) = ctx.referenced_secret(name) else { return };
    let Some(ring) = keyring::strict(&secret) else { return };
    let Some((entry, token)) = ring.entries().iter().find_map(|entry| Some((entry, token(entry)?))) else { return };
    let place = secret_place::of_name(&secret);
    ctx.report_text(
        name,
        format!("the Secret \"{}\" holds {} for \"{}\"", name.as_str(), token.what, keyring::shown(entry.written())),
    )
    .label(place, token.lasts)
    .why("once it has expired the registry refuses it, and nothing in the manifest renews it")
    .help(token.instead);
}

/// A credential that is made for a job, not for a cluster.
struct Token {
    what: &'static str,
    lasts: &'static str,
    instead: &'static str,
}

fn token(entry: &Entry) -> Option<Token> {
    let credentials = entry.credentials();
    let (username, password) = (credentials.username(), credentials.password());
    match username.as_ref() {
        "AWS" if provider_host::is_private_ecr(&entry.key()) || entry.key().contains(".ecr.") => Some(Token {
            what: "an ECR password",
            lasts: "lasts 12 hours",
            instead: "set provider: aws and no secretRef: source-controller then logs in by itself",
        }),
        "oauth2accesstoken" => Some(Token {
            what: "a Google access token",
            lasts: "lasts an hour",
            instead: "set provider: gcp and no secretRef: source-controller then logs in by itself",
        }),
        "00000000-0000-0000-0000-000000000000" => Some(Token {
            what: "an ACR token",
            lasts: "lasts three hours",
            instead: "set provider: azure and no secretRef: source-controller then logs in by itself",
        }),
        _ if password.starts_with("ghs_") => Some(Token {
            what: "a token of a GitHub App or workflow",
            lasts: "lasts an hour, or as long as the job",
            instead: "use a personal access token with read:packages, or let something renew the Secret",
        }),
        _ => None,
    }
}
