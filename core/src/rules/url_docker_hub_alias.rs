use super::support::edits;
use super::support::url;
use super::{Check, FixKind, Rule, Scope, page};
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::docker_hub_name;

pub(super) const RULE: Rule = Rule {
    id: "url-docker-hub-alias",
    summary: "Docker Hub called by several names in one set",
    severity: Severity::Info,
    scope: Scope::Set,
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("url-docker-hub-alias"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some((url, text, parts)) = ctx.oci().and_then(url::known) else { return };
    let Some(own) = docker_hub_name(text) else { return };
    let (Some(common), 2..) = ctx.set().sources().docker_hub() else { return };
    if own == common {
        return;
    }
    let fixed = text.replacen(own, common, 1);
    let edit = edits::set(url, &fixed);
    let finding = ctx
        .report(
            url.part(parts.host.start, parts.host.end),
            format!("Docker Hub is \"{own}\" here and \"{common}\" in most other sources"),
        )
        .why(if own == "registry-1.docker.io" || common == "registry-1.docker.io" {
            "a Secret's entry for docker.io or https://index.docker.io/v1/ does not match registry-1.docker.io: the one is sent credentials, the other is not"
        } else {
            "source-controller takes both for index.docker.io; an entry of a Secret, and whoever searches, may know but one"
        })
        .help(format!("write {fixed}"));
    if let Some(edit) = edit {
        finding.fix(Applicability::Unsafe, format!("Write {common}"), vec![edit]);
    }
}
