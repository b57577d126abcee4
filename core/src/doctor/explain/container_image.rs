//! `unable to archive artifact to storage: … permission denied`, `unsupported file type`: a container
//! image, often chosen by a range because image and chart share the repository.

use super::say::{kind as in_words, list, say, yaml};
use super::{Context, Said};
use crate::artifact::{Artifact, Kind};
use crate::compat::semver::{Constraint, Version};
use crate::doctor::evidence::{Answer, Fetch, What};
use crate::doctor::fault::Fault;
use crate::doctor::unpack::LayerFault;
use crate::reference::{By, select};

/// How many tags are looked at, from the highest down.
const LOOKED_AT: usize = 12;

/// Filters that part common ways of writing, tried in this order.
const FILTERS: [&str; 3] = ["^[0-9]", "^v", "^[0-9]+\\.[0-9]+\\.[0-9]+$"];

pub(super) fn explain(context: &Context<'_>) -> Said {
    let name = match context.fault() {
        Some(Fault::Layer(LayerFault::UnsupportedType { name, .. })) => name,
        Some(Fault::Layer(LayerFault::Unreadable(name))) => name,
        _ => return Ok(None),
    };
    let kind = context.walk.kind.unwrap_or(Kind::Other);
    let mut text = match kind {
        Kind::Image => format!(
            "The reference points at a container image. Its first layer is the root of a system, with entries such as \"{name}\" that cannot be stored."
        ),
        kind => {
            format!("The reference points at {}, whose layer holds \"{name}\", which cannot be stored.", in_words(kind))
        }
    };
    let spec = context.case.fields.reference();
    if spec.by() != By::Semver || kind != Kind::Image {
        let said = say(text).advise("point it at the repository and tag that hold the manifests or the chart");
        return Ok(Some(
            said.paste("see what the tags are", format!("kubectl oci list oci://{} -o wide", context.location())),
        ));
    }
    let kinds = kinds(context)?;
    let of = |wanted: Kind| {
        kinds.iter().filter(|(_, kind)| *kind == wanted).map(|(tag, _)| tag.as_str()).collect::<Vec<_>>()
    };
    for wanted in [Kind::HelmChart, Kind::Flux, Kind::Image] {
        let tags = of(wanted);
        if !tags.is_empty() {
            text.push_str(&format!("\n    {}: {}", plural(wanted), list(&tags, 6)));
        }
    }
    let wanted = [Kind::HelmChart, Kind::Flux].into_iter().find(|wanted| !of(*wanted).is_empty());
    let said = say(text);
    let Some(wanted) = wanted else {
        return Ok(Some(
            said.advise(
                "no tag of the range holds anything else: the manifests or the chart are in another repository",
            ),
        ));
    };
    Ok(Some(match filter(context, &kinds, wanted)? {
        Some((filter, tag)) => said.paste(
            format!("keep the {} alone: this takes \"{tag}\"", plural(wanted)),
            format!("ref:\n  semver: {}\n  semverFilter: {}", yaml(spec.semver), yaml(filter)),
        ),
        None => said.advise(
            "no common way of writing parts them: pin the tag that is meant, or push them to repositories of their own",
        ),
    }))
}

fn plural(kind: Kind) -> &'static str {
    match kind {
        Kind::HelmChart => "charts",
        Kind::Flux => "Flux artifacts",
        Kind::Image => "images",
        _ => "others",
    }
}

/// What the highest tags of the range are.
fn kinds(context: &Context<'_>) -> Result<Vec<(String, Kind)>, Vec<Fetch>> {
    let tags = candidates(context)?;
    let digests = context.ask(tags.iter().map(|tag| Fetch::configured(What::Digest { tag: tag.clone() })).collect())?;
    let known: Vec<(String, String)> = tags
        .into_iter()
        .zip(digests)
        .filter_map(|(tag, answer)| match answer {
            Answer::Digest(digest) => Some((tag, digest.clone())),
            _ => None,
        })
        .collect();
    let fetches = known.iter().map(|(_, digest)| Fetch::configured(What::Manifest { digest: digest.clone() }));
    let mut fetches: Vec<Fetch> = fetches.collect();
    fetches.sort();
    fetches.dedup();
    context.ask(fetches)?;
    let mut out = Vec::new();
    for (tag, digest) in known {
        let answer = context.ask_one(Fetch::configured(What::Manifest { digest }))?;
        let Answer::Manifest(raw) = answer else { continue };
        let artifact = Artifact::parse(raw.text.as_bytes(), &raw.media_type);
        // Only images come as indexes.
        let kind = artifact.map(|artifact| if artifact.kind() == Kind::Index { Kind::Image } else { artifact.kind() });
        out.extend(kind.ok().map(|kind| (tag, kind)));
    }
    Ok(out)
}

/// The tags of the range, the highest first.
fn candidates(context: &Context<'_>) -> Result<Vec<String>, Vec<Fetch>> {
    let spec = context.case.fields.reference();
    let Ok(range) = Constraint::parse(spec.semver) else { return Ok(Vec::new()) };
    let mut versions: Vec<Version<'_>> = context
        .tags()?
        .iter()
        .filter_map(|tag| Version::parse(tag).ok())
        .filter(|version| range.matches(version))
        .collect();
    versions.sort_by(|a, b| b.cmp(a));
    Ok(versions.iter().take(LOOKED_AT).map(|version| version.original().to_owned()).collect())
}

/// A filter under which the range takes one of the kind, with the tag that it takes.
fn filter(
    context: &Context<'_>,
    kinds: &[(String, Kind)],
    wanted: Kind,
) -> Result<Option<(&'static str, String)>, Vec<Fetch>> {
    let tags = context.tags()?;
    let spec = context.case.fields.reference();
    Ok(FILTERS.into_iter().find_map(|filter| {
        let outcome = select(tags, &crate::reference::Spec { semver_filter: filter, ..spec });
        let tag = outcome.tag.as_deref()?;
        let is_wanted = kinds.iter().any(|(known, kind)| known == tag && *kind == wanted);
        (is_wanted && outcome.ties.is_empty()).then(|| (filter, tag.to_owned()))
    }))
}
