//! Versions: Masterminds/semver `NewVersion` and `Compare`, fluxcd/pkg/version `ParseVersion`.

use std::cmp::Ordering;
use std::fmt;

use super::scan::{Shape, number};

/// The longest text that is read as a version, in bytes (Masterminds/semver `MaxVersionLen`).
pub const MAX_VERSION_LENGTH: usize = 256;

/// A version as Flux reads it: looser than SemVer 2.0.
///
/// A leading `v` and leading zeros in the three numbers are accepted, minor and patch may be
/// absent (they are 0 then). Borrows the text it was read from; nothing is allocated.
///
/// Comparison is by precedence, as Masterminds/semver `Compare`: build metadata and the way of
/// writing (`v1.0.0`, `01.0.0`, `1.0.0+b`) make no difference, so `==` means "ties with".
#[derive(Debug, Clone, Copy)]
pub struct Version<'a> {
    original: &'a str,
    numbers: [u64; 3],
    prerelease: &'a str,
    metadata: &'a str,
}

/// Why a text is not a version. Its words are those of Masterminds/semver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionError<'a> {
    /// Longer than [`MAX_VERSION_LENGTH`].
    TooLong,
    /// Not of the shape `v1.2.3-pre+build`, or (from [`Version::parse_flux`]) with fewer than two
    /// dots.
    Invalid,
    /// A number, given here as written, that does not fit 64 bits.
    NumberOutOfRange(&'a str),
    /// A numeric pre-release identifier with a leading zero (`1.0.0-01`).
    LeadingZero,
}

impl fmt::Display for VersionError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "version string is too long (max {MAX_VERSION_LENGTH} bytes)"),
            Self::Invalid => f.write_str("invalid semantic version"),
            Self::NumberOutOfRange(number) => {
                write!(f, "error parsing version segment: strconv.ParseUint: parsing \"{number}\": value out of range")
            }
            Self::LeadingZero => f.write_str("version segment starts with 0"),
        }
    }
}

impl std::error::Error for VersionError<'_> {}

impl<'a> Version<'a> {
    /// Reads a version as Masterminds/semver `NewVersion` does (`1`, `v1.2`, `01.2.3-rc.1+b`).
    ///
    /// # Errors
    ///
    /// [`VersionError`], with the library's words.
    pub fn parse(text: &'a str) -> Result<Self, VersionError<'a>> {
        Self::read(text, |byte| byte == b'+')
    }

    /// Reads a version as fluxcd/pkg/version `ParseVersion` does: as [`Version::parse`], and the
    /// text must hold at least two dots.
    ///
    /// # Errors
    ///
    /// [`VersionError`]; [`VersionError::Invalid`] too where there are fewer than two dots.
    pub fn parse_flux(text: &'a str) -> Result<Self, VersionError<'a>> {
        if has_three_parts(text) { Self::parse(text) } else { Err(VersionError::Invalid) }
    }

    /// Reads the tag of a Helm chart, in which `_` stands for the `+` that no tag may hold.
    ///
    /// The same as replacing every `_` by `+` and [`Version::parse`], which is what
    /// source-controller does where the layer's media type is a chart's. [`Version::original`]
    /// stays the tag.
    ///
    /// # Errors
    ///
    /// [`VersionError`], as [`Version::parse`].
    pub fn parse_chart_tag(tag: &'a str) -> Result<Self, VersionError<'a>> {
        Self::read(tag, |byte| matches!(byte, b'+' | b'_'))
    }

    #[inline]
    fn read(text: &'a str, plus: impl Fn(u8) -> bool) -> Result<Self, VersionError<'a>> {
        if text.len() > MAX_VERSION_LENGTH {
            return Err(VersionError::TooLong);
        }
        let shape = Shape::read(text, 0, |byte| byte.is_ascii_digit(), plus)
            .filter(|shape| shape.end == text.len())
            .ok_or(VersionError::Invalid)?;
        Ok(Version {
            original: text,
            numbers: [read_number(shape.major)?, read_number(shape.minor)?, read_number(shape.patch)?],
            prerelease: check_prerelease(shape.prerelease)?,
            metadata: shape.metadata,
        })
    }

    /// The first number.
    pub fn major(&self) -> u64 {
        self.numbers[0]
    }

    /// The second number; 0 where absent.
    pub fn minor(&self) -> u64 {
        self.numbers[1]
    }

    /// The third number; 0 where absent.
    pub fn patch(&self) -> u64 {
        self.numbers[2]
    }

    /// What follows the `-`, without it; empty for a release.
    pub fn prerelease(&self) -> &'a str {
        self.prerelease
    }

    /// What follows the `+`, without it; empty where absent.
    pub fn metadata(&self) -> &'a str {
        self.metadata
    }

    /// The text that was read, unchanged.
    pub fn original(&self) -> &'a str {
        self.original
    }

    /// Whether this is a pre-release (`1.0.0-rc.1`).
    pub fn is_prerelease(&self) -> bool {
        !self.prerelease.is_empty()
    }

    /// Major, minor and patch.
    pub(super) fn numbers(&self) -> [u64; 3] {
        self.numbers
    }
}

/// The canonical form, without `v` and leading zeros: Masterminds/semver `String`.
impl fmt::Display for Version<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

impl Ord for Version<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(self.numbers, self.prerelease, other.numbers, other.prerelease)
    }
}

impl PartialOrd for Version<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version<'_> {}

/// Whether a text has at least three parts between dots: the first test of fluxcd/pkg/version.
pub(crate) fn has_three_parts(text: &str) -> bool {
    text.bytes().filter(|&byte| byte == b'.').nth(1).is_some()
}

/// A number of a version; 0 where absent.
#[inline]
fn read_number(text: &str) -> Result<u64, VersionError<'_>> {
    if text.is_empty() {
        return Ok(0);
    }
    number(text).ok_or(VersionError::NumberOutOfRange(text))
}

/// Refuses numeric identifiers with a leading zero; the shape has seen to the rest.
#[inline]
pub(super) fn check_prerelease(text: &str) -> Result<&str, VersionError<'_>> {
    let leading_zero = |identifier: &str| {
        identifier.len() > 1 && identifier.starts_with('0') && identifier.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !text.is_empty() && text.split('.').any(leading_zero) {
        return Err(VersionError::LeadingZero);
    }
    Ok(text)
}

/// Precedence of two versions, each given by its numbers and its pre-release.
#[inline]
pub(super) fn compare(
    numbers: [u64; 3],
    prerelease: &str,
    other_numbers: [u64; 3],
    other_prerelease: &str,
) -> Ordering {
    numbers.cmp(&other_numbers).then_with(|| match (prerelease, other_prerelease) {
        ("", "") => Ordering::Equal,
        ("", _) => Ordering::Greater,
        (_, "") => Ordering::Less,
        (ours, theirs) => compare_prereleases(ours, theirs),
    })
}

/// Identifier by identifier; the longer one wins where the shorter is its beginning.
pub(super) fn compare_prereleases(ours: &str, theirs: &str) -> Ordering {
    let (mut left, mut right) = (ours.split('.'), theirs.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(left), Some(right)) => compare_identifiers(left, right),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Numbers by value and below text, text by its bytes. A number beyond 64 bits counts as text.
fn compare_identifiers(ours: &str, theirs: &str) -> Ordering {
    match (number(ours), number(theirs)) {
        (Some(ours), Some(theirs)) => ours.cmp(&theirs),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => ours.cmp(theirs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_the_librarys() {
        let words = |text: &str| Version::parse(text).unwrap_err().to_string();
        assert_eq!(words("latest"), "invalid semantic version");
        assert_eq!(words("1.0.0-01"), "version segment starts with 0");
        assert_eq!(
            words("1.18446744073709551616.0"),
            "error parsing version segment: strconv.ParseUint: parsing \"18446744073709551616\": value out of range"
        );
        assert_eq!(words(&"1".repeat(257)), "version string is too long (max 256 bytes)");
    }

    #[test]
    fn a_chart_tag_reads_as_if_every_underscore_were_a_plus() {
        for tag in [
            "1.0.0_b1",
            "1.0.0-rc.1_b.2",
            "1.0.0_a_b",
            "1.0.0+a_b",
            "1.0.0_",
            "_1.0.0",
            "1_0.0",
            "1.0.0-rc_1",
            "1.0.0-_1",
        ] {
            let replaced = tag.replace('_', "+");
            let theirs = Version::parse(&replaced).map(|v| v.to_string()).ok();
            let ours = Version::parse_chart_tag(tag).map(|v| v.to_string()).ok();
            assert_eq!(ours, theirs, "{tag}");
        }
    }

    #[test]
    fn precedence_is_that_of_the_specification() {
        let ascending = [
            "1.0.0-0",
            "1.0.0-1",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1-0",
        ];
        for pair in ascending.windows(2) {
            let [low, high] = [pair[0], pair[1]].map(|text| Version::parse(text).unwrap());
            assert!(low < high, "{low} < {high}");
        }
        assert_eq!(Version::parse("v1.0"), Version::parse("1.0.0+build"));
    }
}
