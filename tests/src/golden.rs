//! Expectations as files beside the data they belong to. `UPDATE=1` writes them anew.

use std::path::Path;

/// Compares a text with the expectation in a file; with `UPDATE=1` in the environment the file is
/// written instead.
///
/// # Panics
///
/// Where they differ.
pub fn check(path: &Path, actual: &str) {
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).expect("a folder for expectations");
        }
        std::fs::write(path, actual).expect("an expectation that can be written");
        return;
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    if expected != actual {
        let difference = expected
            .lines()
            .zip(actual.lines())
            .enumerate()
            .find(|(_, (expected, actual))| expected != actual)
            .map_or_else(
                || format!("{} lines expected, {} found", expected.lines().count(), actual.lines().count()),
                |(line, (expected, actual))| {
                    let (expected, actual) = around_the_difference(expected, actual);
                    format!("line {}:\n  expected {expected}\n  found    {actual}", line + 1)
                },
            );
        panic!("{} is not what came out (UPDATE=1 writes it anew); {difference}", path.display());
    }
}

/// Two lines that differ, each cut to what lies about the first difference: a line of SARIF would
/// fill the screen.
fn around_the_difference<'a>(expected: &'a str, actual: &'a str) -> (&'a str, &'a str) {
    let same = expected.bytes().zip(actual.bytes()).take_while(|(expected, actual)| expected == actual).count();
    let cut = |line: &'a str| {
        let start = line.floor_char_boundary(same.saturating_sub(60));
        let end = line.floor_char_boundary((same + 100).min(line.len()));
        &line[start..end]
    };
    (cut(expected), cut(actual))
}
