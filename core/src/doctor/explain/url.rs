//! `repository can only contain the characters`, `must be between 2 and 255`, and their like.

use super::say::{say, yaml};
use super::{Context, Said};
use crate::compat::image_name::{NameErrorKind, Repository};
use crate::doctor::fault::Fault;
use crate::doctor::verdict::Explanation;
use crate::rules::support::url::{Parts, parts};
use crate::text::mask_credentials;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let Some(Fault::Url(error)) = context.fault() else { return Ok(None) };
    let url = &context.case.fields.url;
    let Some(parts) = parts(url) else {
        let text = "The URL does not begin with oci://, which is how an OCIRepository names a repository.";
        return Ok(Some(say(text).paste("write it as", "url: oci://ghcr.io/stefanprodan/manifests/podinfo")));
    };
    let what = what(url, &parts, error.kind());
    let said = say(format!("{what} The source stalls: it is not tried again before the object changes."));
    Ok(Some(match corrected(url, &parts) {
        Some((url, reference)) => with_correction(said, &url, &reference),
        None => {
            said.advise("a URL is oci://<registry>/<repository>, such as oci://ghcr.io/stefanprodan/manifests/podinfo")
        }
    }))
}

fn what(url: &str, parts: &Parts, kind: NameErrorKind) -> String {
    let slice = |range: &std::ops::Range<usize>| url.get(range.clone()).unwrap_or_default();
    let host = slice(&parts.host);
    let repository = slice(&parts.repository);
    if parts.credentials.is_some() {
        return "The URL holds a user or a password, which belong into a Secret.".to_owned();
    }
    if parts.query.is_some() {
        return "The URL holds a \"?\" or \"#\", which no repository has.".to_owned();
    }
    if parts.digest.is_some() {
        return "The URL holds a digest, which belongs into ref.digest.".to_owned();
    }
    if let Some(tag) = &parts.tag {
        return format!("The URL holds the tag \"{}\", which belongs into ref.tag.", slice(tag));
    }
    if repository.trim().is_empty() {
        return format!("The URL names the registry \"{host}\" and no repository in it.");
    }
    match kind {
        NameErrorKind::RepositoryLength => {
            format!(
                "The repository \"{repository}\" has {} characters; 2 to 255 are allowed.",
                repository.chars().count()
            )
        }
        NameErrorKind::RepositoryCharacter(c) if c.is_whitespace() => {
            "The URL holds a blank, mostly at its end.".to_owned()
        }
        NameErrorKind::RepositoryCharacter(c) if c.is_uppercase() => {
            format!(
                "The repository holds the capital \"{c}\": repositories are written in lower case, whatever the owner's name looks like."
            )
        }
        NameErrorKind::RepositoryCharacter(c) => format!("The repository holds \"{c}\", which no repository has."),
        NameErrorKind::Registry => format!("\"{host}\" is no host with an optional port."),
        NameErrorKind::Scheme | NameErrorKind::Empty => "The URL names no repository.".to_owned(),
    }
}

/// The URL that is meant, and what of it belongs into `ref`, where that makes a URL that is taken.
fn corrected(url: &str, parts: &Parts) -> Option<(String, Vec<(&'static str, String)>)> {
    let slice = |range: &std::ops::Range<usize>| url.get(range.clone()).unwrap_or_default();
    let host = slice(&parts.host).trim();
    let repository = slice(&parts.repository).trim().to_lowercase();
    let name = if host.is_empty() { repository } else { format!("{host}/{repository}") };
    let fixed = format!("oci://{name}");
    Repository::parse_url(&fixed, false).ok()?;
    let mut reference = Vec::new();
    if let Some(tag) = parts.tag.as_ref().map(slice).filter(|tag| !tag.is_empty()) {
        reference.push(("tag", tag.to_owned()));
    }
    if let Some(digest) = &parts.digest {
        reference.push(("digest", slice(digest).to_owned()));
    }
    Some((fixed, reference))
}

fn with_correction(said: Explanation, url: &str, reference: &[(&'static str, String)]) -> Explanation {
    let mut paste = format!("url: {}", mask_credentials(url));
    if !reference.is_empty() {
        paste.push_str("\nref:");
        for (field, value) in reference {
            paste.push_str(&format!("\n  {field}: {}", yaml(value)));
        }
    }
    said.paste("write", paste)
}
