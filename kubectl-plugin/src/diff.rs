//! Differences as `git apply` and `patch -p1` take them.

use std::time::Duration;

use similar::TextDiff;

/// How long the smallest difference is looked for; after that, any will do.
const PATIENCE: Duration = Duration::from_secs(1);

/// A unified difference of two texts of one file.
pub(crate) fn unified(path: &str, before: &str, after: &str, color: bool) -> String {
    let (from, to) = match path.starts_with('/') {
        true => (path.to_owned(), path.to_owned()),
        false => (format!("a/{path}"), format!("b/{path}")),
    };
    let text = unified_between(&from, &to, before, after);
    if color { colored(&text) } else { text }
}

/// A unified difference of two texts, with the names of both.
pub(crate) fn unified_between(from: &str, to: &str, before: &str, after: &str) -> String {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(before, after);
    let mut diff = diff.unified_diff();
    diff.context_radius(3).header(from, to).to_string()
}

/// The difference in colours.
pub(crate) fn colored(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for line in text.split_inclusive('\n') {
        let (content, ending) = line.strip_suffix('\n').map_or((line, ""), |content| (content, "\n"));
        let style = match content.as_bytes() {
            [b'-', b'-', b'-', ..] | [b'+', b'+', b'+', ..] => "\x1b[1m",
            [b'@', ..] => "\x1b[36m",
            [b'-', ..] => "\x1b[31m",
            [b'+', ..] => "\x1b[32m",
            _ => "",
        };
        let reset = if style.is_empty() { "" } else { "\x1b[0m" };
        out.push_str(&format!("{style}{content}{reset}{ending}"));
    }
    out
}
