//! Ranges as stretches of the line of all versions, for what can be said of them as a whole.
//!
//! Versions in order of precedence have immediate successors: behind 1.2.3 comes 1.2.4-0, behind
//! 1.2.4-rc comes 1.2.4-rc.0. So every bound can be put as "just before a version", and whether
//! anything is left between two bounds is decided exactly.

use std::cmp::Ordering;
use std::fmt;

use crate::collections::{Arrange, Gather};

use super::constraint::{Group, Operator, Term, Wildcard};
use super::version::compare;

/// A place on the line of versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) numbers: [u64; 3],
    /// Empty for a release.
    pub(super) prerelease: String,
}

impl Ord for Point {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(self.numbers, &self.prerelease, other.numbers, &other.prerelease)
    }
}

impl PartialOrd for Point {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        Ok(())
    }
}

/// Which versions there are: a group that names no pre-release sees releases alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Releases,
    All,
}

impl Line {
    /// The first version of a block: its lowest pre-release, where those are seen.
    pub(super) fn first_of(self, numbers: [u64; 3]) -> Point {
        let prerelease = match self {
            Line::Releases => "",
            Line::All => "0",
        };
        Point { numbers, prerelease: prerelease.to_owned() }
    }

    /// The next version; `None` behind the last.
    pub(super) fn next(self, point: &Point) -> Option<Point> {
        if point.prerelease.is_empty() {
            return Some(self.first_of(next_numbers(point.numbers, 2)?));
        }
        Some(match self {
            Line::Releases => Point { numbers: point.numbers, prerelease: String::new() },
            Line::All => Point { numbers: point.numbers, prerelease: format!("{}.0", point.prerelease) },
        })
    }

    fn before(self, point: Point) -> Edge {
        Edge { point, behind: None }
    }

    /// The edge just behind a version; `None` where nothing follows.
    fn behind(self, point: Point) -> Option<Edge> {
        Some(Edge { point: self.next(&point)?, behind: Some(point) })
    }

    /// The edge behind all versions that share the numbers up to the one at `place`.
    fn behind_block(self, numbers: [u64; 3], place: usize) -> Option<Edge> {
        Some(self.before(self.first_of(next_numbers(numbers, place)?)))
    }
}

/// Counts up the number at `place` (0 for major), with carry; what is behind it becomes 0.
fn next_numbers([major, minor, patch]: [u64; 3], place: usize) -> Option<[u64; 3]> {
    let patch = (place > 1).then(|| patch.checked_add(1)).flatten();
    if let Some(patch) = patch {
        return Some([major, minor, patch]);
    }
    let minor = (place > 0).then(|| minor.checked_add(1)).flatten();
    if let Some(minor) = minor {
        return Some([major, minor, 0]);
    }
    Some([major.checked_add(1)?, 0, 0])
}

/// A bound, just before `point`.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub(super) point: Point,
    /// The version that was written, where the bound lies just behind it.
    pub(super) behind: Option<Point>,
}

/// The versions from one bound to another; without a second, all that follow.
#[derive(Debug, Clone)]
pub(super) struct Interval {
    pub(super) from: Edge,
    pub(super) until: Option<Edge>,
}

impl Interval {
    fn is_empty(&self) -> bool {
        self.until.as_ref().is_some_and(|until| until.point <= self.from.point)
    }

    pub(super) fn overlaps(&self, other: &Interval) -> bool {
        let begins_before_end =
            |one: &Interval, end: &Option<Edge>| end.as_ref().is_none_or(|end| one.from.point < end.point);
        begins_before_end(self, &other.until) && begins_before_end(other, &self.until)
    }

    /// What is in both; `None` where nothing is.
    fn intersect(self, other: Interval) -> Option<Interval> {
        let from = if other.from.point > self.from.point { other.from } else { self.from };
        let until = match (self.until, other.until) {
            (Some(ours), Some(theirs)) if theirs.point < ours.point => Some(theirs),
            (ours, theirs) => ours.or(theirs),
        };
        Some(Interval { from, until }).filter(|both| !both.is_empty())
    }
}

/// The versions of `major.minor.x`, for every patch, whose pre-release is exactly this one:
/// what `!=1.2.x-rc` leaves out.
#[derive(Debug, Clone)]
pub(super) struct Scattered {
    pub(super) major: u64,
    pub(super) minor: u64,
    /// Empty for the releases.
    pub(super) prerelease: String,
}

impl Scattered {
    pub(super) fn contains(&self, point: &Point) -> bool {
        let [major, minor, _] = point.numbers;
        (major, minor) == (self.major, self.minor) && point.prerelease == self.prerelease
    }
}

/// A stretch that `!=` leaves out, and how a person would call it.
#[derive(Debug, Clone)]
pub(super) struct Hole {
    pub(super) interval: Interval,
    pub(super) name: String,
}

/// All that a group of terms admits.
#[derive(Debug, Clone)]
pub(super) struct Extent {
    pub(super) line: Line,
    /// What the bounds leave; `None` where nothing.
    pub(super) base: Option<Interval>,
    pub(super) holes: Vec<Hole>,
    pub(super) scattered: Vec<Scattered>,
}

impl Group {
    pub(super) fn extent(&self) -> Extent {
        let line = if self.prereleases { Line::All } else { Line::Releases };
        let mut extent = Extent {
            line,
            base: Some(Interval { from: line.before(line.first_of([0, 0, 0])), until: None }),
            holes: Vec::new(),
            scattered: Vec::new(),
        };
        for term in &self.terms {
            if term.operator == Operator::NotEqual {
                extent.leave_out(term);
            } else {
                let within = term.within(line);
                extent.base = extent.base.zip(within).and_then(|(base, within)| base.intersect(within));
            }
        }
        extent
    }
}

impl Extent {
    fn leave_out(&mut self, term: &Term) {
        let line = self.line;
        let [major, minor, _] = term.numbers;
        let (from, until, name) = match term.wildcard {
            Wildcard::None | Wildcard::Major => {
                let point = term.point();
                let name = point.to_string();
                (point.clone(), line.behind(point), name)
            }
            Wildcard::Minor => (line.first_of([major, 0, 0]), line.behind_block(term.numbers, 0), format!("{major}.x")),
            Wildcard::Patch if line == Line::All => {
                self.scattered.push(Scattered { major, minor, prerelease: term.prerelease.clone() });
                return;
            }
            Wildcard::Patch => {
                (line.first_of([major, minor, 0]), line.behind_block(term.numbers, 1), format!("{major}.{minor}.x"))
            }
        };
        self.holes.push(Hole { interval: Interval { from: line.before(from), until }, name });
    }

    /// What is left of the base between the holes, in order, each from a version up to (and
    /// without) another; [`Scattered`] versions are still in.
    pub(super) fn pieces(&self) -> Vec<(Point, Option<Point>)> {
        let Some(base) = &self.base else {
            return Vec::new();
        };
        let end = base.until.as_ref().map(|edge| &edge.point);
        let mut holes: Vec<_> = self.holes.iter().map(|hole| &hole.interval).gather();
        holes.arrange_by(|one, other| one.from.point.cmp(&other.from.point));
        let mut pieces = Vec::new();
        let mut at = base.from.point.clone();
        for hole in holes {
            if end.is_some_and(|end| hole.from.point >= *end) {
                break;
            }
            if at < hole.from.point {
                pieces.push((at.clone(), Some(hole.from.point.clone())));
            }
            match &hole.until {
                Some(until) => at = at.max(until.point.clone()),
                None => return pieces,
            }
        }
        if end.is_none_or(|end| at < *end) {
            pieces.push((at, end.cloned()));
        }
        pieces
    }

    /// Whether no version whatever is admitted.
    pub(super) fn is_empty(&self) -> bool {
        self.pieces().iter().all(|(from, until)| self.is_all_scattered(from, until.as_ref()))
    }

    /// Whether scattered versions are all that a piece holds. One successor of a left-out version
    /// is left out only by another term, so the walk is as short as there are terms.
    fn is_all_scattered(&self, from: &Point, until: Option<&Point>) -> bool {
        let mut at = from.clone();
        for _ in 0..=self.scattered.len() {
            if until.is_some_and(|until| at >= *until) {
                return true;
            }
            if !self.scattered.iter().any(|some| some.contains(&at)) {
                return false;
            }
            match self.line.next(&at) {
                Some(next) => at = next,
                None => return true,
            }
        }
        false
    }
}

impl Term {
    /// The version of the term.
    pub(super) fn point(&self) -> Point {
        Point { numbers: self.numbers, prerelease: self.prerelease.clone() }
    }

    /// The versions that satisfy the term (not `!=`); `None` where none can.
    fn within(&self, line: Line) -> Option<Interval> {
        let lowest = || line.before(line.first_of([0, 0, 0]));
        let own = || line.before(self.point());
        let behind_own = || line.behind(self.point());
        let block_end = |place| line.behind_block(self.numbers, place);
        let (from, until) = match self.operator {
            Operator::Equal if self.wildcard == Wildcard::None => (own(), behind_own()),
            Operator::Equal | Operator::Tilde if self.is_any() => (own(), None),
            Operator::Equal | Operator::Tilde => {
                let place = usize::from(self.wildcard != Wildcard::Minor);
                (own(), block_end(place))
            }
            Operator::Caret => (own(), block_end(self.caret_place())),
            Operator::GreaterOrEqual => (own(), None),
            Operator::Greater => {
                let edge = match self.wildcard {
                    Wildcard::None | Wildcard::Major => behind_own(),
                    Wildcard::Minor => block_end(0),
                    Wildcard::Patch => block_end(1),
                };
                (edge?, None)
            }
            Operator::Less => (lowest(), Some(own())),
            Operator::LessOrEqual => {
                let edge = match self.wildcard {
                    Wildcard::None => behind_own(),
                    Wildcard::Minor => block_end(0),
                    Wildcard::Major | Wildcard::Patch => block_end(1),
                };
                (lowest(), edge)
            }
            // Kept as holes.
            Operator::NotEqual => (lowest(), None),
        };
        Some(Interval { from, until }).filter(|interval| !interval.is_empty())
    }

    /// The number that a caret holds fast: the first that is not 0.
    fn caret_place(&self) -> usize {
        let [major, minor, _] = self.numbers;
        if major > 0 || self.wildcard == Wildcard::Minor {
            0
        } else if minor > 0 || self.wildcard == Wildcard::Patch {
            1
        } else {
            2
        }
    }
}
