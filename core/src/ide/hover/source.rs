//! Values that say where an artifact comes from and which it is.

use crate::compat::digest::Digest;
use crate::compat::image_name::{DEFAULT_REGISTRY, Repository};
use crate::compat::semver::Constraint;
use crate::compat::{duration as durations, regex};
use crate::lint::Linter;
use crate::model::schema::{FLUX, served, versions};
use crate::model::{Kind, Object, OciRepository, Text};
use crate::provider::{Provider, cloud};

use super::Place;
use super::field::push_release;
use super::fields;
use super::links::{self, Reference};
use super::reference::place as file_of;

/// An API version: which releases of Flux serve it.
pub(super) fn api_version(place: &Place<'_>) -> Option<String> {
    if place.route != "apiVersion" {
        return None;
    }
    let (kind, version) = (place.object.known_kind_name(), place.object.version());
    let served = served(kind, version)?;
    let mut out = ["`", version, "` of ", kind].concat();
    if served.since > 0 {
        out.push_str(", since Flux ");
        push_release(&mut out, served.since);
    }
    if let Some(removed) = served.removed {
        out.push_str(if removed > FLUX { ", to be removed in Flux " } else { ", removed in Flux " });
        push_release(&mut out, removed);
        if let Some(newest) = versions(kind).last() {
            out.push_str("; the newest is `");
            out.push_str(newest.version);
            out.push('`');
        }
    }
    out.push('.');
    Some(out)
}

/// A duration in words.
pub(super) fn duration(place: &Place<'_>) -> Option<String> {
    let field = fields::field(place.object.kind(), &place.route)?;
    field.schema.words()?.pattern.filter(|pattern| pattern.is_duration())?;
    let text = Text::of(place.object.file, place.value)?;
    let words = duration_words(text.known()?)?;
    Some(match place.route.rsplit('.').next().unwrap_or_default() {
        "interval" | "retryInterval" => ["Every ", &words, "."].concat(),
        "timeout" => ["At most ", &words, "."].concat(),
        _ => [&words, "."].concat(),
    })
}

/// "1 hour 30 minutes".
fn duration_words(text: &str) -> Option<String> {
    let mut rest = u64::try_from(durations::parse(text).ok()?).ok()? / 1_000_000;
    if rest == 0 {
        return None;
    }
    let mut out = String::new();
    for (unit, size) in [("hour", 3_600_000), ("minute", 60_000), ("second", 1_000), ("millisecond", 1)] {
        let count = rest / size;
        rest %= size;
        if count == 0 {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        // "Every minute", not "every 1 minute".
        if count > 1 || rest > 0 || !out.is_empty() {
            out.push_str(&count.to_string());
            out.push(' ');
        }
        out.push_str(unit);
        if count > 1 {
            out.push('s');
        }
    }
    Some(out)
}

/// A range of versions of something else than an OCIRepository: of charts, of a repository's tags.
pub(super) fn other_range(place: &Place<'_>) -> Option<String> {
    let is_range = match (place.object.kind(), place.route.as_str()) {
        // Sources other than a HelmRepository do not look at it.
        (Kind::HelmRelease, "spec.chart.spec.version") | (Kind::HelmChart, "spec.version") => {
            place.parent.at("sourceRef.kind").is_some_and(|kind| kind.text() == "HelmRepository")
        }
        (Kind::GitRepository, "spec.ref.semver") | (Kind::ResourceSetInputProvider, "spec.filter.semver") => true,
        _ => false,
    };
    let text = Text::of(place.object.file, place.value).filter(|_| is_range)?;
    range(text.known_non_empty()?)
}

/// A range in words, as a sentence.
fn range(text: &str) -> Option<String> {
    let range = Constraint::parse(text).ok()?;
    // A contradiction is a finding.
    if range.is_unsatisfiable() {
        return None;
    }
    let words = range.bounds_in_words();
    let mut letters = words.chars();
    let first = letters.next()?.to_ascii_uppercase();
    let mut out = String::from(first);
    out.push_str(letters.as_str());
    out.push('.');
    Some(out)
}

/// `ref.semver`
pub(super) fn semver(oci: &OciRepository<'_>) -> Option<String> {
    let reference = &oci.reference;
    let mut out = range(reference.semver.as_ref()?.known()?)?;
    if reference.digest.is_some() {
        out.push_str(" Not used: `digest` wins.");
        return Some(out);
    }
    if reference.semver_filter.is_some() {
        out.push_str(" Of the tags that `semverFilter` keeps.");
    }
    if oci.layer.is_chart() {
        out.push_str(" `_` in a tag is read as `+`.");
    }
    push_interval(&mut out, oci, " Re-evaluated every ");
    Some(out)
}

fn push_interval(out: &mut String, oci: &OciRepository<'_>, words: &str) {
    let interval = oci.interval.as_ref().and_then(Text::known).filter(|text| durations::parse(text).is_ok());
    if let Some(interval) = interval {
        for part in [words, interval, "."] {
            out.push_str(part);
        }
    }
}

/// `ref.semverFilter`
pub(super) fn filter(oci: &OciRepository<'_>) -> Option<String> {
    let syntax = regex::check(oci.reference.semver_filter.as_ref()?.known_non_empty()?).ok()?;
    let keeps = if syntax.matches_everything() {
        "every tag"
    } else {
        match (syntax.is_anchored_start(), syntax.is_anchored_end()) {
            (true, true) => "tags that match it from beginning to end",
            (true, false) => "tags that begin with a match",
            (false, true) => "tags that end with a match",
            (false, false) => "tags that hold a match anywhere",
        }
    };
    let mut out = ["Keeps ", keeps, "; `semver` chooses among them."].concat();
    if oci.reference.digest.is_some() {
        out.push_str(" Not used: `digest` wins.");
    } else if oci.reference.semver.is_none() {
        out.push_str(" Not used: `semver` is not set.");
    }
    Some(out)
}

/// `ref.digest`
pub(super) fn digest(oci: &OciRepository<'_>) -> Option<String> {
    let reference = &oci.reference;
    Digest::parse(reference.digest.as_ref()?.known()?).ok()?;
    let mut out = "This artifact and no other".to_owned();
    let losers = [("semver", &reference.semver), ("tag", &reference.tag)];
    let mut losers = losers.iter().filter(|(_, text)| text.is_some()).map(|(name, _)| *name);
    if let Some(first) = losers.next() {
        out.push_str(": `");
        out.push_str(first);
        out.push('`');
        for other in losers {
            out.push_str(" and `");
            out.push_str(other);
            out.push('`');
        }
        out.push_str(" beside it are for readers alone");
    }
    out.push('.');
    Some(out)
}

/// `ref.tag`
pub(super) fn tag(oci: &OciRepository<'_>) -> Option<String> {
    let reference = &oci.reference;
    reference.tag.as_ref()?;
    let winner = [("digest", &reference.digest), ("semver", &reference.semver)];
    if let Some((name, _)) = winner.iter().find(|(_, text)| text.is_some()) {
        return Some(["Not used: `", name, "` wins."].concat());
    }
    let mut out = "Whatever the registry has under this tag.".to_owned();
    push_interval(&mut out, oci, " Looked up anew every ");
    Some(out)
}

/// `url`: what is asked of whom, with which credentials.
pub(super) fn url<'a>(linter: &Linter<'a>, oci: &OciRepository<'a>) -> Option<String> {
    let repository = Repository::parse_url(oci.url.as_ref()?.known()?, oci.insecure).ok()?;
    let (host, name) = (repository.registry_host(), repository.repository_name());
    let mut out = ["Registry `", host, "`"].concat();
    if host == DEFAULT_REGISTRY {
        out.push_str(" (Docker Hub)");
    }
    out.push_str(", repository `");
    out.push_str(&name);
    out.push_str("`, over HTTPS");
    if repository.offers_plain_http() {
        out.push_str(", else plain HTTP");
    }
    out.push('.');
    if !repository.has_explicit_registry() {
        out.push_str(" No registry is written, so it is Docker Hub's.");
    }
    if oci.insecure && oci.cert_secret_ref.is_none() {
        out.push_str(" `insecure`: the certificate is not verified.");
    }
    out.push_str("\n\nCredentials: ");
    push_credentials(&mut out, linter, oci);
    if let Some(name) = oci.cert_secret_ref.as_ref().filter(|name| !name.is_empty()) {
        out.push_str("\n\nTLS: ");
        push_named(&mut out, linter, oci.object, Kind::Secret, name);
        out.push('.');
    }
    if let Some(name) = &oci.proxy_secret_ref {
        out.push_str("\n\nProxy: ");
        push_named(&mut out, linter, oci.object, Kind::Secret, name);
        out.push('.');
    }
    Some(out)
}

fn push_credentials<'a>(out: &mut String, linter: &Linter<'a>, oci: &OciRepository<'a>) {
    // A Secret, whatever it holds, switches the cloud's login off.
    let provider = oci.cloud().filter(|cloud| *cloud != Provider::Generic && oci.secret_ref.is_none());
    let has_secret = oci.secret_ref.is_some();
    if let Some(name) = &oci.secret_ref {
        push_named(out, linter, oci.object, Kind::Secret, name);
    }
    if let Some(name) = &oci.service_account {
        out.push_str(if has_secret { ", then the `imagePullSecrets` of " } else { "the `imagePullSecrets` of " });
        push_named(out, linter, oci.object, Kind::ServiceAccount, name);
    }
    match provider {
        Some(provider) => {
            if oci.service_account.is_some() {
                out.push_str("; without any, ");
            }
            out.push_str("a login to ");
            out.push_str(cloud(provider).registry);
        }
        None if !has_secret && oci.service_account.is_none() => out.push_str("none, the pull is anonymous"),
        None => {}
    }
    out.push('.');
}

fn push_named<'a>(out: &mut String, linter: &Linter<'a>, from: Object<'a>, kind: Kind, name: &Text<'a>) {
    for part in [kind.name(), " `", name.as_str(), "`"] {
        out.push_str(part);
    }
    if name.known_non_empty().is_none() {
        return;
    }
    let reference = Reference { kind, namespace: from.namespace(), name: name.clone() };
    match links::meant(linter, &reference, from).first() {
        Some(object) => {
            out.push_str(" (");
            out.push_str(&file_of(*object));
            out.push(')');
        }
        None => out.push_str(" (not among the files)"),
    }
}
