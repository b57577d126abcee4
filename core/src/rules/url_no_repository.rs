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
    let Some((url, parts)) = url::carried_parts(ctx) else { return };
    let text = url.as_str();
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
    let kind = ctx.object().kind();
    let finding = ctx
        .report(span, message)
        .help("a URL is oci://<registry>/<repository>, such as oci://ghcr.io/stefanprodan/manifests/podinfo");
    finding.why(refusal(kind, text).unwrap_or_else(|| match repository {
        "" => format!(
            "without a slash all of it is a repository on Docker Hub: {} asks for index.docker.io/library/{host}",
            url::reader(kind)
        ),
        slashes => format!(
            "the slashes are taken for a repository on Docker Hub: {} asks for index.docker.io/{slashes}",
            url::reader(kind)
        ),
    }));
}
