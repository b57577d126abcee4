//! Configuration as a type. Its text is handed in; where it lies is the caller's business.

mod keys;
mod read;
mod schema;
mod write;

pub use read::{ConfigError, read, read_substitutes};
pub use schema::schema;
pub use write::{starter, to_yaml};

use std::borrow::Cow;
use std::fmt;

use crate::collections::IndexMap;
use crate::diag::Severity;

/// A Flux release, such as 2.9: what the target cluster runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FluxVersion {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
}

impl FluxVersion {
    /// What is assumed where nothing is configured.
    pub const DEFAULT: Self = Self::new(2, 9);

    /// A version from its numbers.
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }

    /// Reads `2.9`, `v2.9` or `2.9.1`; the patch number is dropped.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().trim_start_matches('v').split('.');
        let (major, minor) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        if parts.next().is_some_and(|patch| patch.parse::<u32>().is_err()) || parts.next().is_some() {
            return None;
        }
        Some(Self { major, minor })
    }
}

impl fmt::Display for FluxVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// What a rule is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Not run.
    Off,
    /// Run, and reported with this severity.
    At(Severity),
}

impl Level {
    /// As the configuration spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::At(severity) => severity.as_str(),
        }
    }

    /// The inverse of [`Level::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        if text == "off" { Some(Self::Off) } else { Severity::parse(text).map(Self::At) }
    }
}

/// Which rules run before `rules` and `overrides` are heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// Errors, warnings and advice that most people want.
    #[default]
    Default,
    /// Pinning and signing too.
    Strict,
    /// Errors alone.
    Minimal,
}

impl Profile {
    /// As the configuration spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Strict => "strict",
            Self::Minimal => "minimal",
        }
    }

    /// The inverse of [`Profile::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Default, Self::Strict, Self::Minimal].into_iter().find(|profile| profile.as_str() == text)
    }
}

/// Other levels for the files of some folders.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Override {
    /// Globs, relative to the configuration file.
    pub paths: Vec<String>,
    /// Levels by rule id.
    pub rules: IndexMap<String, Level>,
}

/// How to reach a registry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Registry {
    /// HTTP without TLS.
    pub plain_http: bool,
    /// A file with further certificate authorities, relative to the configuration file.
    pub ca_file: Option<String>,
}

/// The configuration of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The Flux release of the target cluster.
    pub flux: FluxVersion,
    /// Which rules run.
    pub profile: Profile,
    /// Levels by rule id.
    pub rules: IndexMap<String, Level>,
    /// Globs of files that are not read, relative to the configuration file.
    pub exclude: Vec<String>,
    /// Levels by path.
    pub overrides: Vec<Override>,
    /// Values of post-build variables.
    pub substitute: IndexMap<String, String>,
    /// A file of further ones, `NAME=value` a line or a flat YAML mapping.
    pub substitute_from: Option<String>,
    /// By host.
    pub registries: IndexMap<String, Registry>,
    /// The time, in Unix seconds, where the caller has a clock: certificates are then known to have
    /// expired.
    pub now: Option<i64>,
    /// Where the lock file lies.
    pub lock: Option<String>,
    /// The folder that paths in here are relative to, absolute; `""` where [`Config::current`] is.
    pub folder: String,
    /// The folder that paths of files are relative to, absolute; `""` where nobody knows.
    pub current: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            flux: FluxVersion::DEFAULT,
            profile: Profile::Default,
            rules: IndexMap::new(),
            exclude: Vec::new(),
            overrides: Vec::new(),
            substitute: IndexMap::new(),
            substitute_from: None,
            registries: IndexMap::new(),
            now: None,
            lock: None,
            folder: String::new(),
            current: String::new(),
        }
    }
}

impl Config {
    /// A path as it is seen from the configuration's folder; as it is written where it lies
    /// outside of that.
    fn relative<'p>(&self, path: &'p str) -> Cow<'p, str> {
        let plain = path.strip_prefix("./").unwrap_or(path);
        let is_absolute = plain.starts_with('/') || plain.contains(':');
        if self.folder == self.current && !is_absolute && !plain.contains("..") {
            return Cow::Borrowed(plain);
        }
        let whole = if is_absolute { normalize(plain) } else { normalize(&format!("{}/{plain}", self.current)) };
        let folder = normalize(&self.folder);
        match whole.strip_prefix(&folder).map(|rest| rest.strip_prefix('/')) {
            _ if folder.is_empty() => Cow::Owned(whole),
            Some(Some(rest)) => Cow::Owned(rest.to_owned()),
            _ => Cow::Borrowed(plain),
        }
    }

    /// True for a file that is not to be read.
    pub fn is_excluded(&self, path: &str) -> bool {
        let path = self.relative(path);
        self.exclude.iter().any(|glob| matches_glob(glob, &path))
    }

    /// What the overrides say of a rule for a file; the last one that speaks wins.
    pub fn override_for(&self, rule: &str, path: &str) -> Option<Level> {
        let path = self.relative(path);
        self.overrides
            .iter()
            .rev()
            .find_map(|entry| {
                entry.rules.get(rule).filter(|_| entry.paths.iter().any(|glob| matches_glob(glob, &path)))
            })
            .copied()
    }

    /// The value of a post-build variable.
    pub fn variable(&self, name: &str) -> Option<String> {
        self.substitute.get(name).cloned()
    }
}

/// `.` and `..` resolved by their letters; neither a slash before it nor behind.
fn normalize(path: &str) -> String {
    crate::text::join_parts(path.split(['/', '\\']))
}

/// As in a `.gitignore`: a glob without a slash names files and folders at any depth, one that
/// names a folder covers what is in it.
fn matches_glob(glob: &str, path: &str) -> bool {
    let glob = glob.strip_prefix("./").unwrap_or(glob).trim_end_matches('/');
    if glob.contains('/') {
        let glob = glob.trim_start_matches('/');
        return fast_glob::glob_match(glob, path) || ancestors(path).any(|folder| fast_glob::glob_match(glob, folder));
    }
    path.split('/').any(|part| fast_glob::glob_match(glob, part))
}

fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_are_read_as_people_write_them() {
        let cases = [
            ("archive", "apps/archive/a.yaml", true),
            ("*.j2.yaml", "a/b.j2.yaml", true),
            ("apps/**", "apps/x/a.yaml", true),
            ("apps/", "apps/x/a.yaml", true),
            ("./apps/x", "apps/x/a.yaml", true),
            ("clusters/*/apps", "clusters/one/apps/a.yaml", true),
            ("apps/*.yaml", "apps/x/a.yaml", false),
            ("app", "apps/a.yaml", false),
        ];
        for (glob, path, fits) in cases {
            assert_eq!(matches_glob(glob, path), fits, "{glob} {path}");
        }
    }

    #[test]
    fn paths_are_seen_from_the_configurations_folder() {
        let seen = |folder: &str, current: &str, path: &str| {
            let config = Config { folder: folder.to_owned(), current: current.to_owned(), ..Config::default() };
            config.relative(path).into_owned()
        };
        assert_eq!(seen("", "", "./a/b.yaml"), "a/b.yaml");
        assert_eq!(seen("/repo", "/repo", "a/b.yaml"), "a/b.yaml");
        assert_eq!(seen("/repo", "/repo/apps", "b.yaml"), "apps/b.yaml");
        assert_eq!(seen("/repo", "/repo/apps", "../x/b.yaml"), "x/b.yaml");
        assert_eq!(seen("/repo", "/elsewhere", "/repo/x/b.yaml"), "x/b.yaml");
        assert_eq!(seen("/repo/apps", "/repo", "apps/b.yaml"), "b.yaml");
        assert_eq!(seen("/repo/apps", "/repo", "other/b.yaml"), "other/b.yaml");
        assert_eq!(seen("/repo/apps", "/repo", "apps2/b.yaml"), "apps2/b.yaml");
        assert_eq!(seen("/", "/", "/a/b.yaml"), "a/b.yaml");
    }

    #[test]
    fn flux_versions_are_read_as_people_write_them() {
        for (text, version) in [("2.9", Some((2, 9))), ("v2.10.1", Some((2, 10))), ("2", None), ("2.x", None)] {
            assert_eq!(FluxVersion::parse(text).map(|v| (v.major, v.minor)), version, "{text}");
        }
    }
}
