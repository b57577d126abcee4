//! The classes that `\p{…}` stands for, under the names that Go knows.

use crate::compat::go::unicode::tables::{CATEGORY_ALIASES, FOLDING_CATEGORIES, FOLDING_SCRIPTS, SCRIPTS};
use crate::compat::go::unicode::{categories, scripts};

use super::ranges::{self, MAX, Range};

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
        return Some((class, lists(FOLDING_CATEGORIES, name)));
    }
    if let Some(id) = SCRIPTS.split(' ').position(|script| script == name) {
        return Some((script(id), lists(FOLDING_SCRIPTS, name)));
    }
    let mut aliases = CATEGORY_ALIASES.split(' ').filter_map(|alias| alias.split_once('='));
    let (_, short) = aliases.find(|(alias, _)| *alias == name)?;
    Some((category(short)?, lists(FOLDING_CATEGORIES, short)))
}

fn lists(names: &str, name: &str) -> bool {
    names.split(' ').any(|listed| listed == name)
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
    let is_meant = |leaf: &str| match name {
        "LC" => matches!(leaf, "Lu" | "Ll" | "Lt"),
        _ if name.len() == 1 => leaf.starts_with(name),
        _ => leaf == name,
    };
    let mut class = Vec::new();
    for (_, first, last) in categories().filter(|(leaf, ..)| is_meant(leaf)) {
        ranges::push(&mut class, first, last);
    }
    (!class.is_empty()).then_some(class)
}

/// A script by its position in [`SCRIPTS`].
fn script(id: usize) -> Vec<Range> {
    let mut class = Vec::new();
    for (_, first, last) in scripts().filter(|(script, ..)| *script == id) {
        ranges::push(&mut class, first, last);
    }
    class
}
