//! Which files Helm leaves out of a chart: `.helmignore` as helm 3.19 reads and applies it (pkg/ignore).
//!
//! Unlike git's, the first rule that matches decides, `!` ignores what it does *not* match, `**` is an
//! error, and a folder that is ignored is not looked into. Vectors: `helm_ignore.jsonl`.

use std::fmt;

use super::go::glob;

/// The file of rules at the root of a chart.
pub const IGNORE_FILE: &str = ".helmignore";

/// What Helm adds to the rules of every chart.
const DEFAULT: &str = "templates/.?*";

/// Rules in their order.
#[derive(Debug, Clone)]
pub struct Rules(Vec<Rule>);

/// A rule that Helm does not know: it refuses the whole chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoubleStar {
    /// The line, from 1 on.
    pub line: usize,
}

impl fmt::Display for DoubleStar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("double-star (**) syntax is not supported")
    }
}

impl std::error::Error for DoubleStar {}

#[derive(Debug, Clone)]
struct Rule {
    negated: bool,
    only_folders: bool,
    /// Matched against the last component alone.
    is_name: bool,
    /// The globs between slashes.
    parts: Vec<Box<[u8]>>,
}

impl Rules {
    /// The rules of a text, with Helm's own behind them. Without a file, the text is empty.
    ///
    /// A malformed glob matches nothing here; Helm refuses the chart where it notices.
    ///
    /// # Errors
    ///
    /// A rule with `**`.
    pub fn parse(text: &str) -> Result<Self, DoubleStar> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut rules = Vec::new();
        for (index, line) in text.split('\n').chain([DEFAULT]).enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if line.contains("**") {
                return Err(DoubleStar { line: index + 1 });
            }
            rules.push(Rule::parse(line));
        }
        Ok(Self(rules))
    }

    /// Whether a path below the chart is ignored; with a folder, all that is in it.
    pub fn is_ignored<C: AsRef<[u8]>>(&self, path: &[C], is_dir: bool) -> bool {
        for rule in &self.0 {
            let is_wrong_kind = rule.only_folders && !is_dir;
            if rule.negated {
                if is_wrong_kind || !rule.matches(path) {
                    return true;
                }
            } else if !is_wrong_kind && rule.matches(path) {
                return true;
            }
        }
        false
    }
}

impl Rule {
    fn parse(line: &str) -> Self {
        let (negated, line) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let (only_folders, line) = line.strip_suffix('/').map_or((false, line), |rest| (true, rest));
        let is_name = !line.contains('/');
        let line = line.strip_prefix('/').unwrap_or(line);
        let parts = line.split('/').map(|part| part.as_bytes().into()).collect();
        Self { negated, only_folders, is_name, parts }
    }

    fn matches<C: AsRef<[u8]>>(&self, path: &[C]) -> bool {
        let path = if self.is_name { path.get(path.len().saturating_sub(1)..).unwrap_or_default() } else { path };
        let mut pairs = self.parts.iter().zip(path);
        self.parts.len() == path.len() && pairs.all(|(glob, component)| glob::matches(glob, component.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::{DoubleStar, Rules};

    #[test]
    fn the_first_rule_that_matches_decides() {
        let rules = Rules::parse("\u{feff}# a comment\n*.tmp\n/top\nsub/x?\nfolder/\r\n").expect("rules");
        let ignored = |path: &str, is_dir| rules.is_ignored(&path.split('/').collect::<Vec<_>>(), is_dir);
        for path in ["a.tmp", "b/a.tmp", "top", "sub/x1", "templates/.hidden"] {
            assert!(ignored(path, false), "{path}");
        }
        for path in ["b/top", "sub/x", "deep/sub/x1", "folder", "a/templates/.hidden", "templates/."] {
            assert!(!ignored(path, false), "{path}");
        }
        assert!(ignored("a/folder", true));
        let only = Rules::parse("!keep.txt").expect("rules");
        assert!(only.is_ignored(&["other"], false) && !only.is_ignored(&["keep.txt"], false));
    }

    #[test]
    fn two_stars_are_refused() {
        assert_eq!(Rules::parse("a\nb/**\n").err(), Some(DoubleStar { line: 2 }));
    }
}
