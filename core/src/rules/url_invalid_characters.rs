use std::ops::Range;

use super::support::url::{self, Parts, refusal};
use super::support::{edits, short};
use super::{Check, FixKind, Rule, page};
use crate::compat::image_name::{NameErrorKind, Repository};
use crate::context::Context;
use crate::diag::{Applicability, Severity};

pub(super) const RULE: Rule = Rule {
    id: "url-invalid-characters",
    summary: "characters in the URL that no repository or registry holds",
    severity: Severity::Error,
    fix: FixKind::Safe,
    kinds: url::CARRIERS,
    check: Check::Object(check),
    page: page!("url-invalid-characters"),
    ..Rule::DEFAULT
};

/// The most characters of a repository.
const LONGEST: usize = 255;

fn check(ctx: &mut Context<'_, '_>) {
    let Some((url, parts)) = url::carried_parts(ctx) else { return };
    let text = url.as_str();
    let kind = ctx.object().kind();
    let Some((range, mark)) = wrong(text, &parts) else { return };
    let fixed = fixed(text, &parts);
    let edit = fixed.as_ref().and_then(|fixed| edits::set(&url, fixed));
    let at = text.get(range.clone()).unwrap_or_default();
    let message = if at.chars().count() > LONGEST {
        format!("the repository has {} characters, and {LONGEST} are the most", at.chars().count())
    } else if range.start < parts.host.end {
        format!("\"{}\" is no registry", short(at))
    } else {
        format!("the repository holds \"{}\"", short(at))
    };
    let finding = ctx.report(url.part(range.start, range.end), message).mark(mark).help(match &fixed {
        Some(fixed) => format!("write {fixed}"),
        None => "a repository has lower-case letters, digits, \"_\", \"-\", \".\" and \"/\"".to_owned(),
    });
    if let Some(why) = refusal(kind, text) {
        finding.why(why);
    }
    if let Some(edit) = edit {
        finding.fix(Applicability::Safe, "Write the repository as registries have it", vec![edit]);
    }
}

/// The first characters that do not belong into the registry or the repository, and what they are.
/// A tag, a digest and the like are for the rules that know them.
fn wrong(text: &str, parts: &Parts) -> Option<(Range<usize>, &'static str)> {
    let host = text.get(parts.host.clone())?;
    let repository = text.get(parts.repository.clone())?;
    if repository.is_empty() {
        return None;
    }
    if !host.is_empty() {
        let error = Repository::parse(&format!("{host}/repository")).err();
        if error.is_some_and(|error| error.kind() == NameErrorKind::Registry) {
            let blank = host.chars().any(char::is_whitespace);
            return Some((parts.host.clone(), if blank { "a blank" } else { "no host with an optional port" }));
        }
    }
    let is_wrong = |c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.' | '/'));
    if let Some(start) = repository.find(is_wrong) {
        let run = repository.get(start..)?;
        let length = run.find(|c| !is_wrong(c)).unwrap_or(run.len());
        let run = run.get(..length)?;
        let mark = if run.chars().all(char::is_whitespace) {
            "a blank"
        } else if run.bytes().all(|byte| byte.is_ascii_uppercase()) {
            "upper case"
        } else {
            "no repository holds this"
        };
        let start = parts.repository.start + start;
        return Some((start..start + length, mark));
    }
    (repository.chars().count() > LONGEST).then(|| (parts.repository.clone(), "too long"))
}

/// The URL with its ends trimmed and its repository in lower case, where that is all it takes.
fn fixed(text: &str, parts: &Parts) -> Option<String> {
    let repository = text.get(parts.repository.clone())?;
    let before = text.get(..parts.repository.start)?;
    let behind = text.get(parts.repository.end..)?;
    let scheme = before.get(.."oci://".len())?;
    let before = format!("{scheme}{}", before.get(scheme.len()..)?.trim_start());
    let repository = repository.to_ascii_lowercase();
    let repository = if behind.is_empty() { repository.trim_end() } else { &repository };
    let fixed = format!("{before}{repository}{behind}");
    let parts = url::parts(&fixed)?;
    wrong(&fixed, &parts).is_none().then_some(fixed)
}
