//! The façade of `list`: which tags are shown, in which order, and what is known of each.

use std::cmp::Reverse;

use crate::artifact::{Artifact, CREATED, REVISION, SOURCE};
use crate::compat::regex::Regex;
use crate::compat::semver::{Constraint, Version};
use crate::reference::SelectError;

/// Which tags are shown.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    range: Option<Constraint>,
    regex: Option<Regex>,
}

impl Filter {
    /// A range and an expression of Go's; empty ones admit everything.
    ///
    /// # Errors
    ///
    /// A range or an expression that does not parse, in the controller's words.
    pub fn new(semver: &str, regex: &str) -> Result<Self, SelectError> {
        let regex = if regex.is_empty() { None } else { Some(Regex::new(regex).map_err(SelectError::Filter)?) };
        let constraint = |error| SelectError::Constraint { semver: semver.to_owned(), error };
        let range = if semver.is_empty() { None } else { Some(Constraint::parse(semver).map_err(constraint)?) };
        Ok(Self { range, regex })
    }

    /// Whether a tag is shown.
    pub fn admits(&self, tag: &str) -> bool {
        self.regex.as_ref().is_none_or(|regex| regex.is_match(tag))
            && self.range.as_ref().is_none_or(|range| version(tag).is_some_and(|version| range.matches(&version)))
    }
}

/// A tag as a version, as the controller takes it: three parts at least.
pub(crate) fn version(tag: &str) -> Option<Version<'_>> {
    if tag.matches('.').count() < 2 {
        return None;
    }
    Version::parse_chart_tag(tag).ok()
}

/// Puts tags into the order in which they are shown: versions first, the highest at the top; then the others by
/// name. Repeated ones are dropped.
pub fn sort_tags(tags: &mut Vec<String>) {
    // Each is read once: comparing reads nothing.
    let mut places: Vec<_> =
        tags.iter().enumerate().map(|(index, tag)| (Reverse(version(tag)), tag.as_str(), index)).collect();
    places.sort_unstable();
    places.dedup_by_key(|(_, tag, _)| *tag);
    let order: Vec<usize> = places.into_iter().map(|(_, _, index)| index).collect();
    *tags = order.into_iter().filter_map(|index| tags.get_mut(index).map(std::mem::take)).collect();
}

/// What is known of a tag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// The tag.
    pub tag: String,
    /// Of its manifest.
    pub digest: Option<String>,
    /// What the manifest describes. Boxed: a hundred thousand tags may be listed by their names alone.
    pub artifact: Option<Box<Artifact>>,
    /// Why nothing is known of it.
    pub error: Option<String>,
}

impl Row {
    /// `org.opencontainers.image.created`
    pub fn created(&self) -> Option<&str> {
        self.artifact.as_ref()?.annotation(CREATED)
    }

    /// `org.opencontainers.image.source`
    pub fn source(&self) -> Option<&str> {
        self.artifact.as_ref()?.annotation(SOURCE)
    }

    /// `org.opencontainers.image.revision`
    pub fn revision(&self) -> Option<&str> {
        self.artifact.as_ref()?.annotation(REVISION)
    }
}

/// A repository's tags, as they are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// `oci://host/name`
    pub url: String,
    /// How many tags the repository has.
    pub tags: usize,
    /// How many of them the filters admit.
    pub matching: usize,
    /// What is shown of them, in order.
    pub rows: Vec<Row>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(tags: &[&str]) -> Vec<String> {
        let mut tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        sort_tags(&mut tags);
        tags
    }

    #[test]
    fn versions_come_first_and_the_highest_at_the_top() {
        let tags = ["latest", "1.9.0", "1.10.0", "v1.10.0", "1.10.0-rc.1", "7", "main", "1.10.0"];
        assert_eq!(sorted(&tags), ["1.10.0", "v1.10.0", "1.10.0-rc.1", "1.9.0", "7", "latest", "main"]);
    }

    #[test]
    fn filters_admit_what_both_admit() {
        let filter = Filter::new(">=1.0.0", "^v").expect("filters");
        assert!(filter.admits("v1.2.3"));
        assert!(!filter.admits("1.2.3"));
        assert!(!filter.admits("v0.9.0"));
        assert!(!filter.admits("vlatest"));
        assert!(Filter::new("", "(").is_err());
        assert!(Filter::new("x.y", "").is_err());
        assert!(Filter::default().admits("latest"));
    }
}
