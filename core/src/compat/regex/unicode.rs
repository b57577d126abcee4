//! Categories, scripts and simple case folding, in the edition and under the names that Go knows.

use super::ranges::{self, MAX, Range};
use super::unicode_tables::{
    CATEGORIES, CATEGORY_ALIASES, CATEGORY_RUNS, FOLDING_CATEGORIES, FOLDING_SCRIPTS, FOLDS, SCRIPT_RUNS, SCRIPTS,
};

/// The code points that `\p{name}` stands for, clean; `None` for a name that Go does not know.
///
/// `fold` is whether `(?i)` is in force: Go then adds to some classes what folding adds (and, as
/// its tables have no entry for the rest, to those alone). Source: regexp/syntax `unicodeTable`
/// and `parseUnicodeClass`, unicode `FoldCategory` and `FoldScript`.
pub(super) fn class(name: &str, fold: bool) -> Option<Vec<Range>> {
    let name = canonical(name);
    let (class, folds) = match name.as_str() {
        "Any" => (vec![Range::new(0, MAX)], false),
        "Assigned" => (ranges::negated(&category("Cn")?), false),
        "Ascii" => (vec![Range::new(0, 0x7F)], true),
        // Go keeps this one under "LC", which is not canonical, and has no fold table for it.
        "Lc" => (category("LC")?, false),
        name => named(name)?,
    };
    Some(if fold && folds { ranges::folded(&class) } else { class })
}

/// A category, script or long name of a category, and whether folding adds to it.
fn named(name: &str) -> Option<(Vec<Range>, bool)> {
    if let Some(class) = category(name) {
        return Some((class, FOLDING_CATEGORIES.contains(&name)));
    }
    if let Ok(id) = SCRIPTS.binary_search(&name) {
        return Some((script(id), FOLDING_SCRIPTS.contains(&name)));
    }
    let at = CATEGORY_ALIASES.binary_search_by_key(&name, |(alias, _)| alias).ok()?;
    let (_, short) = CATEGORY_ALIASES.get(at)?;
    Some((category(short)?, FOLDING_CATEGORIES.contains(short)))
}

/// Go's spelling for look-ups: no underscores, hyphens or spaces, the first letter upper case and
/// the rest lower.
fn canonical(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')) {
        out.push(if out.is_empty() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() });
    }
    out
}

/// A category by its one- or two-letter name. One letter is the union of those beginning with it;
/// `LC` is `Lu`, `Ll` and `Lt`.
fn category(name: &str) -> Option<Vec<Range>> {
    let chosen = |id: u8| {
        CATEGORIES.get(usize::from(id)).is_some_and(|leaf| match name {
            "LC" => matches!(*leaf, "Lu" | "Ll" | "Lt"),
            _ if name.len() == 1 => leaf.starts_with(name),
            _ => *leaf == name,
        })
    };
    let mut class = Vec::new();
    let (mut runs, mut start) = (CATEGORY_RUNS.iter(), 0);
    while let Some(run) = runs.next() {
        let length = match run & 7 {
            7 => 8 + number(&mut runs),
            short => u32::from(short) + 1,
        };
        if chosen(run >> 3) {
            ranges::push(&mut class, start, start + length - 1);
        }
        start += length;
    }
    (!class.is_empty()).then_some(class)
}

/// A script by its index in [`SCRIPTS`].
fn script(id: usize) -> Vec<Range> {
    let mut class = Vec::new();
    let (mut runs, mut start) = (SCRIPT_RUNS.iter(), 0);
    while let Some(run) = runs.next() {
        let length = 1 + number(&mut runs);
        if usize::from(*run) == id {
            ranges::push(&mut class, start, start + length - 1);
        }
        start += length;
    }
    class
}

/// A little-endian base-128 number, as the tables hold lengths.
fn number<'a>(bytes: &mut impl Iterator<Item = &'a u8>) -> u32 {
    let (mut value, mut shift) = (0, 0);
    for byte in bytes {
        value |= u32::from(byte & 0x7F) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            break;
        }
    }
    value
}

/// The next code point that equals `c` under simple case folding, in ascending order and round
/// again (`k`, `K` U+212A, `K`, `k` …); `c` itself if there is none. Source: unicode `SimpleFold`.
pub(super) fn simple_fold(c: u32) -> u32 {
    let at = FOLDS.partition_point(|(_, last, _)| *last < c);
    match FOLDS.get(at) {
        Some((first, _, distance)) if *first <= c => match distance {
            0 if (c - first).is_multiple_of(2) => c + 1,
            0 => c - 1,
            distance => c.saturating_add_signed(*distance),
        },
        _ => c,
    }
}

/// The smallest code point that equals `c` under simple case folding.
pub(super) fn smallest_fold(c: u32) -> u32 {
    let (mut smallest, mut equivalent) = (c, simple_fold(c));
    while equivalent != c {
        smallest = smallest.min(equivalent);
        equivalent = simple_fold(equivalent);
    }
    smallest
}

/// The code points of `low ..= high` that have equivalents under simple case folding, ascending.
pub(super) fn folding_in(low: u32, high: u32) -> impl Iterator<Item = u32> {
    let from = FOLDS.partition_point(move |(_, last, _)| *last < low);
    FOLDS
        .iter()
        .skip(from)
        .take_while(move |(first, ..)| *first <= high)
        .flat_map(move |(first, last, _)| low.max(*first)..=high.min(*last))
}
