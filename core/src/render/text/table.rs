//! Columns as kubectl has them.

use super::super::printable::one_line;
use super::look::Look;

/// Lines of cells below a heading, each column as wide as its widest cell. A cell is made printable here.
pub fn table(heading: &[&str], rows: &[Vec<String>], look: &Look) -> String {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| one_line(cell).into_owned()).collect()).collect();
    let width = |column: usize, name: &str| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.max().unwrap_or(0).max(name.chars().count())
    };
    let widths: Vec<usize> = heading.iter().enumerate().map(|(column, name)| width(column, name)).collect();
    let line = |cells: &[&str]| {
        let mut out = String::new();
        for (cell, width) in cells.iter().zip(&widths) {
            if !out.is_empty() {
                out.push_str("   ");
            }
            out.push_str(cell);
            out.extend(std::iter::repeat_n(' ', width - cell.chars().count()));
        }
        out.trim_end().to_owned()
    };
    let mut out = look.bold(&line(heading)) + "\n";
    for row in &rows {
        out.push_str(&line(&row.iter().map(String::as_str).collect::<Vec<_>>()));
        out.push('\n');
    }
    out
}

/// A size in the unit that suits it: `1.4 MiB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut unit = 0;
    let mut rest = bytes;
    let mut tenths = 0;
    while rest >= 1024 && unit + 1 < UNITS.len() {
        tenths = rest % 1024 * 10 / 1024;
        rest /= 1024;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    if unit == 0 || rest >= 100 { format!("{rest} {name}") } else { format!("{rest}.{tenths} {name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_the_unit_that_suits_them() {
        let cases = [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (42 << 20, "42.0 MiB"), (300 << 30, "300 GiB")];
        for (bytes, expected) in cases {
            assert_eq!(size(bytes), expected);
        }
    }
}
