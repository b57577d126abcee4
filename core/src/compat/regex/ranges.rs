//! Sets of code points as sorted ranges, built the way Go's parser builds its classes.
//!
//! Code points are `u32` and not `char`: a Go class may hold surrogates (they match nothing in
//! valid text, but they count towards the size of an expression).

use crate::collections::Arrange;
use crate::compat::go::unicode;

/// The last code point.
pub(super) const MAX: u32 = 0x10_FFFF;

/// Code points `low ..= high`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Range {
    pub(super) low: u32,
    pub(super) high: u32,
}

impl Range {
    pub(super) const fn new(low: u32, high: u32) -> Self {
        Self { low, high }
    }
}

/// Adds `low ..= high`, widening one of the last two ranges where they touch: an alphabet folded
/// letter by letter grows two ranges in turn. The result is neither sorted nor free of overlaps
/// until [`clean`].
pub(super) fn push(class: &mut Vec<Range>, low: u32, high: u32) {
    for range in class.iter_mut().rev().take(2) {
        if low <= range.high.saturating_add(1) && range.low <= high.saturating_add(1) {
            range.low = range.low.min(low);
            range.high = range.high.max(high);
            return;
        }
    }
    class.push(Range::new(low, high));
}

/// Adds `low ..= high` and all that equals one of them under simple case folding.
pub(super) fn push_folded(class: &mut Vec<Range>, low: u32, high: u32) {
    push(class, low, high);
    for c in unicode::folding_in(low, high) {
        let mut equivalent = unicode::simple_fold(c);
        while equivalent != c {
            push(class, equivalent, equivalent);
            equivalent = unicode::simple_fold(equivalent);
        }
    }
}

/// Adds another class.
pub(super) fn push_all(class: &mut Vec<Range>, other: &[Range]) {
    for range in other {
        push(class, range.low, range.high);
    }
}

/// Sorts the ranges and joins those that touch or overlap.
pub(super) fn clean(class: &mut Vec<Range>) {
    class.arrange_by(|a, b| a.low.cmp(&b.low).then(b.high.cmp(&a.high)));
    class.dedup_by(|next, kept| {
        let touches = next.low <= kept.high.saturating_add(1);
        if touches {
            kept.high = kept.high.max(next.high);
        }
        touches
    });
}

/// Everything outside a clean class; itself clean.
pub(super) fn negated(class: &[Range]) -> Vec<Range> {
    let mut outside = Vec::with_capacity(class.len() + 1);
    let mut next = 0;
    for range in class {
        if next < range.low {
            outside.push(Range::new(next, range.low - 1));
        }
        next = range.high + 1;
    }
    if next <= MAX {
        outside.push(Range::new(next, MAX));
    }
    outside
}

/// A clean class closed under simple case folding, itself clean.
pub(super) fn folded(class: &[Range]) -> Vec<Range> {
    let mut closed = Vec::with_capacity(class.len() * 2);
    for range in class {
        push_folded(&mut closed, range.low, range.high);
    }
    clean(&mut closed);
    closed
}

/// Whether a clean class holds `c`.
pub(super) fn contains(class: &[Range], c: u32) -> bool {
    let after = class.partition_point(|range| range.low <= c);
    after.checked_sub(1).and_then(|at| class.get(at)).is_some_and(|range| c <= range.high)
}
