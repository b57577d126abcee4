//! A list of tags → the chosen one, and the reason for each that was not in the running.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use serde::Serialize;

use super::{By, DEFAULT_TAG, Spec};
use crate::collections::{Arrange, Gather};
use crate::compat::digest::{Digest, DigestError};
use crate::compat::regex::{self, Regex};
use crate::compat::semver::{Constraint, ConstraintError, Mismatch, Version, has_three_parts};

/// What an `OCIRepository` refers to, and how that came about.
#[derive(Debug, Clone)]
pub struct Outcome<'a> {
    /// Which field decided.
    pub by: By,
    /// The tag that is taken; `None` for a digest, and where there is an error.
    ///
    /// For a Helm chart a `+` comes out as `_`, whatever the list said.
    pub tag: Option<Cow<'a, str>>,
    /// The digest as it stands in the object, its format unchecked; `None` but for [`By::Digest`].
    pub digest: Option<&'a str>,
    /// All tags of equal precedence with the winner (`1.5.0` and `v1.5.0`, or versions that differ
    /// in build metadata), the winner first, in the order of the list; empty where it has no
    /// equal. The controller's sort is not stable, so it may take any of them.
    pub ties: Vec<Cow<'a, str>>,
    /// How many tags were looked at; 0 where none was needed.
    pub considered: usize,
    /// How many of them satisfy the range, the winner included.
    pub matching: usize,
    /// All others, in the order of the list. One that satisfies the range and is merely lower
    /// than the winner is not among them.
    pub rejected: Vec<Rejected<'a>>,
    /// Why there is no tag.
    pub error: Option<SelectError>,
}

/// A tag that cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rejected<'a> {
    /// The tag as listed.
    pub tag: &'a str,
    /// The first test that it failed.
    pub reason: Reason,
}

impl Rejected<'_> {
    /// Whether numbers are all that the tag lacks (`6.9`, `v6`), so that a person takes it for a
    /// version. `latest` fails the same test and is none.
    pub fn is_short_version(&self) -> bool {
        self.reason == Reason::Parts && Version::parse_chart_tag(self.tag).is_ok()
    }
}

/// The tests a tag has to pass, in their order. Serialises as in `resolve -o json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// `semverFilter` does not match.
    Filtered,
    /// Fewer than three parts between dots.
    Parts,
    /// Not a version.
    Version,
    /// A pre-release, which the range does not admit.
    Prerelease,
    /// Outside of the range.
    Range,
}

impl Reason {
    /// The word of `resolve -o json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Filtered => "filtered",
            Self::Parts => "parts",
            Self::Version => "version",
            Self::Prerelease => "prerelease",
            Self::Range => "range",
        }
    }
}

/// Why no tag could be chosen. Prints the controller's words, without what it puts before them;
/// see [`SelectError::message`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectError {
    /// `digest` is none.
    Digest(DigestError),
    /// `semverFilter` is not a regular expression: the words of Go's `regexp.Compile`.
    Filter(regex::Error),
    /// `semver` is not a range.
    Constraint {
        /// The value of `semver`.
        semver: String,
        /// The library's words and the place.
        error: ConstraintError,
    },
    /// No tag satisfies the range.
    NoMatch {
        /// The value of `semver`.
        semver: String,
    },
}

impl SelectError {
    /// The reason that the controller writes into the object's `Ready` condition.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Digest(_) => "OCIArtifactPullFailed",
            Self::Filter(_) | Self::Constraint { .. } | Self::NoMatch { .. } => "ReadOperationFailed",
        }
    }

    /// The whole message that the controller writes into the object's `Ready` condition. `url` is
    /// `spec.url`, with its scheme.
    pub fn message(&self, url: &str) -> String {
        match self {
            Self::Digest(_) => format!("failed to determine artifact digest: {self}"),
            _ => format!("failed to determine the artifact tag for '{url}': {self}"),
        }
    }
}

impl fmt::Display for SelectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digest(error) => error.fmt(f),
            Self::Filter(error) => error.fmt(f),
            Self::Constraint { semver, error } => {
                write!(f, "semver '{semver}' parse error: {error}")
            }
            Self::NoMatch { semver } => write!(f, "no match found for semver: {semver}"),
        }
    }
}

impl std::error::Error for SelectError {}

/// Chooses the reference as the controller does (source-controller `getArtifactRef`).
///
/// `tags` are those of the repository, needed only where [`Spec::needs_tags`].
pub fn select<'a, Tag: AsRef<str>>(tags: &'a [Tag], spec: &Spec<'a>) -> Outcome<'a> {
    let mut outcome = Outcome::new(spec.by());
    match outcome.by {
        By::Digest => {
            outcome.digest = Some(spec.digest);
            outcome.error = Digest::parse(spec.digest).err().map(SelectError::Digest);
        }
        By::Tag => outcome.tag = Some(Cow::Borrowed(spec.tag)),
        By::Default => outcome.tag = Some(Cow::Borrowed(DEFAULT_TAG)),
        By::Semver => return select_by_semver(tags, spec),
    }
    outcome
}

/// Chooses the highest tag of a range, whatever else the object names (source-controller
/// `getTagBySemver`).
///
/// Linear in the tags. Nothing is allocated for a tag but its place in [`Outcome::rejected`].
pub fn select_by_semver<'a, Tag: AsRef<str>>(tags: &'a [Tag], spec: &Spec<'a>) -> Outcome<'a> {
    let mut outcome = Outcome::new(By::Semver);
    outcome.considered = tags.len();
    match tests(spec) {
        Ok((filter, constraint)) => outcome.choose(tags, spec, filter.as_ref(), &constraint),
        Err(error) => outcome.error = Some(error),
    }
    outcome
}

/// The filter, if any, and the range. A wrong filter is found before a wrong range.
fn tests(spec: &Spec<'_>) -> Result<(Option<Regex>, Constraint), SelectError> {
    let filter = match spec.semver_filter {
        "" => None,
        pattern => Some(Regex::new(pattern).map_err(SelectError::Filter)?),
    };
    let constraint = Constraint::parse(spec.semver)
        .map_err(|error| SelectError::Constraint { semver: spec.semver.to_owned(), error })?;
    Ok((filter, constraint))
}

impl<'a> Outcome<'a> {
    fn new(by: By) -> Self {
        Outcome {
            by,
            tag: None,
            digest: None,
            ties: Vec::new(),
            considered: 0,
            matching: 0,
            rejected: Vec::new(),
            error: None,
        }
    }

    fn choose<Tag: AsRef<str>>(
        &mut self,
        tags: &'a [Tag],
        spec: &Spec<'a>,
        filter: Option<&Regex>,
        constraint: &Constraint,
    ) {
        let is_helm_chart = spec.is_helm_chart();
        let mut winners: Vec<Version<'a>> = Vec::new();
        for tag in tags {
            let tag = tag.as_ref();
            match judge(tag, is_helm_chart, filter, constraint) {
                Ok(version) => {
                    self.matching += 1;
                    let order = winners.first().map_or(Ordering::Greater, |best| version.cmp(best));
                    if order.is_gt() {
                        winners.clear();
                    }
                    if order.is_ge() {
                        winners.push(version);
                    }
                }
                Err(reason) => self.rejected.push(Rejected { tag, reason }),
            }
        }
        let mut names: Vec<Cow<'a, str>> = winners
            .iter()
            .map(|version| {
                let tag = version.original();
                if is_helm_chart && tag.contains('+') { Cow::Owned(tag.replace('+', "_")) } else { Cow::Borrowed(tag) }
            })
            .gather();
        // A registry that repeats a tag leaves nothing undecided.
        drop_repeated(&mut names);
        self.tag = names.first().cloned();
        if names.len() > 1 {
            self.ties = names;
        }
        if self.tag.is_none() {
            self.error = Some(SelectError::NoMatch { semver: spec.semver.to_owned() });
        }
    }
}

/// Puts one tag to all tests, in the controller's order.
fn judge<'a>(
    tag: &'a str,
    is_helm_chart: bool,
    filter: Option<&Regex>,
    constraint: &Constraint,
) -> Result<Version<'a>, Reason> {
    if filter.is_some_and(|filter| !filter.is_match(tag)) {
        return Err(Reason::Filtered);
    }
    if !has_three_parts(tag) {
        return Err(Reason::Parts);
    }
    let version = if is_helm_chart { Version::parse_chart_tag(tag) } else { Version::parse(tag) };
    let version = version.map_err(|_| Reason::Version)?;
    match constraint.check(&version) {
        Ok(()) => Ok(version),
        Err(Mismatch::Prerelease { .. }) => Err(Reason::Prerelease),
        Err(Mismatch::OutOfRange) => Err(Reason::Range),
    }
}

/// Keeps the first of equal texts, in order.
fn drop_repeated(names: &mut Vec<Cow<'_, str>>) {
    let mut order: Vec<usize> = (0..names.len()).gather();
    order.arrange_by(|&one, &other| names.get(one).cmp(&names.get(other)).then(one.cmp(&other)));
    let mut repeated = vec![false; names.len()];
    for pair in order.windows(2) {
        if let [one, other] = *pair
            && names.get(one) == names.get(other)
            && let Some(mark) = repeated.get_mut(other)
        {
            *mark = true;
        }
    }
    let mut marks = repeated.into_iter();
    names.retain(|_| !marks.next().unwrap_or(false));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CHART_MEDIA_TYPE;

    #[test]
    fn digest_before_semver_before_tag_before_latest() {
        let mut spec = Spec { digest: "sha256:ab", semver: "1.x", tag: "main", ..Spec::default() };
        let outcome = select(&["1.0.0"], &spec);
        assert_eq!((outcome.by, outcome.digest), (By::Digest, Some("sha256:ab")));
        assert_eq!((outcome.tag, outcome.considered), (None, 0));
        spec.digest = "";
        assert_eq!(select(&["1.0.0"], &spec).tag.as_deref(), Some("1.0.0"));
        spec.semver = "";
        assert_eq!(select(&["1.0.0"], &spec).tag.as_deref(), Some("main"));
        spec.tag = "";
        let outcome = select(&["1.0.0"], &spec);
        assert_eq!((outcome.by, outcome.tag.as_deref()), (By::Default, Some("latest")));
    }

    #[test]
    fn every_other_tag_is_told_why() {
        let tags = ["latest", "6.9", "6.9.2.1", "6.10.0-rc.1", "7.0.0", "8.0.0-rc.1", "6.9.2", "6.1.0"];
        let spec = Spec { semver: ">=6.0.0 <7.0.0", ..Spec::default() };
        let outcome = select(&tags, &spec);
        assert_eq!(outcome.tag.as_deref(), Some("6.9.2"));
        assert_eq!((outcome.considered, outcome.matching), (8, 2));
        let reasons: Vec<_> = outcome.rejected.iter().map(|r| (r.tag, r.reason)).collect();
        let expected = [
            ("latest", Reason::Parts),
            ("6.9", Reason::Parts),
            ("6.9.2.1", Reason::Version),
            ("6.10.0-rc.1", Reason::Prerelease),
            ("7.0.0", Reason::Range),
            ("8.0.0-rc.1", Reason::Prerelease),
        ];
        assert_eq!(reasons, expected);
        let short: Vec<_> = outcome.rejected.iter().map(Rejected::is_short_version).collect();
        assert_eq!(short, [false, true, false, false, false, false]);
        let filtered = select(&tags, &Spec { semver_filter: "rc", ..spec });
        assert_eq!(filtered.rejected.iter().filter(|r| r.reason == Reason::Filtered).count(), 6);
        assert_eq!((filtered.considered, filtered.matching), (8, 0));
    }

    #[test]
    fn ties_are_listed_and_repetitions_are_none() {
        let spec = Spec { semver: "*", ..Spec::default() };
        let outcome = select(&["v1.5.0", "1.4.0", "1.5.0", "v1.5.0"], &spec);
        assert_eq!(outcome.tag.as_deref(), Some("v1.5.0"));
        assert_eq!(outcome.ties, ["v1.5.0", "1.5.0"]);
        assert_eq!(outcome.matching, 4);
        let outcome = select(&["1.5.0", "1.5.0"], &spec);
        assert_eq!(outcome.tag.as_deref(), Some("1.5.0"));
        assert!(outcome.ties.is_empty());
    }

    #[test]
    fn a_charts_tags_are_read_as_helm_writes_them() {
        let tags = ["1.0.0_b1", "0.9.0"];
        let mut spec = Spec { semver: "*", layer_media_type: CHART_MEDIA_TYPE, ..Spec::default() };
        assert_eq!(select(&tags, &spec).tag.as_deref(), Some("1.0.0_b1"));
        spec.layer_media_type = "";
        assert_eq!(select(&tags, &spec).tag.as_deref(), Some("0.9.0"));
    }

    #[test]
    fn errors_are_the_controllers() {
        let url = "oci://127.0.0.1:5000/manifests/app";
        let message = |semver, semver_filter| {
            let spec = Spec { semver, semver_filter, ..Spec::default() };
            let error = select(&["1.0.0"], &spec).error.unwrap();
            assert_eq!(error.reason(), "ReadOperationFailed");
            error.message(url)
        };
        assert_eq!(
            message("latest", ""),
            "failed to determine the artifact tag for 'oci://127.0.0.1:5000/manifests/app': semver 'latest' parse error: improper constraint: \"latest\""
        );
        assert_eq!(
            message("*", "rc"),
            "failed to determine the artifact tag for 'oci://127.0.0.1:5000/manifests/app': no match found for semver: *"
        );
        assert_eq!(
            message("latest", "("),
            "failed to determine the artifact tag for 'oci://127.0.0.1:5000/manifests/app': error parsing regexp: missing closing ): `(`"
        );
    }
}
