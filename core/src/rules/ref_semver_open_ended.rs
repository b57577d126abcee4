use super::support::{edits, short};
use super::{Check, FixKind, Rule, page};
use crate::compat::semver::Constraint;
use crate::context::Context;
use crate::diag::{Applicability, Severity};

pub(super) const RULE: Rule = Rule {
    id: "ref-semver-open-ended",
    summary: "a range without an upper bound, which takes every later major version",
    severity: Severity::Warning,
    fix: FixKind::Suggested,
    check: Check::Object(check),
    page: page!("ref-semver-open-ended"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let Some(semver) = oci.reference.effective_semver() else { return };
    let Some(text) = semver.known() else { return };
    let Some(range) = Constraint::parse(text).ok().filter(Constraint::is_open_ended) else { return };
    if oci.reference.effective_filter().is_some_and(|filter| filter.is_opaque() || bounds(filter.as_str())) {
        return;
    }
    let bounded = bounded(text);
    let edit = bounded.as_ref().and_then(|bounded| edits::set(semver, bounded));
    let finding = ctx
        .report(semver.text_span(), format!("the range \"{}\" has no upper bound", short(text)))
        .mark(range.bounds_in_words())
        .why("a new major version is taken at the next interval after it is pushed, with whatever it breaks")
        .help(match &bounded {
            Some(bounded) => format!("bound it: \"{bounded}\""),
            None => "bound it by the major version that is wanted, such as \"6.x\" or \">=6.1.0 <7.0.0\"".to_owned(),
        });
    if let Some(edit) = edit {
        finding.fix(Applicability::Unsafe, "Stay below the next major version", vec![edit]);
    }
}

/// A filter that begins with a number, `^6\.` or `^v6`, keeps to that major version.
fn bounds(filter: &str) -> bool {
    let number = filter.strip_prefix('^').map(|rest| rest.strip_prefix("v?").unwrap_or(rest));
    number.is_some_and(|rest| rest.strip_prefix('v').unwrap_or(rest).starts_with(|c: char| c.is_ascii_digit()))
}

/// A range of one lower bound, with the next major version as its upper one.
fn bounded(text: &str) -> Option<String> {
    let text = text.trim();
    let version = [">=", "=>", ">"].into_iter().find_map(|sign| text.strip_prefix(sign))?.trim_start();
    if version.contains([' ', ',', '|', '\t']) {
        return None;
    }
    let major = version.strip_prefix('v').unwrap_or(version).split(['.', '-', '+']).next()?;
    let next = major.parse::<u64>().ok()?.checked_add(1)?;
    // Beside a pre-release, `<2.0.0` would take 2.0.0-rc.1.
    let suffix = if version.contains('-') { "-0" } else { "" };
    Some(format!("{text} <{next}.0.0{suffix}"))
}
