//! What can be said of a range without any tag at hand.

use super::constraint::{Constraint, Operator, Wildcard};
use super::interval::Line;
use super::version::Version;

impl Constraint {
    /// The version that the range pins, where it is a single one written as such (`1.2.3`,
    /// `=1.2.3`, `v1.2.3`), without its sign.
    ///
    /// A tag that satisfies it may still be written otherwise: `v1.2.3`, `1.2.3+build`.
    pub fn exact(&self) -> Option<Version<'_>> {
        let [group] = self.groups.as_slice() else {
            return None;
        };
        let [term] = group.terms.as_slice() else {
            return None;
        };
        if term.operator != Operator::Equal || term.wildcard != Wildcard::None {
            return None;
        }
        Version::parse(&term.written).ok()
    }

    /// Whether the range is a pin; see [`Constraint::exact`].
    pub fn is_exact(&self) -> bool {
        self.exact().is_some()
    }

    /// Whether the range has no upper bound (`>=1`, `*`, `>1.0 || 2.x`, `!=1.2.3`): every later
    /// major version satisfies it.
    pub fn is_open_ended(&self) -> bool {
        self.groups.iter().any(|group| {
            let pieces = group.extent().pieces();
            pieces.last().is_some_and(|(_, until)| until.is_none())
        })
    }

    /// Whether no version can satisfy the range (`>2 <1`, `>1.0.0 <1.0.1`).
    ///
    /// Exact over all versions that could be written, however long: `true` is a proof.
    pub fn is_unsatisfiable(&self) -> bool {
        self.groups.iter().all(|group| group.extent().is_empty())
    }

    /// Whether some pre-release can satisfy the range: a group names one (`>=1.0.0-0`), and its
    /// bounds leave room for one.
    pub fn admits_prereleases(&self) -> bool {
        self.groups.iter().any(|group| {
            let extent = group.extent();
            extent.line == Line::All
                && extent.pieces().iter().any(|(from, until)| {
                    !from.prerelease.is_empty()
                        || extent.line.next(from).is_some_and(|next| until.as_ref().is_none_or(|until| next < *until))
                })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Constraint {
        Constraint::parse(text).unwrap()
    }

    #[test]
    fn pins() {
        for pin in ["1.2.3", "=1.2.3", "v1.2.3", "= v1.2.3", " 1.2.3-rc.1+b "] {
            assert!(range(pin).is_exact(), "{pin}");
        }
        assert_eq!(range("= v1.2.3").exact().unwrap().original(), "v1.2.3");
        for open in ["1.2", "1.2.x", "^1.2.3", "~1.2.3", ">=1.2.3", "!=1.2.3", "1.2.3 || 1.2.4", "*"] {
            assert!(!range(open).is_exact(), "{open}");
        }
    }

    #[test]
    fn upper_bounds() {
        for open in [
            ">=1",
            "*",
            "x",
            "x.x.x",
            ">1.0 || 2.x",
            "!=1.2.3",
            "~0.0.0",
            ">=1.0.0-0",
            "~*",
            ">=1 !=2.x",
            "1.2.3 || >3",
        ] {
            assert!(range(open).is_open_ended(), "{open}");
        }
        for bounded in [
            "1.x",
            "^1",
            "~1.2",
            "<2",
            ">=1 <2",
            "1 - 2",
            "1.2.3",
            "<=*",
            "^*",
            "1 || 2",
            // Open in writing, but the open group is empty.
            ">18446744073709551615 || 1.x",
            ">=1 !=1.x <2",
        ] {
            assert!(!range(bounded).is_open_ended(), "{bounded}");
        }
    }

    #[test]
    fn contradictions() {
        for empty in [
            ">2 <1",
            ">1.0.0 <1.0.1",
            ">1.0.0-rc <1.0.0-rc.0",
            "1.2.3 1.2.4",
            ">=1.2.3 <1.2.3",
            "^1 ^2",
            "1.x !=1.x",
            "1.2.3 !=1.2.3",
            "1.2.x !=1.2.x",
            "<0.0.0",
            "<*",
            "<x",
            ">18446744073709551615.x",
            ">18446744073709551615.18446744073709551615.18446744073709551615",
            "<1 >2 || ^3 <3",
            "=1.2.3-rc !=1.2.x-rc",
            "<0.0.0-0",
        ] {
            assert!(range(empty).is_unsatisfiable(), "{empty}");
        }
        for possible in [
            ">=1 <=1.0.0",
            ">1.0.0-rc <1.0.0",
            ">1.0.0 <1.0.1-0.1",
            "<0.0.1",
            ">2 || <1",
            "1.2.x-rc !=1.2.x-rc",
            "<0.0.0-1",
            "!=*",
        ] {
            assert!(!range(possible).is_unsatisfiable(), "{possible}");
        }
    }

    #[test]
    fn prereleases() {
        for admitting in [">=1.0.0-0", "*-0", "^1.0.0-rc.1", "1.0.0-rc.1", "^1 || 2.0.0-0"] {
            assert!(range(admitting).admits_prereleases(), "{admitting}");
        }
        for excluding in ["*", ">=1", "1.2.3", "=1.2.3 !=2.0.0-0", ">=1.0.0+b"] {
            assert!(!range(excluding).admits_prereleases(), "{excluding}");
        }
    }
}
