//! What Go's `unicode` and `strconv` know of code points: categories, scripts, simple case folding, what is printed as it
//! is.
//!
//! The tables are packed, and unpacked when first asked for: few manifests ask, and browsers load all of them.

pub(crate) mod tables;

use crate::collections::Gather;

use std::sync::OnceLock;

use tables::{CATEGORIES, CATEGORY_RUNS, FOLDS, SCRIPT_RUNS};

/// All code points in order, as runs of one category: its name, the first and the last of the run.
pub(crate) fn categories() -> impl Iterator<Item = (&'static str, u32, u32)> {
    let names: Vec<&str> = CATEGORIES.split(' ').gather();
    let (mut bytes, mut start) = (CATEGORY_RUNS.iter(), 0);
    std::iter::from_fn(move || {
        let run = *bytes.next()?;
        let length = match run & 7 {
            7 => 8 + number(&mut bytes)?,
            short => u32::from(short) + 1,
        };
        let first = start;
        start += length;
        Some((*names.get(usize::from(run >> 3))?, first, start - 1))
    })
}

/// All code points in order, as runs of one script: its position among [`tables::SCRIPTS`], the first and the last of the
/// run.
pub(crate) fn scripts() -> impl Iterator<Item = (usize, u32, u32)> {
    let (mut bytes, mut start) = (SCRIPT_RUNS.iter(), 0);
    std::iter::from_fn(move || {
        let script = *bytes.next()?;
        let first = start;
        start += 1 + number(&mut bytes)?;
        Some((usize::from(script), first, start - 1))
    })
}

/// A little-endian base-128 number, as the tables hold lengths.
fn number(bytes: &mut std::slice::Iter<'_, u8>) -> Option<u32> {
    let (mut value, mut shift) = (0, 0);
    loop {
        let byte = bytes.next()?;
        value |= u32::from(byte & 0x7F) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
}

/// Code points whose next equivalent lies equally far.
struct Fold {
    first: u32,
    last: u32,
    /// 0 where they alternate, the first of each pair pointing one up.
    distance: i32,
}

fn folds() -> &'static [Fold] {
    static UNPACKED: OnceLock<Vec<Fold>> = OnceLock::new();
    UNPACKED.get_or_init(|| {
        let (mut bytes, mut start) = (FOLDS.iter(), 0);
        let runs = std::iter::from_fn(|| {
            let first = start + number(&mut bytes)?;
            let last = first + number(&mut bytes)?;
            let distance = number(&mut bytes)?;
            start = last + 1;
            let further = (distance >> 1).cast_signed();
            Some(Fold { first, last, distance: if distance & 1 == 0 { further } else { -further } })
        });
        runs.gather()
    })
}

/// The next code point that equals `c` under simple case folding, in ascending order and round
/// again (`k`, `K` U+212A, `K`, `k` …); `c` itself if there is none. Source: unicode `SimpleFold`.
pub(crate) fn simple_fold(c: u32) -> u32 {
    let folds = folds();
    let at = folds.partition_point(|fold| fold.last < c);
    match folds.get(at) {
        Some(fold) if fold.first <= c => match fold.distance {
            0 if (c - fold.first).is_multiple_of(2) => c + 1,
            0 => c - 1,
            distance => c.saturating_add_signed(distance),
        },
        _ => c,
    }
}

/// The smallest code point that equals `c` under simple case folding.
pub(crate) fn smallest_fold(c: u32) -> u32 {
    let (mut smallest, mut equivalent) = (c, simple_fold(c));
    while equivalent != c {
        smallest = smallest.min(equivalent);
        equivalent = simple_fold(equivalent);
    }
    smallest
}

/// The code points of `low ..= high` that have equivalents under simple case folding, ascending.
pub(crate) fn folding_in(low: u32, high: u32) -> impl Iterator<Item = u32> {
    let folds = folds();
    let from = folds.partition_point(move |fold| fold.last < low);
    folds
        .iter()
        .skip(from)
        .take_while(move |fold| fold.first <= high)
        .flat_map(move |fold| low.max(fold.first)..=high.min(fold.last))
}

/// True for letters, marks, numbers, punctuation, symbols, and the blank. Source: strconv `IsPrint`.
pub(crate) fn is_printable(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_control();
    }
    // Where what is printed begins and ends, in turn.
    static BORDERS: OnceLock<Vec<u32>> = OnceLock::new();
    let borders = BORDERS.get_or_init(|| {
        let mut borders: Vec<u32> = Vec::new();
        for (_, first, last) in categories().filter(|(category, ..)| !category.starts_with(['C', 'Z'])) {
            if borders.last() == Some(&first) {
                borders.pop();
            } else {
                borders.push(first);
            }
            borders.push(last + 1);
        }
        borders
    });
    borders.partition_point(|border| *border <= u32::from(character)) % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::is_printable;

    /// The count and the FNV-1a hash (over the code points, four bytes each, low first) of what
    /// Go 1.26 takes for printable.
    #[test]
    fn what_is_printed_as_it_is_is_gos() {
        let (mut count, mut hash) = (0, 14_695_981_039_346_656_037_u64);
        for character in ('\0'..=char::MAX).filter(|&character| is_printable(character)) {
            count += 1;
            for byte in u32::from(character).to_le_bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(1_099_511_628_211);
            }
        }
        assert_eq!((count, hash), (148_998, 15_909_689_419_838_640_678));
    }
}
