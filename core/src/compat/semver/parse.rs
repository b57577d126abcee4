//! The grammar of ranges: Masterminds/semver `NewConstraint`, its words and, beyond it, the place.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::constraint::{Constraint, Group, Operator, Term, Wildcard};
use super::scan::{Shape, byte, is_space, number, run, slice};
use super::version::{MAX_VERSION_LENGTH, check_prerelease};
use crate::collections::Gather;
use crate::compat::quote::quoted;

/// The longest range that is read, in bytes (Masterminds/semver `MaxConstraintLen`).
pub const MAX_CONSTRAINT_LENGTH: usize = 512;

/// How many groups `||` may join (Masterminds/semver `MaxConstraintGroups`).
pub const MAX_CONSTRAINT_GROUPS: usize = 32;

/// Why a range does not parse. Prints the words of Masterminds/semver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConstraintError {
    message: String,
    kind: ConstraintErrorKind,
    span: Option<(usize, usize)>,
}

/// What is wrong with a range; finer than the library's words, which say no more than "constraint
/// parser error" for the last four.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConstraintErrorKind {
    /// Longer than [`MAX_CONSTRAINT_LENGTH`].
    TooLong,
    /// More groups than [`MAX_CONSTRAINT_GROUPS`].
    TooManyGroups,
    /// Not a term, or terms that neither a blank nor a comma parts.
    Improper,
    /// A wildcard that shares its place with something else (`1x`, `x*`).
    MixedWildcard,
    /// A number that does not fit 64 bits.
    NumberTooLarge,
    /// A numeric pre-release identifier with a leading zero (`1.0.0-01`).
    LeadingZero,
    /// A version longer than [`MAX_VERSION_LENGTH`].
    VersionTooLong,
}

impl ConstraintError {
    /// What is wrong.
    pub fn kind(&self) -> ConstraintErrorKind {
        self.kind
    }

    /// The part that does not parse, as byte offsets (start, end exclusive) into the text given to
    /// [`Constraint::parse`], on character boundaries; `None` where it is the whole.
    pub fn span(&self) -> Option<(usize, usize)> {
        self.span
    }
}

impl fmt::Display for ConstraintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConstraintError {}

/// Signs of two characters before those of one: no version begins as a sign goes on.
const SIGNS: [(&str, Operator); 11] = [
    ("!=", Operator::NotEqual),
    (">=", Operator::GreaterOrEqual),
    ("=>", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    ("=<", Operator::LessOrEqual),
    ("~>", Operator::Tilde),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("~", Operator::Tilde),
    ("^", Operator::Caret),
];

pub(super) fn constraint(text: &str) -> Result<Constraint, ConstraintError> {
    if text.len() > MAX_CONSTRAINT_LENGTH {
        return Err(ConstraintError {
            message: format!("constraint string is too long (max {MAX_CONSTRAINT_LENGTH} bytes)"),
            kind: ConstraintErrorKind::TooLong,
            span: None,
        });
    }
    let rewritten = Rewritten::new(text);
    let count = rewritten.text.split("||").count();
    if count > MAX_CONSTRAINT_GROUPS {
        return Err(ConstraintError {
            message: format!("too many constraint groups (max {MAX_CONSTRAINT_GROUPS})"),
            kind: ConstraintErrorKind::TooManyGroups,
            span: None,
        });
    }
    let mut groups = Vec::with_capacity(count);
    let mut start = 0;
    for segment in rewritten.text.split("||") {
        groups.push(group(segment).map_err(|(kind, place)| {
            let message = match kind {
                ConstraintErrorKind::Improper => {
                    format!("improper constraint: {}", quoted(segment))
                }
                _ => "constraint parser error".to_owned(),
            };
            let place = widened(&rewritten.text, start + place.start..start + place.end);
            ConstraintError { message, kind, span: rewritten.span(place) }
        })?);
        start += segment.len() + "||".len();
    }
    Ok(Constraint { groups })
}

/// An empty place (a group without terms) becomes that of the `||` before or behind it.
fn widened(text: &str, place: Range<usize>) -> Range<usize> {
    let between = slice(text, place.start, place.end);
    if !between.bytes().all(is_space) {
        return place;
    }
    let (before, behind) = (slice(text, 0, place.start), slice(text, place.end, text.len()));
    if before.ends_with("||") {
        place.start - "||".len()..place.end
    } else if behind.starts_with("||") {
        place.start..place.end + "||".len()
    } else {
        place
    }
}

/// A term of the grammar, not yet judged.
struct RawTerm<'a> {
    operator: Operator,
    sign: &'static str,
    shape: Shape<'a>,
    place: Range<usize>,
}

type Refusal = (ConstraintErrorKind, Range<usize>);

/// Reads what stands between two `||`. The grammar is tested for the whole before any number is
/// looked at, as in the library.
fn group(segment: &str) -> Result<Group, Refusal> {
    let mut raw_terms = Vec::new();
    let mut start = skip_space(segment, 0);
    if start == segment.len() {
        return Err((ConstraintErrorKind::Improper, 0..segment.len()));
    }
    loop {
        let raw = raw_term(segment, start)?;
        let end = raw.place.end;
        raw_terms.push(raw);
        let next = skip_space(segment, end);
        if next == segment.len() {
            break;
        }
        if byte(segment.as_bytes(), next) == Some(b',') {
            start = skip_space(segment, next + 1);
            if start == segment.len() {
                return Err((ConstraintErrorKind::Improper, next..next + 1));
            }
        } else if next > end {
            start = next;
        } else {
            let first = raw_terms.last().map_or(start, |raw| raw.place.start);
            let place = first..word_end(segment, end);
            return Err((ConstraintErrorKind::Improper, place));
        }
    }
    let terms = raw_terms
        .iter()
        .map(|raw| term(segment, raw).map_err(|kind| (kind, raw.place.clone())))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Group { prereleases: terms.iter().any(|term| !term.prerelease.is_empty()), terms })
}

/// Reads the sign and version that begin at `start`, no blank before them.
fn raw_term(segment: &str, start: usize) -> Result<RawTerm<'_>, Refusal> {
    let rest = slice(segment, start, segment.len());
    let (sign, operator) = SIGNS.into_iter().find(|(sign, _)| rest.starts_with(sign)).unwrap_or(("", Operator::Equal));
    let version = skip_space(segment, start + sign.len());
    match Shape::read(segment, version, is_number_or_wildcard, is_plus) {
        Some(shape) => Ok(RawTerm { operator, sign, place: start..shape.end, shape }),
        None => Err((ConstraintErrorKind::Improper, start..word_end(segment, version))),
    }
}

/// Gives a term its meaning: Masterminds/semver `parseConstraint`.
fn term(segment: &str, raw: &RawTerm<'_>) -> Result<Term, ConstraintErrorKind> {
    let shape = &raw.shape;
    let written = slice(segment, skip_space(segment, raw.place.start + raw.sign.len()), shape.end);
    let is_open = |part: &str| matches!(part, "" | "x" | "X" | "*");
    let prerelease_length = shape.prerelease.len() + usize::from(!shape.prerelease.is_empty());
    // The library writes down the version it means and reads that: only what is in it is judged,
    // and its length counts.
    let (wildcard, parts, length) = if is_open(shape.major) {
        (Wildcard::Major, ["0"; 3], "0.0.0".len() + prerelease_length)
    } else if is_open(shape.minor) {
        let length = shape.major.len() + ".0.0".len() + prerelease_length;
        (Wildcard::Minor, [shape.major, "0", "0"], length)
    } else if is_open(shape.patch) {
        let numbers = shape.major.len() + ".".len() + shape.minor.len();
        let length = numbers + ".0".len() + prerelease_length;
        (Wildcard::Patch, [shape.major, shape.minor, "0"], length)
    } else {
        let parts = [shape.major, shape.minor, shape.patch];
        (Wildcard::None, parts, written.len())
    };
    if length > MAX_VERSION_LENGTH {
        return Err(ConstraintErrorKind::VersionTooLong);
    }
    if parts.iter().any(|part| part.bytes().any(|b| !b.is_ascii_digit())) {
        return Err(ConstraintErrorKind::MixedWildcard);
    }
    let [major, minor, patch] = parts.map(|part| number(part).ok_or(ConstraintErrorKind::NumberTooLarge));
    Ok(Term {
        operator: raw.operator,
        sign: raw.sign,
        written: written.to_owned(),
        wildcard,
        numbers: [major?, minor?, patch?],
        prerelease: check_prerelease(shape.prerelease).map_err(|_| ConstraintErrorKind::LeadingZero)?.to_owned(),
    })
}

/// The library's class `[0-9|x|X|\*]` holds the bar as well.
fn is_number_or_wildcard(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'|' | b'x' | b'X' | b'*')
}

fn is_plus(byte: u8) -> bool {
    byte == b'+'
}

fn skip_space(text: &str, start: usize) -> usize {
    run(text.as_bytes(), start, is_space)
}

/// Where the word at `start` ends, for the place of an error.
fn word_end(text: &str, start: usize) -> usize {
    if byte(text.as_bytes(), start) == Some(b',') {
        return start + 1;
    }
    run(text.as_bytes(), start, |b| !is_space(b) && b != b',')
}

/// The range with every `a - b` rewritten to `>= a, <= b `, and where its bytes come from.
struct Rewritten<'a> {
    text: Cow<'a, str>,
    /// For each byte of `text`, where it stood before the rewriting; empty where nothing was
    /// rewritten.
    origins: Vec<Range<usize>>,
}

impl<'a> Rewritten<'a> {
    /// Masterminds/semver `rewriteRange`: finds the ranges first, then replaces the first
    /// occurrence of the text of each, which need not be where it was found.
    fn new(text: &'a str) -> Self {
        let mut rewritten = Rewritten { text: Cow::Borrowed(text), origins: Vec::new() };
        for range in hyphen_ranges(text) {
            let found = slice(text, range.whole.start, range.whole.end);
            if let Some(at) = rewritten.text.find(found) {
                rewritten.replace(text, &range, at);
            }
        }
        rewritten
    }

    fn replace(&mut self, text: &str, range: &HyphenRange, at: usize) {
        let origins = if self.origins.is_empty() {
            (0..self.text.len()).map(|at| at..at + 1).gather()
        } else {
            std::mem::take(&mut self.origins)
        };
        let mut output = slice(&self.text, 0, at).to_owned();
        let mut output_origins = origins.get(..at).unwrap_or_default().to_vec();
        for (sign, operand, behind) in [(">= ", &range.low, ", "), ("<= ", &range.high, " ")] {
            let offset = at + operand.start - range.whole.start;
            let kept = origins.get(offset..offset + operand.len());
            let kept = kept.unwrap_or_default();
            // What is put in stands for the operand beside it.
            let start = kept.first().map_or(0, |origin| origin.start);
            let inserted = start..kept.last().map_or(start, |origin| origin.end);
            output += sign;
            output += slice(text, operand.start, operand.end);
            output += behind;
            output_origins.extend(sign.bytes().map(|_| inserted.clone()));
            output_origins.extend_from_slice(kept);
            output_origins.extend(behind.bytes().map(|_| inserted.clone()));
        }
        let rest = at + range.whole.len();
        output += slice(&self.text, rest, self.text.len());
        output_origins.extend_from_slice(origins.get(rest..).unwrap_or_default());
        self.text = Cow::Owned(output);
        self.origins = output_origins;
    }

    /// A place in the rewritten text as a span of the text before; `None` for an empty one.
    fn span(&self, place: Range<usize>) -> Option<(usize, usize)> {
        if place.is_empty() {
            return None;
        }
        if self.origins.is_empty() {
            return Some((place.start, place.end));
        }
        let start = self.origins.get(place.start)?.start;
        let end = self.origins.get(place.end - 1)?.end;
        (start < end).then_some((start, end))
    }
}

/// Where one `a - b` stands.
struct HyphenRange {
    whole: Range<usize>,
    low: Range<usize>,
    high: Range<usize>,
}

/// All `a - b`, leftmost first, with the blanks around them.
fn hyphen_ranges(text: &str) -> Vec<HyphenRange> {
    let mut ranges = Vec::new();
    let mut start = 0;
    while start < text.len() {
        match hyphen_range(text, start) {
            Some(range) => {
                start = range.whole.end;
                ranges.push(range);
            }
            None => start += 1,
        }
    }
    ranges
}

/// The `a - b` that begins at `start`, blanks before it included.
fn hyphen_range(text: &str, start: usize) -> Option<HyphenRange> {
    let bytes = text.as_bytes();
    let read = |at| {
        let shape = Shape::read(text, at, is_number_or_wildcard, is_plus)?;
        Some(at..shape.end)
    };
    let low = read(skip_space(text, start))?;
    let dash = skip_space(text, low.end);
    let behind = dash + 1;
    let high_start = skip_space(text, behind);
    if dash == low.end || byte(bytes, dash) != Some(b'-') || high_start == behind {
        return None;
    }
    let high = read(high_start)?;
    Some(HyphenRange { whole: start..skip_space(text, high.end), low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_that_of_the_part_which_does_not_parse() {
        for (range, part) in [
            (">=1.0.0 <foo", "<foo"),
            ("latest", "latest"),
            (">=1.0.0 < foo <3", "< foo"),
            (">=1.0 ; <2", ";"),
            ("1.2.3.4 || 2", "1.2.3.4"),
            (">=1.0<2.0", ">=1.0<2.0"),
            ("1.0.0 || ==2", "==2"),
            ("1 || é || 2", "é"),
            ("1,", ","),
            ("1 ,, 2", ","),
            (",1", ","),
            ("1 ||", "||"),
            ("|| 1", "||"),
            ("1 || || 2", "|| "),
            (">=", ">="),
            (">=1 <1x", "<1x"),
            ("^1 ~1.0.0-01", "~1.0.0-01"),
            ("1.x || v18446744073709551616", "v18446744073709551616"),
            // Behind a rewritten `a - b`, and in one.
            ("1.0 - 2.0 || foo", "foo"),
            ("1.0 - 2.0 foo", "foo"),
            (">1.0 - 2.0", ">1.0"),
            ("1.0 - 01.x1", "01.x1"),
            ("1.0 - 2.0.0.0", ".0"),
        ] {
            let (start, end) = Constraint::parse(range).unwrap_err().span().unwrap();
            assert_eq!(&range[start..end], part, "{range}");
        }
        for whole in ["", &" ".repeat(600), &"1||".repeat(40)] {
            assert_eq!(Constraint::parse(whole).unwrap_err().span(), None, "{whole}");
        }
    }

    #[test]
    fn kinds_are_finer_than_the_words() {
        for (range, kind) in [
            ("foo", ConstraintErrorKind::Improper),
            ("1x", ConstraintErrorKind::MixedWildcard),
            ("1|2", ConstraintErrorKind::MixedWildcard),
            ("^18446744073709551616", ConstraintErrorKind::NumberTooLarge),
            ("1.0.0-01", ConstraintErrorKind::LeadingZero),
            (&format!("1.0.0-{}", "a".repeat(251)), ConstraintErrorKind::VersionTooLong),
            (&"1".repeat(600), ConstraintErrorKind::TooLong),
            (&"1||".repeat(40), ConstraintErrorKind::TooManyGroups),
        ] {
            assert_eq!(Constraint::parse(range).unwrap_err().kind(), kind, "{range}");
        }
    }
}
