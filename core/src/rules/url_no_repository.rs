use super::support::short;
use super::support::url::{self, refusal};
use super::{Check, Rule, page};
use crate::context::Context;
use crate::diag::Severity;

pub(super) const RULE: Rule = Rule {
    id: "url-no-repository",
    summary: "a URL that names a registry and no repository in it",
    severity: Severity::Error,
    kinds: url::CARRIERS,
    check: Check::Object(check),
    page: page!("url-no-repository"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(url) = url::carried(ctx) else { return };
    let Some((text, parts)) = url.known().and_then(|text| Some((text, url::open_parts(text)?))) else { return };
    let url = &url;
    let host = text.get(parts.host.clone()).unwrap_or_default();
    let repository = text.get(parts.repository.clone()).unwrap_or_default();
    let length = repository.trim().chars().count();
    if length > 1 && !repository.chars().all(|c| c == '/') {
        return;
    }
    let span = if length == 1 && !parts.repository.is_empty() {
        url.part(parts.repository.start, parts.repository.end)
    } else {
        url.text_span()
    };
    let message = match (host, length) {
        ("", 0) => format!("the URL \"{}\" names no repository", short(text)),
        (host, 0) => format!("the URL names the registry \"{}\" and no repository in it", short(host)),
        (_, 1) => format!("the repository \"{}\" has one character, and at least two are wanted", repository.trim()),
        _ => format!("the URL \"{}\" names no repository", short(text)),
    };
    let finding = ctx
        .report(span, message)
        .help("a URL is oci://<registry>/<repository>, such as oci://ghcr.io/stefanprodan/manifests/podinfo");
    finding.why(refusal(text).unwrap_or_else(|| {
        format!("without a slash all of it is a repository on Docker Hub: source-controller asks for index.docker.io/library/{host}")
    }));
}
