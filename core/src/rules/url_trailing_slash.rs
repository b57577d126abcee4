use super::support::edits;
use super::support::url;
use super::{Check, FixKind, Rule, page};
use crate::collections::Gather;
use crate::context::Context;
use crate::diag::{Applicability, Severity};

pub(super) const RULE: Rule = Rule {
    id: "url-trailing-slash",
    summary: "a slash at the end of the URL, or two in a row",
    severity: Severity::Warning,
    fix: FixKind::Safe,
    kinds: url::CARRIERS,
    check: Check::Object(check),
    page: page!("url-trailing-slash"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some((url, parts)) = url::carried_parts(ctx) else { return };
    let text = url.as_str();
    let Some(repository) = text.get(parts.repository.clone()) else { return };
    let name = repository.trim_matches('/');
    if name.is_empty() || name.len() < 2 {
        return;
    }
    let is_closed = !repository.ends_with('/');
    let start = if repository.starts_with('/') { Some(0) } else { repository.find("//") };
    let Some(start) = start.or_else(|| (!is_closed).then(|| repository.trim_end_matches('/').len())) else { return };
    let length = repository.get(start..).map_or(0, |rest| rest.len() - rest.trim_start_matches('/').len());
    let single: Vec<&str> = repository.split('/').filter(|part| !part.is_empty()).gather();
    let fixed = format!(
        "{}{}{}",
        text.get(..parts.repository.start).unwrap_or_default(),
        single.join("/"),
        text.get(parts.repository.end..).unwrap_or_default()
    );
    let is_at_end = start + length == repository.len();
    let edit = edits::set(&url, &fixed);
    let at = parts.repository.start + start;
    let message = if is_at_end { "the URL ends in a slash" } else { "the URL has a slash too many" };
    let reader = url::reader(ctx.object().kind());
    let finding = ctx
        .report(url.part(at, at + length), message)
        .mark("part of the name")
        .why(if parts.host.is_empty() && repository.starts_with('/') {
            format!("{reader} takes no registry out of it: all of it becomes a repository on Docker Hub")
        } else {
            format!(
                "{reader} takes it for a part of the repository's name, and most registries hold no such repository"
            )
        })
        .help(format!("write {fixed}"));
    if let Some(edit) = edit {
        finding.fix(Applicability::Safe, "Remove the slash", vec![edit]);
    }
}
