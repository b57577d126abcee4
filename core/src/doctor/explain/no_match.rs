//! `no match found for semver: …`: why each tag lost, and what would match.

use super::say::{count, list, say, yaml};
use super::unknown::is_of_a_signature;
use super::{Context, Said};
use crate::compat::semver::{Constraint, Version};
use crate::doctor::fault::Fault;
use crate::doctor::verdict::Explanation;
use crate::model::CHART_MEDIA_TYPE;
use crate::reference::{Outcome, Reason, Rejected, SelectError, Spec, select};

pub(super) fn explain(context: &Context<'_>) -> Said {
    let Some(Fault::Select(SelectError::NoMatch { semver })) = context.fault() else { return Ok(None) };
    let tags = context.tags()?;
    let location = context.location();
    if tags.is_empty() {
        return Ok(Some(
            say(format!("The repository \"{location}\" has no tags at all."))
                .advise("push something to it, or check its name"),
        ));
    }
    let spec = context.case.fields.reference();
    let outcome = select(tags, &spec);
    let mut text = format!("None of {} in \"{location}\" is in the range \"{semver}\":", count(tags.len(), "tag"));
    for (reason, lost) in lost(&outcome) {
        text.push_str(&format!("\n    {:>4}  {}  {}", lost.len(), reason, list(&lost, 4)));
    }
    let said = say(text);
    let proposals = [without_filter(tags, &spec), as_chart(tags, &spec), with_prereleases(tags, &spec)];
    let mut said = proposals.into_iter().flatten().fold(said, |said, (what, paste)| said.paste(what, paste));
    if said.actions.is_empty() {
        said = nearest_range(said, &outcome);
    }
    Ok(Some(said))
}

/// The tags that lost, by the reason, in the order of the tests.
fn lost<'a>(outcome: &Outcome<'a>) -> Vec<(&'static str, Vec<&'a str>)> {
    let mut out: Vec<(&'static str, Vec<&'a str>)> = Vec::new();
    let mut rejected: Vec<&Rejected<'a>> = outcome.rejected.iter().collect();
    rejected.sort_by_key(|rejected| rejected.reason);
    for rejected in rejected {
        let words = match rejected.reason {
            Reason::Filtered => "left out by semverFilter   ",
            Reason::Parts if rejected.is_short_version() => "fewer than three parts     ",
            Reason::Parts | Reason::Version if is_of_a_signature(rejected.tag) => "signatures                 ",
            Reason::Parts | Reason::Version => "not a version              ",
            Reason::Prerelease => "a pre-release              ",
            Reason::Range => "out of range               ",
        };
        match out.iter_mut().find(|(known, _)| *known == words) {
            Some((_, tags)) => tags.push(rejected.tag),
            None => out.push((words, vec![rejected.tag])),
        }
    }
    out
}

type Proposal = Option<(String, String)>;

/// The range may match, and the filter be at fault.
fn without_filter(tags: &[String], spec: &Spec<'_>) -> Proposal {
    if spec.semver_filter.is_empty() {
        return None;
    }
    let outcome = select(tags, &Spec { semver_filter: "", ..*spec });
    let tag = outcome.tag.as_deref()?;
    let what = format!(
        "without the filter \"{}\" the range takes \"{tag}\"; the expression is searched for anywhere in the tag, and ^ and $ tie it to its ends",
        spec.semver_filter
    );
    Some((what, format!("ref:\n  semver: {}", yaml(spec.semver))))
}

/// A chart's tags hold `_` for `+`, which is read so under the chart's media type alone.
fn as_chart(tags: &[String], spec: &Spec<'_>) -> Proposal {
    if spec.is_helm_chart() || !tags.iter().any(|tag| tag.contains('_')) {
        return None;
    }
    let outcome = select(tags, &Spec { layer_media_type: CHART_MEDIA_TYPE, ..*spec });
    let tag = outcome.tag.as_deref()?;
    let what = format!(
        "\"{tag}\" is a version of a Helm chart, which holds \"_\" for \"+\": it is read so with the chart's media type alone"
    );
    Some((what, format!("layerSelector:\n  mediaType: {CHART_MEDIA_TYPE}\n  operation: copy")))
}

/// The same range with pre-releases.
fn with_prereleases(tags: &[String], spec: &Spec<'_>) -> Proposal {
    let range = open_to_prereleases(spec.semver)?;
    let outcome = select(tags, &Spec { semver: &range, ..*spec });
    let tag = outcome.tag.as_deref()?;
    let is_prerelease = Version::parse(tag).is_ok_and(|version| version.is_prerelease());
    is_prerelease.then(|| {
        let what = format!("if pre-releases are wanted, say so in the range: this takes \"{tag}\"");
        (what, format!("ref:\n  semver: {}", yaml(&range)))
    })
}

/// A range of one bound, or of none, with `-0`; nothing for what is not so simple.
fn open_to_prereleases(semver: &str) -> Option<String> {
    let trimmed = semver.trim();
    if matches!(trimmed, "*" | "x" | "X") {
        return Some(">=0.0.0-0".to_owned());
    }
    let range = match trimmed.strip_suffix(".x").or_else(|| trimmed.strip_suffix(".*")) {
        Some(prefix) => {
            let parts = prefix.split('.').count();
            let zeros = ".0".repeat(3_usize.saturating_sub(parts));
            format!("{}{prefix}{zeros}-0", if parts == 1 { "^" } else { "~" })
        }
        None if !trimmed.contains([' ', ',', '|', '-', 'x', '*']) => format!("{trimmed}-0"),
        // The lower bound of `>=1.0.0 <2.0.0` is the first term.
        None => {
            let (first, rest) = trimmed.split_once(' ')?;
            if first.contains('-') || !first.starts_with(['>', '^', '~']) {
                return None;
            }
            format!("{first}-0 {rest}")
        }
    };
    Constraint::parse(&range).is_ok().then_some(range)
}

/// What there is, where no change of the range's form helps.
fn nearest_range(said: Explanation, outcome: &Outcome<'_>) -> Explanation {
    let mut versions: Vec<Version<'_>> = outcome
        .rejected
        .iter()
        .filter(|rejected| rejected.reason == Reason::Range)
        .filter_map(|rejected| Version::parse(rejected.tag).ok())
        .collect();
    versions.sort();
    if let (Some(lowest), Some(highest)) = (versions.first(), versions.last()) {
        let range = format!("^{}", highest.original().trim_start_matches('v'));
        let what = match lowest == highest {
            true => format!("the one version is \"{}\"; this takes it", highest.original()),
            false => format!(
                "the versions go from \"{}\" to \"{}\"; this takes the highest",
                lowest.original(),
                highest.original()
            ),
        };
        return said.paste(what, format!("ref:\n  semver: {}", yaml(&range)));
    }
    let shorts: Vec<&str> =
        outcome.rejected.iter().filter(|rejected| rejected.is_short_version()).map(|r| r.tag).collect();
    if let Some(short) = shorts.first() {
        return said
            .advise(format!("push the artifact under three numbers too: \"{short}\" is not read as \"{short}.0\""))
            .paste("or take a tag as it is", format!("ref:\n  tag: {}", yaml(short)));
    }
    let name = outcome.rejected.iter().map(|rejected| rejected.tag).find(|tag| !is_of_a_signature(tag));
    match name {
        Some(tag) => said
            .advise("push the artifact under versions: major.minor.patch")
            .paste("or take a tag as it is", format!("ref:\n  tag: {}", yaml(tag))),
        None => said.advise("push the artifact under versions: major.minor.patch"),
    }
}
