//! Ranges and what they admit: Masterminds/semver `Constraints.Check`.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::parse::{self, ConstraintError};
use super::version::{Version, compare, compare_prereleases};

/// A range of versions: groups joined by `||`, each of terms that must all hold.
///
/// Prints as Masterminds/semver `Constraints.String` does: groups joined by ` || `, terms by a
/// blank, `a - b` as the two terms it stands for.
#[derive(Debug, Clone)]
pub struct Constraint {
    pub(super) groups: Vec<Group>,
}

/// Terms that must all hold.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) terms: Vec<Term>,
    /// Whether a term names a pre-release, which lets pre-releases in for the whole group.
    pub(super) prereleases: bool,
}

/// One operator and the version it compares with.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub(super) operator: Operator,
    /// The operator as written (`=>` for `>=`), possibly empty.
    pub(super) sign: &'static str,
    /// The version as written, wildcards and all.
    pub(super) written: String,
    pub(super) wildcard: Wildcard,
    /// The numbers, 0 from the wildcard on.
    pub(super) numbers: [u64; 3],
    pub(super) prerelease: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Tilde,
    Caret,
}

/// From which number on a term's version is open (`x`, `X`, `*`, or absent).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wildcard {
    None,
    Major,
    Minor,
    Patch,
}

/// Why a version does not satisfy a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mismatch {
    /// It is a pre-release, and the range takes none here.
    ///
    /// Given where no group of the range names a pre-release, and where one that names none would
    /// otherwise hold.
    Prerelease {
        /// Whether the range would take it if it took pre-releases: the missing `-0` is then the
        /// only obstacle.
        otherwise_in_range: bool,
    },
    /// Its number is outside of the range.
    OutOfRange,
}

impl Constraint {
    /// Reads a range as Masterminds/semver `NewConstraint` does.
    ///
    /// # Errors
    ///
    /// [`ConstraintError`]: the library's words, and the place where it can be told.
    pub fn parse(text: &str) -> Result<Self, ConstraintError> {
        parse::constraint(text)
    }

    /// Whether a version satisfies the range: Masterminds/semver `Check`.
    pub fn matches(&self, version: &Version<'_>) -> bool {
        self.groups.iter().any(|group| group.takes(version) && group.holds(version))
    }

    /// As [`Constraint::matches`], and says why not.
    ///
    /// # Errors
    ///
    /// [`Mismatch`]. As in the library, a pre-release is refused as such before its number is
    /// looked at; [`Mismatch::Prerelease`] says what the number would have come to.
    pub fn check(&self, version: &Version<'_>) -> Result<(), Mismatch> {
        let (mut refused_as_prerelease, mut compared) = (false, false);
        for group in &self.groups {
            let holds = group.holds(version);
            if group.takes(version) {
                if holds {
                    return Ok(());
                }
                compared = true;
            } else {
                refused_as_prerelease |= holds;
            }
        }
        if refused_as_prerelease || !compared {
            Err(Mismatch::Prerelease { otherwise_in_range: refused_as_prerelease })
        } else {
            Err(Mismatch::OutOfRange)
        }
    }
}

impl FromStr for Constraint {
    type Err = ConstraintError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, group) in self.groups.iter().enumerate() {
            if index > 0 {
                f.write_str(" || ")?;
            }
            for (index, term) in group.terms.iter().enumerate() {
                if index > 0 {
                    f.write_str(" ")?;
                }
                write!(f, "{}{}", term.sign, term.written)?;
            }
        }
        Ok(())
    }
}

impl Group {
    /// Whether the group looks at the version at all: pre-releases only where it names one.
    fn takes(&self, version: &Version<'_>) -> bool {
        self.prereleases || !version.is_prerelease()
    }

    /// Whether the version is within every term, pre-release or not.
    fn holds(&self, version: &Version<'_>) -> bool {
        self.terms.iter().all(|term| term.holds(version))
    }
}

impl Term {
    /// Whether the version is within the term; [`Group::takes`] has been asked before.
    fn holds(&self, version: &Version<'_>) -> bool {
        match self.operator {
            Operator::Equal if self.wildcard == Wildcard::None => self.order(version).is_eq(),
            Operator::Equal | Operator::Tilde => self.tilde(version),
            Operator::NotEqual => self.not_equal(version),
            Operator::Greater => self.greater(version),
            Operator::GreaterOrEqual => self.order(version).is_ge(),
            Operator::Less => self.order(version).is_lt(),
            Operator::LessOrEqual => self.less_or_equal(version),
            Operator::Caret => self.caret(version),
        }
    }

    /// How the version stands to the term's own.
    fn order(&self, version: &Version<'_>) -> Ordering {
        compare(version.numbers(), version.prerelease(), self.numbers, &self.prerelease)
    }

    fn tilde(&self, version: &Version<'_>) -> bool {
        if self.order(version).is_lt() {
            return false;
        }
        if self.is_any() {
            return true;
        }
        let [major, minor, _] = self.numbers;
        version.major() == major && (version.minor() == minor || self.wildcard == Wildcard::Minor)
    }

    /// `~*`, `*`, and by the library's special case `~0.0.0`: everything from 0.0.0 on.
    pub(super) fn is_any(&self) -> bool {
        self.numbers == [0, 0, 0] && matches!(self.wildcard, Wildcard::None | Wildcard::Major)
    }

    fn not_equal(&self, version: &Version<'_>) -> bool {
        let [major, minor, _] = self.numbers;
        match self.wildcard {
            // `!=*` comes down to `!=0.0.0`.
            Wildcard::None | Wildcard::Major => self.order(version).is_ne(),
            Wildcard::Minor => version.major() != major,
            Wildcard::Patch => {
                version.major() != major
                    || version.minor() != minor
                    || compare_prereleases(version.prerelease(), &self.prerelease).is_ne()
            }
        }
    }

    fn greater(&self, version: &Version<'_>) -> bool {
        let [major, minor, _] = self.numbers;
        match self.wildcard {
            Wildcard::None | Wildcard::Major => self.order(version).is_gt(),
            Wildcard::Minor => version.major() > major,
            Wildcard::Patch => (version.major(), version.minor()) > (major, minor),
        }
    }

    fn less_or_equal(&self, version: &Version<'_>) -> bool {
        let [major, minor, _] = self.numbers;
        match self.wildcard {
            Wildcard::None => self.order(version).is_le(),
            Wildcard::Minor => version.major() <= major,
            // `<=*` comes down to `<=0.0.x`.
            Wildcard::Major | Wildcard::Patch => (version.major(), version.minor()) <= (major, minor),
        }
    }

    fn caret(&self, version: &Version<'_>) -> bool {
        if self.order(version).is_lt() {
            return false;
        }
        let [major, minor, patch] = self.numbers;
        if version.major() != major {
            return false;
        }
        if major > 0 || self.wildcard == Wildcard::Minor {
            return true;
        }
        if version.minor() != minor {
            return false;
        }
        // `^*` comes down to `^0.0.0`, which is 0.0.0 alone.
        minor > 0 || self.wildcard == Wildcard::Patch || version.patch() == patch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(range: &str, version: &str) -> Result<(), Mismatch> {
        Constraint::parse(range).unwrap().check(&Version::parse(version).unwrap())
    }

    #[test]
    fn a_mismatch_tells_a_prerelease_from_a_number_out_of_range() {
        let excluded = |otherwise_in_range| Err(Mismatch::Prerelease { otherwise_in_range });
        assert_eq!(check(">=6.0.0 <7.0.0", "6.1.0"), Ok(()));
        assert_eq!(check(">=6.0.0 <7.0.0", "7.0.0"), Err(Mismatch::OutOfRange));
        assert_eq!(check(">=6.0.0 <7.0.0", "6.10.0-rc.1"), excluded(true));
        assert_eq!(check(">=6.0.0 <7.0.0", "9.0.0-rc.1"), excluded(false));
        assert_eq!(check(">=6.0.0-0", "5.0.0-rc.1"), Err(Mismatch::OutOfRange));
        // One group names a pre-release, the other does not.
        assert_eq!(check("1.0.0-rc.1 || ^2", "1.0.0-rc.1"), Ok(()));
        assert_eq!(check("1.0.0-rc.1 || ^2", "2.1.0-rc.1"), excluded(true));
        assert_eq!(check("1.0.0-rc.1 || ^2", "4.0.0-rc.1"), Err(Mismatch::OutOfRange));
    }

    #[test]
    fn prints_as_the_library_does() {
        let printed = |range: &str| Constraint::parse(range).unwrap().to_string();
        assert_eq!(printed(" >= 1.0 ,<2.x||v3"), ">=1.0 <2.x || v3");
        assert_eq!(printed("1.0 - 2.0"), ">=1.0 <=2.0");
        assert_eq!(printed("=>1.0.0+b"), "=>1.0.0+b");
    }
}
