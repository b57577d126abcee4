//! Which tags of a repository go, and which stay and why: what `delete --keep-semver` and `--older-than` decide.
//!
//! A tag is a name for a digest, and registries delete digests. So nothing goes that something else still needs: a
//! digest with another tag that stays, or an image of an index that stays.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::artifact::is_generated_tag;
use crate::compat::x509::days_from_civil;
use crate::listing::{Filter, version};

/// What is to go.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Among which tags; the others stay without being mentioned.
    pub among: Filter,
    /// How many of the highest versions stay. With it, tags that are no versions stay without being mentioned.
    pub keep_semver: Option<usize>,
    /// What was made after this stays: seconds since 1970.
    pub made_before: Option<i64>,
}

/// What is known of a tag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The tag.
    pub tag: String,
    /// Of its manifest; empty where it could not be read.
    pub digest: String,
    /// The digests that its manifest lists, where it is an index.
    pub children: Vec<String>,
    /// When it was made: seconds since 1970.
    pub made: Option<i64>,
}

/// What becomes of a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It goes.
    Goes,
    /// It is one of the highest versions.
    Newest,
    /// It is not old enough.
    Young,
    /// Nobody knows how old it is.
    OfUnknownAge,
    /// It could not be read.
    Unreadable,
    /// Its digest has this tag too, which stays.
    SharedWith(String),
    /// It is part of the index with this tag, which stays.
    PartOf(String),
}

impl Fate {
    /// Why it stays, in words; empty where it goes.
    pub fn reason(&self) -> String {
        match self {
            Self::Goes => String::new(),
            Self::Newest => "one of the highest versions".to_owned(),
            Self::Young => "not old enough".to_owned(),
            Self::OfUnknownAge => "nothing says when it was made".to_owned(),
            Self::Unreadable => "it could not be read".to_owned(),
            Self::SharedWith(tag) => format!("same digest as {tag}, which stays"),
            Self::PartOf(tag) => format!("part of {tag}, which stays"),
        }
    }
}

impl Policy {
    /// What becomes of the tags that this is about, in the order in which they are given: versions from the highest,
    /// others as they come. All tags of the repository are needed, those too that it is not about.
    pub fn plan<'a>(&self, tags: &'a [Known]) -> Vec<(&'a Known, Fate)> {
        let is_meant = |known: &&Known| {
            !is_generated_tag(&known.tag)
                && self.among.admits(&known.tag)
                && (self.keep_semver.is_none() || version(&known.tag).is_some())
        };
        let mut meant: Vec<&Known> = tags.iter().filter(is_meant).collect();
        meant.sort_by_cached_key(|known| (Reverse(version(&known.tag)), known.tag.clone()));
        let kept = self.keep_semver.unwrap_or(0);
        let fates = meant.into_iter().enumerate();
        let mut out: Vec<(&Known, Fate)> =
            fates.map(|(place, known)| (known, if place < kept { Fate::Newest } else { self.of_age(known) })).collect();
        while self.spare_what_is_needed(tags, &mut out) {}
        out
    }

    fn of_age(&self, known: &Known) -> Fate {
        match (self.made_before, known.made) {
            _ if known.digest.is_empty() => Fate::Unreadable,
            (None, _) => Fate::Goes,
            (Some(_), None) => Fate::OfUnknownAge,
            (Some(limit), Some(made)) if made >= limit => Fate::Young,
            (Some(_), Some(_)) => Fate::Goes,
        }
    }

    /// Takes back what others need; true where that changed something.
    fn spare_what_is_needed(&self, tags: &[Known], plan: &mut [(&Known, Fate)]) -> bool {
        let going: BTreeSet<&str> =
            plan.iter().filter(|(_, fate)| *fate == Fate::Goes).map(|(known, _)| known.tag.as_str()).collect();
        let mut shared: BTreeMap<&str, &str> = BTreeMap::new();
        let mut parts: BTreeMap<&str, &str> = BTreeMap::new();
        for known in tags.iter().filter(|known| !going.contains(known.tag.as_str())) {
            shared.entry(&known.digest).or_insert(&known.tag);
            for child in &known.children {
                parts.entry(child).or_insert(&known.tag);
            }
        }
        let mut is_changed = false;
        for (known, fate) in plan.iter_mut().filter(|(_, fate)| *fate == Fate::Goes) {
            let digest = known.digest.as_str();
            let spared = shared.get(digest).map(|tag| Fate::SharedWith((*tag).to_owned()));
            let spared = spared.or_else(|| parts.get(digest).map(|tag| Fate::PartOf((*tag).to_owned())));
            if let Some(spared) = spared {
                *fate = spared;
                is_changed = true;
            }
        }
        is_changed
    }
}

/// What indexes that go leave behind, by their digests: the manifests that they list, that no other tag leads to and
/// that do not go themselves. `going` are the digests that do; `known` is of all tags, and of indexes without any.
pub fn left_behind<'a>(known: &'a [Known], going: &BTreeSet<&str>) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let (gone, staying): (Vec<&Known>, Vec<&Known>) =
        known.iter().partition(|known| going.contains(known.digest.as_str()));
    let led_to = |known: &&'a Known| std::iter::once(&known.digest).chain(&known.children).map(String::as_str);
    let needed: BTreeSet<&str> = staying.iter().flat_map(led_to).collect();
    let mut out: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for index in gone {
        let children = index.children.iter().map(String::as_str);
        let left = children.filter(|child| !needed.contains(child) && !going.contains(child));
        out.entry(&index.digest).or_default().extend(left);
    }
    out.retain(|_, left| !left.is_empty());
    out
}

/// Seconds since 1970 of a time as RFC 3339 writes it, such as `2026-01-02T03:04:05Z`; `None` for anything else.
/// Fractions are dropped.
pub fn seconds(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| {
        let digits = text.get(range)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<i64>().ok())?
    };
    let is = |at: usize, expected: &[u8]| text.as_bytes().get(at).is_some_and(|byte| expected.contains(byte));
    if !(is(4, b"-") && is(7, b"-") && is(10, b"Tt ") && is(13, b":") && is(16, b":")) {
        return None;
    }
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let rest = text.get(19..)?;
    let zone = rest.strip_prefix('.').map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    let offset = match zone.as_bytes() {
        b"Z" | b"z" => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = (zone.get(1..3)?.parse::<i64>().ok()?, zone.get(4..6)?.parse::<i64>().ok()?);
            (hours * 3600 + minutes * 60) * if *sign == b'-' { -1 } else { 1 }
        }
        _ => return None,
    };
    let days = days_from_civil(year, month, day);
    Some(days * 86_400 + hour * 3600 + minute * 60 + second - offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(text: &str) -> Vec<Known> {
        let known = |word: &str| {
            let (tag, digest) = word.split_once('=').unwrap_or((word, word));
            Known { tag: tag.to_owned(), digest: digest.to_owned(), ..Known::default() }
        };
        text.split_whitespace().map(known).collect()
    }

    fn going(policy: &Policy, tags: &[Known]) -> String {
        let plan = policy.plan(tags);
        let going = plan.iter().filter(|(_, fate)| *fate == Fate::Goes).map(|(known, _)| known.tag.as_str());
        going.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_highest_versions_stay() {
        let tags = tags("1.0.0 1.10.0 1.9.0 latest 2.0.0-rc.1 main");
        let policy = Policy { keep_semver: Some(2), ..Policy::default() };
        assert_eq!(going(&policy, &tags), "1.9.0 1.0.0");
        let among = Filter::new(">=1.0.0", "").expect("a filter");
        assert_eq!(going(&Policy { among, ..policy }, &tags), "1.0.0");
        let policy = Policy { keep_semver: Some(0), ..Policy::default() };
        assert_eq!(going(&policy, &tags), "2.0.0-rc.1 1.10.0 1.9.0 1.0.0");
    }

    #[test]
    fn what_something_else_needs_stays() {
        let mut all = tags("1.0.0=a 1.1.0=b 1.2.0=c 2.0.0=i stable=a");
        all[3].children = vec!["b".to_owned()];
        let policy = Policy { keep_semver: Some(1), ..Policy::default() };
        let plan = policy.plan(&all);
        let fates: Vec<&Fate> = plan.iter().map(|(_, fate)| fate).collect();
        let (part, shared) = (Fate::PartOf("2.0.0".to_owned()), Fate::SharedWith("stable".to_owned()));
        assert_eq!(fates, [&Fate::Newest, &Fate::Goes, &part, &shared]);
        // An index that stays because of one tag keeps its images.
        let mut all = tags("1.0.0=x 1.1.0=i 2.0.0=z stable=i");
        all[1].children = vec!["x".to_owned()];
        all[3].children = vec!["x".to_owned()];
        assert_eq!(going(&policy, &all), "");
    }

    #[test]
    fn what_an_index_lists_is_left_where_nothing_else_leads_to_it() {
        let mut all = tags("1.0.0=i 2.0.0=j 3.0.0=c other=x");
        all[0].children = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        all[1].children = vec!["b".to_owned()];
        let left = |going: &[&str]| left_behind(&all, &going.iter().copied().collect());
        assert_eq!(left(&["i"]), BTreeMap::from([("i", BTreeSet::from(["a", "d"]))]));
        assert_eq!(left(&["i", "d"]), BTreeMap::from([("i", BTreeSet::from(["a"]))]));
        assert_eq!(left(&["x"]), BTreeMap::new());
    }

    #[test]
    fn age_alone_takes_no_signatures_and_nothing_unknown() {
        let signature = format!("sha256-{}.sig", "0".repeat(64));
        let mut all = tags(&format!("old young unknown {signature}"));
        for (known, made) in all.iter_mut().zip([Some(10), Some(30), None, Some(1)]) {
            known.made = made;
        }
        let policy = Policy { made_before: Some(20), ..Policy::default() };
        assert_eq!(going(&policy, &all), "old");
        assert_eq!(policy.plan(&all).len(), 3);
    }

    #[test]
    fn times_are_read_as_rfc_3339_writes_them() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2026-01-02T03:04:05Z", Some(1_767_323_045)),
            ("2024-02-29T12:00:00.123456789+02:00", Some(1_709_200_800)),
            ("2000-03-01T00:00:00-01:30", Some(951_874_200)),
            ("1969-12-31T23:59:59Z", Some(-1)),
            ("2026-13-01T00:00:00Z", None),
            ("2026-01-02", None),
            ("2026-01-02T03:04:05", None),
            ("é026-01-02T03:04:05Z", None),
            ("", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
