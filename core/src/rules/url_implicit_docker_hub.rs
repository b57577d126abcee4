use super::support::url;
use super::support::{edits, short};
use super::{Check, FixKind, Rule, page};
use crate::compat::image_name::Repository;
use crate::context::Context;
use crate::diag::{Applicability, Severity};

pub(super) const RULE: Rule = Rule {
    id: "url-implicit-docker-hub",
    summary: "a URL without a registry, for which Docker Hub is asked",
    severity: Severity::Warning,
    fix: FixKind::Suggested,
    kinds: url::CARRIERS,
    check: Check::Object(check),
    page: page!("url-implicit-docker-hub"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some((url, parts)) = url::carried_parts(ctx) else { return };
    let text = url.as_str();
    // Nobody is asked for a URL that is refused: what it holds beside the name is for other rules to say.
    let is_refused = parts.tag.is_some() || parts.digest.is_some() || parts.query.is_some();
    if !parts.host.is_empty() || is_refused {
        return;
    }
    let Some(name) = text.get(parts.repository.clone()).filter(|name| !name.starts_with('/')) else { return };
    let Some(asked) = Repository::parse(name).ok() else { return };
    let first = name.split('/').next().unwrap_or_default();
    let behind = text.get(parts.repository.start..).unwrap_or_default();
    let fixed = format!("oci://docker.io/{behind}");
    let edit = edits::set(&url, &fixed);
    let at = parts.repository.start;
    let reader = url::reader(ctx.object().kind());
    let finding = ctx
        .report(url.part(at, at + first.len()), format!("\"{}\" is no registry, so Docker Hub is asked", short(first)))
        .mark("no \".\" and no \":\"")
        .why(format!("{reader} asks for {asked}"))
        .help(if first == "localhost" {
            "a registry on this host needs its port: oci://localhost:5000/…".to_owned()
        } else {
            format!("write the registry: {fixed} if Docker Hub is meant")
        });
    if let Some(edit) = edit {
        finding.fix(Applicability::Unsafe, "Write docker.io", vec![edit]);
    }
}
