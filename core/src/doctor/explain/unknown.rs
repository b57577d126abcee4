//! `MANIFEST_UNKNOWN`, `NAME_UNKNOWN`, 404: the tag, the digest or the repository is not there.

use super::say::{list, say, yaml};
use super::{Context, Said};
use crate::compat::semver::Version;
use crate::doctor::evidence::{Answer, Failure, Fetch, What};
use crate::doctor::verdict::Explanation;
use crate::text::nearest;

pub(super) fn explain(context: &Context<'_>) -> Said {
    if !context.failure().is_some_and(Failure::is_missing) {
        return Ok(None);
    }
    match context.ask_one(Fetch::configured(What::Tags))? {
        Answer::Tags(tags) if !tags.is_empty() => Ok(Some(not_in_repository(context, tags))),
        Answer::Failed(failure) if failure.is_missing() => no_repository(context).map(Some),
        _ => Ok(Some(unlisted(context))),
    }
}

fn not_in_repository(context: &Context<'_>, tags: &[String]) -> Explanation {
    let location = context.location();
    let there = format!("The repository \"{location}\" is there");
    let Some(tag) = &context.walk.tag else {
        return say(format!(
            "{there}, and the digest in ref.digest is not in it: it was deleted, or it belongs to another repository or registry. Registries clean up what no tag points to any more."
        ))
        .paste("see what there is", format!("kubectl oci list oci://{location}"))
        .advise("pin a digest that the registry has, and keep a tag on it");
    };
    let mut text = format!("{there}, and has no tag \"{tag}\".");
    if context.case.fields.tag.is_empty() {
        text.push_str(" spec.ref names nothing, so \"latest\" is asked for.");
    }
    text.push_str(&format!(" It has {}.", examples(tags)));
    let said = say(text);
    match near(tag, tags) {
        Some(near) => said.paste(format!("did you mean \"{near}\"?"), format!("ref:\n  tag: {}", yaml(near))),
        None => said.paste("see all of them", format!("kubectl oci list oci://{location}")),
    }
}

/// The tag that differs by a `v`, or by a slip.
fn near<'t>(tag: &str, tags: &'t [String]) -> Option<&'t str> {
    let with_v = format!("v{tag}");
    let bare = tag.strip_prefix('v').unwrap_or(&with_v);
    let plain = tags.iter().map(String::as_str).filter(|known| !is_of_a_signature(known));
    let same = tags.iter().map(String::as_str).find(|known| *known == bare);
    same.or_else(|| nearest(tag, plain).filter(|near| is_near(tag, near)))
}

/// Versions differ by their digits, so that every one is near every other.
fn is_near(tag: &str, near: &str) -> bool {
    let is_version = |text: &str| Version::parse(text).is_ok();
    !is_version(tag) || !is_version(near)
}

/// Tags that cosign and its like hang on others.
pub(super) fn is_of_a_signature(tag: &str) -> bool {
    tag.starts_with("sha256-")
}

/// The highest versions first, then other names.
pub(super) fn examples(tags: &[String]) -> String {
    let mut versions: Vec<Version<'_>> = tags.iter().filter_map(|tag| Version::parse(tag).ok()).collect();
    versions.sort_by(|a, b| b.cmp(a));
    let names = tags.iter().map(String::as_str).filter(|tag| Version::parse(tag).is_err() && !is_of_a_signature(tag));
    let all: Vec<&str> = versions.iter().map(Version::original).chain(names).collect();
    list(&all, 6)
}

fn no_repository(context: &Context<'_>) -> Result<Explanation, Vec<Fetch>> {
    let host = context.host();
    let location = context.location();
    let name = context.case.repository().map(|repository| repository.repository_name()).unwrap_or_default();
    let mut said = say(format!("\"{host}\" has no repository \"{name}\"."));
    if let Answer::Repositories(known) = context.ask_one(Fetch::configured(What::Repositories))? {
        let same_owner: Vec<&String> = known.iter().filter(|other| parts(other).0 == parts(&name).0).collect();
        if let Some(near) = near_repository(&name, known) {
            said = said.paste(format!("did you mean \"{near}\"?"), format!("url: oci://{host}/{near}"));
        } else if !same_owner.is_empty() {
            said = said.advise(format!("beside it there are {}", list(&same_owner, 8)));
        } else if !known.is_empty() {
            said = said.advise(format!("it has {}", list(known, 8)));
        }
    }
    if name.contains("/-/") || name.starts_with('-') {
        said = said.advise("the URL looks like that of a web page; take the name that `docker pull` takes");
    }
    Ok(said.advise(format!("check the name, and that something was pushed there: {location}")))
}

/// The repository that differs by a slip in its owner or in its own name, not in both.
fn near_repository<'k>(name: &str, known: &'k [String]) -> Option<&'k str> {
    let (owner, own) = parts(name);
    let known = || known.iter().map(String::as_str);
    let last = nearest(own, known().filter(|other| parts(other).0 == owner).map(|other| parts(other).1));
    let first = || nearest(owner, known().filter(|other| parts(other).1 == own).map(|other| parts(other).0));
    let (owner, own) = match last {
        Some(own) => (owner, own),
        None => (first()?, own),
    };
    known().find(|other| parts(other) == (owner, own))
}

fn parts(name: &str) -> (&str, &str) {
    name.rsplit_once('/').unwrap_or(("", name))
}

fn unlisted(context: &Context<'_>) -> Explanation {
    let what = match &context.walk.tag {
        Some(tag) => format!("the tag \"{tag}\""),
        None => "the digest".to_owned(),
    };
    let location = context.location();
    say(format!(
        "\"{}\" does not find {what} in \"{location}\", and does not tell which tags there are.",
        context.host()
    ))
    .advise("check the name of the repository, and the tag or digest")
}
