//! The URL of an OCIRepository taken apart, into what belongs there and what does not.

use std::ops::Range;

use super::reference::looks_like_digest;
use crate::compat::image_name::{Repository, SCHEME};
use crate::compat::quote::quoted;
use crate::context::Context;
use crate::model::{Kind, Kinds, OciRepository, Text};
use crate::text::password;

/// The parts of a URL that begins with `oci://`, as byte ranges of it. What is not there is `None`
/// or empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::rules) struct Parts {
    /// `user:password@`
    pub(in crate::rules) credentials: Option<Range<usize>>,
    /// The registry, where the name says one: with a `.` or a `:`, as go-containerregistry has it,
    /// also where no repository follows.
    pub(in crate::rules) host: Range<usize>,
    /// The repository, without slashes towards the host.
    pub(in crate::rules) repository: Range<usize>,
    /// The tag, its `:` left out.
    pub(in crate::rules) tag: Option<Range<usize>>,
    /// The digest, its `@` left out.
    pub(in crate::rules) digest: Option<Range<usize>>,
    /// From the first `?` or `#` on.
    pub(in crate::rules) query: Option<Range<usize>>,
}

/// The URL of an object with its parts, where all of it is known and it has the scheme.
pub(in crate::rules) fn known<'c, 'a>(oci: &'c OciRepository<'a>) -> Option<(&'c Text<'a>, &'c str, Parts)> {
    let url = oci.url.as_ref()?;
    let text = url.known()?;
    Some((url, text, open_parts(text)?))
}

/// The parts of a URL without credentials. Where it holds some, only `url-credentials-or-query`
/// speaks: any other message would quote the password.
pub(in crate::rules) fn open_parts(url: &str) -> Option<Parts> {
    parts(url).filter(|parts| parts.credentials.is_none())
}

/// The kinds that carry a URL of an OCI repository, which Flux reads as an OCIRepository's.
pub(in crate::rules) const CARRIERS: Kinds =
    Kinds::of(&[Kind::OciRepository, Kind::FluxInstance, Kind::ResourceSetInputProvider]);

/// The URL that an object carries: an OCIRepository's, the one that a FluxInstance syncs from, the
/// one whose tags a ResourceSetInputProvider lists.
pub(in crate::rules) fn carried<'a>(ctx: &Context<'_, 'a>) -> Option<Text<'a>> {
    let object = ctx.object();
    let says = |route: &str, fits: fn(&str) -> bool| object.text(route).is_some_and(|text| fits(text.as_str()));
    match object.kind() {
        Kind::OciRepository => ctx.oci()?.url.clone(),
        Kind::FluxInstance if says("spec.sync.kind", |kind| kind == "OCIRepository") => object.text("spec.sync.url"),
        // Without a path the API server refuses it, which invalid-value says; a password is worth more.
        Kind::ResourceSetInputProvider if says("spec.type", |kind| kind.ends_with("ArtifactTag")) => {
            let url = object.text("spec.url")?;
            let has_path = url.as_str().trim_start_matches(SCHEME).contains(['/', '@']);
            has_path.then_some(url)
        }
        _ => None,
    }
}

/// Takes a URL apart; `None` where it does not begin with `oci://`.
pub(in crate::rules) fn parts(url: &str) -> Option<Parts> {
    let name = url.strip_prefix(SCHEME)?;
    let mut start = SCHEME.len();
    let mut end = url.len();
    let query = memchr::memchr2(b'?', b'#', name.as_bytes()).map(|at| start + at..end);
    end = query.as_ref().map_or(end, |query| query.start);
    let slice = |range: Range<usize>| url.get(range).unwrap_or_default();

    let (mut credentials, mut digest) = (None, None);
    // Every rule about URLs comes through here, and nearly no URL has an `@`.
    if memchr::memchr(b'@', name.as_bytes()).is_some() {
        let authority = slice(start..end).find('/').map_or(end, |at| start + at);
        if let Some(password) = password(slice(start..end)) {
            credentials = Some(start..start + password.end + 1);
            start += password.end + 1;
        } else if let Some(at) = slice(start..authority).rfind('@')
            && !(authority == end && looks_like_digest(slice(start + at + 1..end)))
        {
            credentials = Some(start..start + at + 1);
            start += at + 1;
        }
        if let Some(at) = slice(start..end).rfind('@')
            && looks_like_digest(slice(start + at + 1..end))
        {
            digest = Some(start + at + 1..end);
            end = start + at;
        }
    }
    let mut tag = None;
    let last = slice(start..end).rfind('/').map(|at| start + at);
    if let Some(at) = slice(last.unwrap_or(start)..end).rfind(':') {
        let colon = last.unwrap_or(start) + at;
        // Without a slash it is a port, if it may be one.
        let is_port = last.is_none() && colon + 1 < end && slice(colon + 1..end).bytes().all(|b| b.is_ascii_digit());
        if !is_port {
            tag = Some(colon + 1..end);
            end = colon;
        }
    }
    let (host, repository) = match slice(start..end).split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) => (start..start + host.len(), start + host.len() + 1..end),
        None if tag.is_none() && slice(start..end).contains(['.', ':']) => (start..end, end..end),
        _ => (start..start, start..end),
    };
    Some(Parts { credentials, host, repository, tag, digest, query })
}

/// The URL that an object carries with its parts, where all of it is known, it has the scheme and
/// holds no credentials.
pub(in crate::rules) fn carried_parts<'a>(ctx: &Context<'_, 'a>) -> Option<(Text<'a>, Parts)> {
    let url = carried(ctx)?;
    let parts = open_parts(url.known()?)?;
    Some((url, parts))
}

/// Who asks the registry for the URL of an object.
pub(in crate::rules) fn reader(kind: Kind) -> &'static str {
    match kind {
        Kind::ResourceSetInputProvider => "the Flux operator",
        _ => "source-controller",
    }
}

/// What becomes of an object whose URL is refused.
pub(in crate::rules) fn outcome(kind: Kind) -> &'static str {
    match kind {
        Kind::FluxInstance => "the source that the operator makes of it stalls",
        Kind::ResourceSetInputProvider => "the provider fails",
        _ => "the source stalls",
    }
}

/// What the controller says of a URL that it refuses, as it stands in the object's status.
///
/// The Flux operator lists an input provider's tags with crane (its
/// `resourcesetinputprovider_controller.go`), and hands a FluxInstance's URL to an OCIRepository.
pub(in crate::rules) fn refusal(kind: Kind, url: &str) -> Option<String> {
    let error = Repository::parse_url(url, false).err()?;
    let words = match kind {
        Kind::ResourceSetInputProvider => {
            let name = url.strip_prefix(SCHEME).unwrap_or(url);
            format!("failed to list OCI tags for '{name}': parsing repo {}: {error}", quoted(name))
        }
        _ => format!("URL validation failed for '{url}': {error}"),
    };
    Some(format!("{}: {words}", outcome(kind)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// credentials, host, repository, tag, digest, query
    fn taken(url: &str) -> [&str; 6] {
        let parts = parts(url).unwrap();
        let some = |range: Option<Range<usize>>| range.map_or("-", |range| url.get(range).unwrap());
        [
            some(parts.credentials),
            some(Some(parts.host)),
            some(Some(parts.repository)),
            some(parts.tag),
            some(parts.digest),
            some(parts.query),
        ]
    }

    #[test]
    fn urls_are_taken_apart() {
        for (url, parts) in [
            ("oci://ghcr.io/org/app", ["-", "ghcr.io", "org/app", "-", "-", "-"]),
            ("oci://ghcr.io/org/app:1.0", ["-", "ghcr.io", "org/app", "1.0", "-", "-"]),
            ("oci://ghcr.io:443/app:1.0@sha256:ab", ["-", "ghcr.io:443", "app", "1.0", "sha256:ab", "-"]),
            ("oci://ghcr.io/app@sha256:ab", ["-", "ghcr.io", "app", "-", "sha256:ab", "-"]),
            ("oci://me:pw@ghcr.io/app?x=1#y", ["me:pw@", "ghcr.io", "app", "-", "-", "?x=1#y"]),
            ("oci://ghcr.io", ["-", "ghcr.io", "", "-", "-", "-"]),
            ("oci://ghcr.io/", ["-", "ghcr.io", "", "-", "-", "-"]),
            ("oci://127.0.0.1:5000", ["-", "127.0.0.1:5000", "", "-", "-", "-"]),
            ("oci://podinfo", ["-", "", "podinfo", "-", "-", "-"]),
            ("oci://podinfo:6.0", ["-", "", "podinfo", "6.0", "-", "-"]),
            ("oci://podinfo@sha256:ab", ["-", "", "podinfo", "-", "sha256:ab", "-"]),
            ("oci://org/app:", ["-", "", "org/app", "", "-", "-"]),
            ("oci://me@ghcr.io", ["me@", "ghcr.io", "", "-", "-", "-"]),
            ("oci://", ["-", "", "", "-", "-", "-"]),
            ("oci:///ghcr.io/app", ["-", "", "/ghcr.io/app", "-", "-", "-"]),
        ] {
            assert_eq!(taken(url), parts, "{url}");
        }
    }
}
