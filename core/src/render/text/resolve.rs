//! Which tag was chosen, and why each other one was not.

use crate::reference::{By, Outcome, Reason};
use crate::resolve::{Fate, PULL_FAILED, Resolution};

use super::super::printable::one_line;
use super::look::{Look, wrap};
use super::shorten::{shorten, shorten_message};
use super::{count, thousands};

/// Columns that examples may take.
const EXAMPLES: usize = 44;

/// Why a tag was not in the running, in the words of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bucket {
    Filtered,
    NotAVersion,
    Range,
    Prerelease,
    Parts,
}

impl Bucket {
    fn words(self) -> &'static str {
        match self {
            Self::Filtered => "left out by the filter",
            Self::NotAVersion => "not a version",
            Self::Range => "out of range",
            Self::Prerelease => "pre-release",
            Self::Parts => "fewer than three parts",
        }
    }
}

/// The answers, an object a paragraph. `with_rejected` is whether the tags that failed a test are counted.
pub fn resolutions_text<'r, 'a: 'r>(
    resolutions: impl IntoIterator<Item = &'r Resolution<'a>>,
    with_rejected: bool,
    look: &Look,
) -> String {
    let each = resolutions.into_iter().map(|resolution| resolution_text(resolution, with_rejected, look));
    each.collect::<Vec<_>>().join("\n")
}

fn resolution_text(resolution: &Resolution<'_>, with_rejected: bool, look: &Look) -> String {
    let mut out = head(resolution, look);
    if let Some(error) = resolution.error() {
        out.push_str(&format!("  {} {}\n", look.error("✗ none"), look.bold(error.reason)));
        for line in wrap(&shorten_message(&one_line(&error.message)), look.width.min(110).saturating_sub(4)) {
            out.push_str(&format!("    {line}\n"));
        }
    }
    let Some(outcome) = resolution.outcome.as_ref() else { return out };
    // Where not even the tag is certain, nothing is said of one.
    if resolution.refused.as_ref().is_some_and(|refused| refused.reason != PULL_FAILED) {
        return out;
    }
    if let Some(winner) = outcome.tag.as_deref().or(outcome.digest.filter(|_| outcome.error.is_none())) {
        out.push_str(&format!("  → {}  {}\n", look.good(&one_line(winner)), reason(outcome)));
    }
    if let Some(digest) = &resolution.manifest_digest {
        out.push_str(&row("digest", digest));
    }
    if outcome.by == By::Semver {
        if let Some(words) = resolution.range_in_words() {
            out.push_str(&row("range", &words));
        }
        if with_rejected && !outcome.rejected.is_empty() {
            out.push_str(&rejected(resolution, outcome, look));
        }
        out.push_str(&ties(outcome, look));
    }
    out
}

fn head(resolution: &Resolution<'_>, look: &Look) -> String {
    let request = resolution.request;
    let name = request.object.as_ref().map_or("(given by hand)", |object| object.name.as_str());
    let asked = match request.by() {
        By::Digest => format!("digest {}", shorten(&request.digest)),
        By::Tag => format!("tag \"{}\"", request.tag),
        By::Default => "no reference".to_owned(),
        By::Semver if request.semver_filter.is_empty() => format!("semver \"{}\"", request.semver),
        By::Semver => format!("semver \"{}\"  filter \"{}\"", request.semver, request.semver_filter),
    };
    let url = if request.url.is_empty() { String::new() } else { format!("  {}", one_line(&request.url)) };
    format!("{}{url}   {}\n", look.bold(&one_line(name)), one_line(&asked))
}

fn reason(outcome: &Outcome<'_>) -> String {
    match outcome.by {
        By::Digest => "the digest decides; tag and semver are ignored".to_owned(),
        By::Tag => "the tag as written".to_owned(),
        By::Default => "the default, since spec.ref names nothing".to_owned(),
        By::Semver => {
            format!("highest of {} matching, {}", thousands(outcome.matching), count(outcome.considered, "tag"))
        }
    }
}

fn row(name: &str, text: &str) -> String {
    format!("  {name:<11}  {text}\n")
}

fn rejected(resolution: &Resolution<'_>, outcome: &Outcome<'_>, look: &Look) -> String {
    let mut buckets: Vec<(Bucket, Vec<&str>)> = Vec::new();
    for rejected in &outcome.rejected {
        let bucket = match rejected.reason {
            Reason::Filtered => Bucket::Filtered,
            Reason::Parts if rejected.is_short_version() => Bucket::Parts,
            Reason::Parts | Reason::Version => Bucket::NotAVersion,
            Reason::Prerelease => Bucket::Prerelease,
            Reason::Range => Bucket::Range,
        };
        match buckets.iter_mut().find(|(known, _)| *known == bucket) {
            Some((_, tags)) => tags.push(rejected.tag),
            None => buckets.push((bucket, vec![rejected.tag])),
        }
    }
    buckets.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
    let total = outcome.rejected.len();
    let others = if total == 1 { "other" } else { "others" };
    let mut out = row("why not", &format!("{} {others}", thousands(total)));
    for (bucket, tags) in buckets {
        let number = format!("{:>7}", thousands(tags.len()));
        let examples = examples(&tags);
        let note = note(bucket, resolution);
        let gap = if note.is_empty() { String::new() } else { format!("   {}", look.dim(&format!("({note})"))) };
        out.push_str(&format!("{number}  {:<22}  {examples}{gap}\n", bucket.words()));
    }
    out
}

fn note(bucket: Bucket, resolution: &Resolution<'_>) -> &'static str {
    match bucket {
        Bucket::Prerelease if !resolution.request.semver.contains('-') => "a range without -0 never takes pre-releases",
        Bucket::Parts => "the controller wants major.minor.patch",
        _ => "",
    }
}

/// As many as fit, and `…` where there are more.
fn examples(tags: &[&str]) -> String {
    let mut out = String::new();
    let mut shown = 0;
    for tag in tags {
        let tag = shorten_tag(tag);
        if shown > 0 && out.chars().count() + tag.chars().count() + 2 > EXAMPLES {
            break;
        }
        if shown > 0 {
            out.push_str(", ");
        }
        out.push_str(&tag);
        shown += 1;
    }
    if shown < tags.len() {
        out.push_str(", …");
    }
    out
}

/// Tags have at most 128 characters, of which a table has room for some.
fn shorten_tag(tag: &str) -> String {
    let tag = shorten(tag);
    let tag = one_line(&tag);
    if tag.chars().count() <= EXAMPLES {
        return tag.into_owned();
    }
    tag.chars().take(EXAMPLES - 1).chain(['…']).collect()
}

fn ties(outcome: &Outcome<'_>, look: &Look) -> String {
    if outcome.ties.is_empty() {
        return if outcome.tag.is_some() { row("ties", "none") } else { String::new() };
    }
    let all: Vec<_> = outcome.ties.iter().map(|tag| one_line(tag)).collect();
    let text = format!("{} are equal: the controller may take any of them", all.join(", "));
    let mut out = row("ties", &look.warning(&text));
    out.push_str(&row("", &format!("{} keep one way of writing with semverFilter, or pin a digest", look.help("do:"))));
    out
}

/// One paragraph about one tag.
pub fn why_text(resolution: &Resolution<'_>, tag: &str, tags: &[String], look: &Look) -> String {
    let request = resolution.request;
    let range = one_line(&request.semver);
    let winner = resolution.outcome.as_ref().and_then(|outcome| outcome.tag.as_deref()).unwrap_or_default();
    let text = match resolution.fate(tag, tags) {
        Fate::Chosen if request.by() == By::Semver => {
            format!("{tag} is the one that is taken: the highest that satisfies \"{range}\".")
        }
        Fate::Chosen => format!("{tag} is the one that is taken; no other tag is looked at."),
        Fate::Tied => format!(
            "{tag} satisfies \"{range}\" and is equal to {winner} by the rules of precedence. The controller sorts \
             without keeping an order among equals, so it may take either. A semverFilter that admits one way of \
             writing, or a digest, decides it."
        ),
        Fate::Lower => format!("{tag} satisfies \"{range}\"; {winner} does too, and is higher."),
        Fate::NotListed => format!("{tag} is not in the list of tags."),
        Fate::NotDecided => undecided(resolution, tag),
        Fate::Rejected { reason, is_short_version, only_its_prerelease } => {
            rejection(resolution, tag, reason, is_short_version, only_its_prerelease)
        }
    };
    wrap(&one_line(&text), look.width.min(100)).join("\n") + "\n"
}

fn undecided(resolution: &Resolution<'_>, tag: &str) -> String {
    match (resolution.error(), resolution.request.by()) {
        (Some(error), _) => format!("Nothing can be said of {tag}: {}.", error.message),
        (None, By::Digest) => format!("{tag} is not looked at: spec.ref.digest decides."),
        (None, _) => format!("{tag} is not looked at: without spec.ref.semver the tag is taken as written."),
    }
}

fn rejection(
    resolution: &Resolution<'_>,
    tag: &str,
    reason: Reason,
    is_short_version: bool,
    only_its_prerelease: bool,
) -> String {
    let request = resolution.request;
    let range = &request.semver;
    let words = resolution.range_in_words().unwrap_or_default();
    match reason {
        Reason::Filtered => format!(
            "{tag} is left out by semverFilter \"{}\" before any version is read. The expression is Go's, and it is \
             searched for: it matches anywhere in the tag unless ^ and $ say otherwise.",
            request.semver_filter
        ),
        Reason::Parts if is_short_version => format!(
            "{tag} has fewer than three parts. Flux wants major.minor.patch; it does not read {tag} as {tag}.0. Push \
             the artifact under a tag with three numbers too."
        ),
        Reason::Parts | Reason::Version => {
            format!(
                "{tag} is not a version, so no range is asked about it. A version is major.minor.patch, with or \
                     without a leading v."
            )
        }
        Reason::Prerelease if only_its_prerelease => format!(
            "{tag} is a pre-release, and \"{range}\" takes none: a range admits pre-releases only where one of its \
             own versions has one. By its numbers it would fit; write -0 behind the lower bound to let it in."
        ),
        Reason::Prerelease => format!(
            "{tag} is a pre-release, and \"{range}\" takes none. Its numbers are out of range besides ({words})."
        ),
        Reason::Range => format!("{tag} is a version out of range: \"{range}\" means {words}."),
    }
}
