//! A range in the words of a person.

use crate::collections::Gather;

use super::constraint::{Constraint, Group};
use super::interval::{Extent, Line};

/// One group in words.
struct Described {
    bounds: String,
    /// Whether it is one version alone, which needs no word about pre-releases.
    exact: bool,
    line: Line,
    prereleases: String,
}

impl Constraint {
    /// The range in plain words, from what it admits: `^6.0.0` is "6.0.0 or newer, below 7.0.0; no
    /// pre-releases". Groups that nothing satisfies are left out; "no version" where all are.
    pub fn bounds_in_words(&self) -> String {
        let mut groups: Vec<Described> = Vec::new();
        for described in self.groups.iter().filter_map(Group::described) {
            let is_same =
                |other: &Described| other.bounds == described.bounds && other.prereleases == described.prereleases;
            if !groups.iter().any(is_same) {
                groups.push(described);
            }
        }
        let Some(first) = groups.first() else {
            return "no version".to_owned();
        };
        let is_pin_of_release = |group: &Described| group.exact && group.line == Line::Releases;
        let mut ranges = groups.iter().filter(|group| !is_pin_of_release(group));
        let shared = ranges.next().unwrap_or(first);
        if ranges.all(|group| group.prereleases == shared.prereleases && !group.exact) {
            let bounds: Vec<_> = groups.iter().map(|group| group.bounds.as_str()).gather();
            let mut words = bounds.join("; or ");
            if !shared.exact {
                words += "; ";
                words += &shared.prereleases;
            }
            return words;
        }
        let each: Vec<_> =
            groups
                .iter()
                .map(|group| {
                    if group.exact { group.bounds.clone() } else { format!("{} ({})", group.bounds, group.prereleases) }
                })
                .gather();
        each.join("; or ")
    }
}

impl Group {
    /// `None` where nothing satisfies the group.
    fn described(&self) -> Option<Described> {
        let extent = self.extent();
        if extent.is_empty() {
            return None;
        }
        let base = extent.base.as_ref()?;
        let end = base.until.as_ref();
        let exact = extent.line.next(&base.from.point).as_ref() == end.map(|edge| &edge.point);
        let prereleases = match (extent.line, end) {
            (Line::Releases, _) => "no pre-releases".to_owned(),
            // `<2.0.0` beside `>=1.0.0-0` takes 2.0.0-rc.1, to the surprise of most.
            (Line::All, Some(end)) if end.behind.is_none() && end.point.prerelease.is_empty() => {
                format!("pre-releases too, those of {} included", end.point)
            }
            (Line::All, _) => "pre-releases too".to_owned(),
        };
        Some(Described { bounds: extent.bounds(exact), exact, line: extent.line, prereleases })
    }
}

impl Extent {
    /// The bounds and exceptions of a group that is not empty.
    fn bounds(&self, exact: bool) -> String {
        let Some(base) = &self.base else {
            return String::new();
        };
        if exact {
            return format!("exactly {}", base.from.point);
        }
        let lowest = self.line.first_of([0, 0, 0]);
        let mut parts = Vec::new();
        match &base.from.behind {
            Some(version) => parts.push(format!("newer than {version}")),
            None if base.from.point == lowest => {}
            None => parts.push(format!("{} or newer", base.from.point)),
        }
        if let Some(until) = &base.until {
            parts.push(match &until.behind {
                Some(version) => format!("up to {version}"),
                None => format!("below {}", until.point),
            });
        }
        if parts.is_empty() {
            parts.push("any version".to_owned());
        }
        let holes = self.holes.iter().filter(|hole| hole.interval.overlaps(base)).map(|hole| hole.name.clone());
        let scattered = self.scattered.iter().map(|some| {
            let (major, minor) = (some.major, some.minor);
            if some.prerelease.is_empty() {
                format!("the releases of {major}.{minor}")
            } else {
                format!("{major}.{minor}.x-{}", some.prerelease)
            }
        });
        let mut except: Vec<_> = holes.chain(scattered).gather();
        except.dedup();
        if !except.is_empty() {
            parts.push(format!("except {}", except.join(" and ")));
        }
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for (range, words) in [
            (">=6.0.0 <7.0.0", "6.0.0 or newer, below 7.0.0; no pre-releases"),
            ("^6", "6.0.0 or newer, below 7.0.0; no pre-releases"),
            ("~1.2", "1.2.0 or newer, below 1.3.0; no pre-releases"),
            ("1.0.0 - 2.0.0", "1.0.0 or newer, up to 2.0.0; no pre-releases"),
            (">1.2.3", "newer than 1.2.3; no pre-releases"),
            (">1.x", "2.0.0 or newer; no pre-releases"),
            ("<2", "below 2.0.0; no pre-releases"),
            ("*", "any version; no pre-releases"),
            ("*-0", "any version; pre-releases too"),
            ("=v1.2.3", "exactly 1.2.3"),
            ("1.2.3-rc.1", "exactly 1.2.3-rc.1"),
            ("^*", "exactly 0.0.0"),
            ("^1.0.0-0", "1.0.0-0 or newer, below 2.0.0-0; pre-releases too"),
            (">=1.0.0-0 <2.0.0", "1.0.0-0 or newer, below 2.0.0; pre-releases too, those of 2.0.0 included"),
            ("^1 !=1.5.0 !=1.6.x !=3.0.0", "1.0.0 or newer, below 2.0.0, except 1.5.0 and 1.6.x; no pre-releases"),
            ("^1 || ^3 || ^1", "1.0.0 or newer, below 2.0.0; or 3.0.0 or newer, below 4.0.0; no pre-releases"),
            ("1.2.3 || ^3", "exactly 1.2.3; or 3.0.0 or newer, below 4.0.0; no pre-releases"),
            ("1.2.3-rc.1 || ^3", "exactly 1.2.3-rc.1; or 3.0.0 or newer, below 4.0.0 (no pre-releases)"),
            (">2 <1", "no version"),
            (">2 <1 || 1.2.3", "exactly 1.2.3"),
        ] {
            assert_eq!(Constraint::parse(range).unwrap().bounds_in_words(), words, "{range}");
        }
    }
}
