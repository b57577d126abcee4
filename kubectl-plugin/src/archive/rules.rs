//! What Flux leaves out of an artifact: its defaults, `.sourceignore` files, `--ignore-paths`.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

use kubectl_oci_core::compat::ignore::{EXCLUDE_EXTENSIONS, EXCLUDE_VERSION_CONTROL, IGNORE_FILE, Matcher};

use super::walk::Rules;

/// What is to be left out.
#[derive(Debug, Clone)]
pub(crate) struct Exclusions {
    /// Lines of `--ignore-paths`, which weigh most. Without any, what `flux push artifact` leaves out by
    /// itself weighs least: version control, pictures, videos and archives.
    pub(crate) patterns: Vec<String>,
    /// Whether the `.sourceignore` files of the folders count, as they do for the controller. Flux does not
    /// read them when it builds.
    pub(crate) files: bool,
}

impl Default for Exclusions {
    fn default() -> Self {
        Self { patterns: Vec::new(), files: true }
    }
}

/// The exclusions during a walk.
pub(super) struct FluxRules {
    reads_files: bool,
    defaults: Matcher,
    /// Those of the folders that are open, from the outermost to the innermost.
    folders: Vec<Matcher>,
    explicit: Matcher,
}

impl FluxRules {
    pub(super) fn new(exclusions: &Exclusions) -> Self {
        let root: &[&str] = &[];
        let (mut defaults, mut explicit) = (Matcher::new(), Matcher::new());
        if exclusions.patterns.is_empty() {
            defaults.add_patterns(root, EXCLUDE_VERSION_CONTROL);
            defaults.add_patterns(root, EXCLUDE_EXTENSIONS);
        }
        explicit.add(root, exclusions.patterns.join("\n"));
        Self { reads_files: exclusions.files, defaults, folders: Vec::new(), explicit }
    }

    /// From the one that weighs most to the one that weighs least.
    fn matchers(&self) -> impl Iterator<Item = &Matcher> {
        [&self.explicit].into_iter().chain(self.folders.iter().rev()).chain([&self.defaults])
    }
}

impl Rules for FluxRules {
    fn enter(&mut self, folder: &Path, components: &[Vec<u8>], names: &[OsString]) -> io::Result<()> {
        let mut matcher = Matcher::new();
        let path = folder.join(IGNORE_FILE);
        if self.reads_files && names.iter().any(|name| name == IGNORE_FILE) && path.is_file() {
            matcher.add(components, fs::read(path)?);
        }
        self.folders.push(matcher);
        Ok(())
    }

    fn leave(&mut self) {
        self.folders.pop();
    }

    fn ignores(&self, components: &[Vec<u8>], is_dir: bool) -> bool {
        self.matchers().find_map(|matcher| matcher.decide(components, is_dir)).unwrap_or_default()
    }

    /// A pattern or a `.sourceignore` further down may include again what is inside; only where there can
    /// be none is the folder passed over. Flux reads no such file in `.git`.
    fn prunes(&self, components: &[Vec<u8>]) -> bool {
        let is_git = components.last().is_some_and(|name| name == b".git");
        (is_git || !self.reads_files) && !self.matchers().any(Matcher::has_inclusions)
    }
}
