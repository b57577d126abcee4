//! Which paths Flux leaves out of an artifact: patterns as fluxcd/pkg/sourceignore 0.18 reads and
//! applies them (its `gitignore` package, which was go-git's).
//!
//! They look like git's and are not quite: a pattern with a slash matches from its domain down and
//! whatever lies beneath, `**` beside other characters never matches between slashes, a name with
//! `[` left open matches nothing, and an excluded folder does not keep a file inside it from being
//! included again.

use crate::collections::Gather;

use super::go::glob;

/// The file of patterns that Flux looks for in every folder.
pub const IGNORE_FILE: &str = ".sourceignore";

/// Version control: what sourceignore calls `ExcludeVCS`.
pub const EXCLUDE_VERSION_CONTROL: &[&str] = &[".git/", ".gitignore", ".gitmodules", ".gitattributes"];

/// Pictures, videos and archives: `ExcludeExt`.
pub const EXCLUDE_EXTENSIONS: &[&str] = &["*.jpg", "*.jpeg", "*.gif", "*.png", "*.wmv", "*.flv", "*.tar.gz", "*.zip"];

/// Configuration of CI systems: `ExcludeCI`.
pub const EXCLUDE_CI: &[&str] = &[
    ".github/",
    ".circleci/",
    ".travis.yml",
    ".gitlab-ci.yml",
    "appveyor.yml",
    ".drone.yml",
    "cloudbuild.yaml",
    "codeship-services.yml",
    "codeship-steps.yml",
];

/// Configuration of tools: `ExcludeExtra`.
pub const EXCLUDE_EXTRA: &[&str] = &["**/.goreleaser.yml", "**/.sops.yaml", "**/.flux.yaml"];

/// Go's `bufio.Scanner` stops for good at a line that does not fit its buffer, the line break
/// included, and sourceignore does not ask why it stopped.
const LONGEST_LINE: usize = 64 * 1024 - 1;

/// Patterns in the order of their weight: the last one that matches a path decides.
#[derive(Debug, Clone, Default)]
pub struct Matcher {
    groups: Vec<Group>,
}

/// The patterns of one text, and the folder they speak of.
#[derive(Debug, Clone)]
struct Group {
    domain: Vec<Box<[u8]>>,
    patterns: Vec<Pattern>,
}

impl Matcher {
    /// No patterns: nothing is ignored.
    pub fn new() -> Self {
        Self::default()
    }

    /// Flux's default exclusions below a domain, lowest in weight (`NewDefaultMatcher`).
    pub fn with_defaults<C: AsRef<[u8]>>(domain: &[C]) -> Self {
        let mut matcher = Self::new();
        for list in [EXCLUDE_VERSION_CONTROL, EXCLUDE_EXTENSIONS, EXCLUDE_CI, EXCLUDE_EXTRA] {
            matcher.add_patterns(domain, list);
        }
        matcher
    }

    /// What source-controller leaves out of what it stores of an artifact. `files` are the `.sourceignore` files in it, each
    /// text behind the path of its folder (empty for the root), a folder before those within it; `ignore` is
    /// `spec.ignore`, which weighs most. Version control is always left out, and the other defaults where there is no
    /// pattern at all.
    ///
    /// Source: `LoadIgnorePatterns`, which passes over folders called `.git`, and `SourceIgnoreFilter` of
    /// fluxcd/pkg/artifact 0.18.
    pub fn of_artifact<F, T>(files: impl IntoIterator<Item = (F, T)>, ignore: Option<&str>) -> Self
    where
        F: AsRef<[u8]>,
        T: AsRef<[u8]>,
    {
        let root: [&[u8]; 0] = [];
        let mut version_control = Self::new();
        version_control.add_patterns(&root, EXCLUDE_VERSION_CONTROL);
        let mut written = Self::new();
        for (folder, text) in files {
            let parts = folder.as_ref().split(|byte| *byte == b'/');
            let domain: Vec<&[u8]> = parts.filter(|part| !part.is_empty()).gather();
            if !domain.contains(&b".git".as_slice()) {
                written.add(&domain, text);
            }
        }
        written.add(&root, ignore.unwrap_or_default());
        if written.groups.is_empty() {
            return Self::with_defaults(&root);
        }
        version_control.groups.append(&mut written.groups);
        version_control
    }

    /// Adds a text of patterns, a line each (`ReadPatterns`): `spec.ignore`, or a `.sourceignore` of
    /// the folder `domain`, whose components are those of the paths that will be asked about.
    ///
    /// Lines that begin with `#` and blank lines are left out. A line of 64 KiB or more ends the
    /// reading, as it does there.
    pub fn add<C: AsRef<[u8]>>(&mut self, domain: &[C], text: impl AsRef<[u8]>) {
        let lines = lines(text.as_ref());
        self.add_patterns(domain, lines.filter(|line| !line.starts_with(b"#") && !is_blank(line)));
    }

    /// Adds patterns as they are, each a line that is no comment (`ParsePattern`).
    pub fn add_patterns<C: AsRef<[u8]>, P: AsRef<[u8]>>(
        &mut self,
        domain: &[C],
        patterns: impl IntoIterator<Item = P>,
    ) {
        let patterns: Vec<_> = patterns.into_iter().map(|pattern| Pattern::parse(pattern.as_ref())).gather();
        if !patterns.is_empty() {
            let domain = domain.iter().map(|component| component.as_ref().into()).gather();
            self.groups.push(Group { domain, patterns });
        }
    }

    /// Whether a path, by its components, is ignored. `is_dir` is about its last component.
    ///
    /// The work is at most the length of the patterns times the length of the path.
    pub fn is_ignored<C: AsRef<[u8]>>(&self, path: &[C], is_dir: bool) -> bool {
        self.decide(path, is_dir).unwrap_or_default()
    }

    /// What the last pattern that matches a path says: ignored, or included again. `None` where none
    /// matches, so that another matcher of less weight can be asked.
    pub fn decide<C: AsRef<[u8]>>(&self, path: &[C], is_dir: bool) -> Option<bool> {
        for group in self.groups.iter().rev() {
            let Some((domain, rest)) = path.split_at_checked(group.domain.len()) else {
                continue;
            };
            let within = domain.iter().zip(&group.domain).all(|(ours, theirs)| ours.as_ref() == theirs.as_ref());
            if rest.is_empty() || !within {
                continue;
            }
            if let Some(pattern) = group.patterns.iter().rev().find(|pattern| pattern.matches(rest, is_dir)) {
                return Some(!pattern.includes);
            }
        }
        None
    }

    /// Whether any pattern begins with `!`. Where none does, nothing inside an ignored folder is included
    /// again.
    pub fn has_inclusions(&self) -> bool {
        self.groups.iter().flat_map(|group| &group.patterns).any(|pattern| pattern.includes)
    }
}

/// One pattern.
#[derive(Debug, Clone)]
struct Pattern {
    /// It began with `!`.
    includes: bool,
    /// It ended in `/`: a path that ends at the match has to be a folder.
    only_folders: bool,
    shape: Shape,
}

#[derive(Debug, Clone)]
enum Shape {
    /// No slash inside: any one component of the path.
    Name(Name),
    /// Matched from the domain down, part by part.
    Route(Vec<Part>),
}

/// What stands between two slashes.
#[derive(Debug, Clone)]
enum Part {
    /// Nothing: before a leading slash, or between two.
    Empty,
    /// `**`
    AnyDepth,
    /// `**` beside something else: no path has it.
    Never,
    Name(Name),
}

/// A glob for one component, apart where no search is needed.
#[derive(Debug, Clone)]
enum Name {
    Literal(Box<[u8]>),
    /// `*` and a literal.
    Ending(Box<[u8]>),
    Glob(Box<[u8]>),
}

impl Pattern {
    fn parse(pattern: &[u8]) -> Self {
        let (includes, pattern) = match pattern.strip_prefix(b"!") {
            Some(rest) => (true, rest),
            None => (false, pattern),
        };
        let pattern = if pattern.ends_with(b"\\ ") { pattern } else { without_trailing_blanks(pattern) };
        let (only_folders, pattern) = match pattern.strip_suffix(b"/") {
            Some(rest) => (true, rest),
            None => (false, pattern),
        };
        let shape = if pattern.contains(&b'/') {
            Shape::Route(pattern.split(|byte| *byte == b'/').map(Part::parse).gather())
        } else {
            Shape::Name(Name::parse(pattern))
        };
        Self { includes, only_folders, shape }
    }

    /// Whether the pattern speaks of a path, taken from below the domain, or of a folder it is in.
    fn matches<C: AsRef<[u8]>>(&self, path: &[C], is_dir: bool) -> bool {
        let beneath = match &self.shape {
            Shape::Name(name) => {
                let mut components = path.iter();
                components.any(|component| name.matches(component.as_ref())).then_some(components.as_slice())
            }
            Shape::Route(parts) => match_route(parts, path),
        };
        beneath.is_some_and(|beneath| !self.only_folders || is_dir || !beneath.is_empty())
    }
}

/// Matches parts from the beginning of a path, and returns what is beneath the match.
///
/// Each `**` takes the first component that fits what follows it and never another, so that one pass
/// over the path is all.
fn match_route<'p, C>(parts: &[Part], path: &'p [C]) -> Option<&'p [C]>
where
    C: AsRef<[u8]>,
{
    let (mut path, mut any_depth, mut matched) = (path, false, false);
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Empty => any_depth = false,
            Part::AnyDepth if index + 1 == parts.len() => break,
            Part::AnyDepth => any_depth = true,
            Part::Never => return None,
            Part::Name(name) => {
                let skipped = if any_depth {
                    path.iter().position(|component| name.matches(component.as_ref()))
                } else {
                    path.first().filter(|component| name.matches(component.as_ref())).map(|_| 0)
                };
                path = path.get(skipped? + 1..)?;
                (any_depth, matched) = (false, true);
            }
        }
    }
    matched.then_some(path)
}

impl Part {
    fn parse(part: &[u8]) -> Self {
        match part {
            b"" => Self::Empty,
            b"**" => Self::AnyDepth,
            _ if part.windows(2).any(|pair| pair == b"**") => Self::Never,
            _ => Self::Name(Name::parse(part)),
        }
    }
}

impl Name {
    fn parse(glob: &[u8]) -> Self {
        let is_literal = |text: &[u8]| !text.iter().any(|byte| matches!(byte, b'*' | b'?' | b'[' | b'\\'));
        match glob.strip_prefix(b"*") {
            Some(rest) if is_literal(rest) => Self::Ending(rest.into()),
            None if is_literal(glob) => Self::Literal(glob.into()),
            _ => Self::Glob(glob.into()),
        }
    }

    fn matches(&self, component: &[u8]) -> bool {
        match self {
            Self::Literal(literal) => **literal == *component,
            Self::Ending(ending) => component.ends_with(ending),
            // A malformed glob matches nothing. Go stops at it where we look at the next component,
            // which it does not match either.
            Self::Glob(glob) => glob::matches(glob, component),
        }
    }
}

/// The lines that Go's `bufio.Scanner` returns.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    text.split(|byte| *byte == b'\n')
        .take_while(|line| line.len() <= LONGEST_LINE)
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// Whether there is nothing but white space, Unicode's included.
fn is_blank(line: &[u8]) -> bool {
    std::str::from_utf8(line).is_ok_and(|line| line.trim().is_empty())
}

fn without_trailing_blanks(mut pattern: &[u8]) -> &[u8] {
    while let Some(rest) = pattern.strip_suffix(b" ") {
        pattern = rest;
    }
    pattern
}

#[cfg(test)]
mod tests;
