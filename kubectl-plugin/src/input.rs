//! What is to be checked: files, folders as git sees them, standard input; and the
//! `kustomization.yaml` files above, which say what is a fragment.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{WalkBuilder, WalkState};
use kubectl_oci_core::lint::{self, SkipReason, Skipped, is_template};
use kubectl_oci_core::model::{KUSTOMIZATION_FILES, Role};
use kubectl_oci_core::render::Failure;

use crate::configs::{Configs, Found, slashes};
use crate::error::{Error, Result, words};

/// The largest file that is read, in bytes.
pub(crate) const MAX_SIZE: u64 = lint::MAX_SIZE as u64;

/// What standard input is called where nobody says.
const STDIN: &str = "<stdin>";

/// What to look for.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) paths: &'a [PathBuf],
    /// Objects that are only looked things up in.
    pub(crate) with: &'a [PathBuf],
    /// Markdown files of folders too.
    pub(crate) markdown: bool,
    /// Hidden files and folders too.
    pub(crate) hidden: bool,
    /// What the text of standard input is called.
    pub(crate) stdin_filename: Option<&'a Path>,
}

/// A file that is to be read.
#[derive(Debug)]
pub(crate) struct Source {
    /// Where it lies; `None` for standard input.
    pub(crate) path: Option<PathBuf>,
    /// What it is called in reports.
    pub(crate) shown: String,
    pub(crate) role: Role,
    pub(crate) config: Arc<Found>,
    /// It was named itself, not found in a folder.
    is_named: bool,
}

/// Everything that was found, in the order of its names.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) sources: Vec<Source>,
    pub(crate) skipped: Vec<Skipped>,
    /// What could not be read, which fails the run.
    pub(crate) unreadable: Vec<Skipped>,
    /// The folders that were named, absolute.
    pub(crate) folders: Vec<PathBuf>,
}

/// Finds the files.
///
/// # Errors
///
/// Where a configuration does not parse, or standard input is named twice.
pub(crate) fn gather(wanted: &Wanted<'_>, configs: &Configs) -> Result<Gathered> {
    let (markdown, hidden) = (wanted.markdown, wanted.hidden);
    let mut finder = Finder { configs, markdown, hidden, out: Gathered::default(), roots: Vec::new() };
    let current = [PathBuf::from(".")];
    let paths = if wanted.paths.is_empty() { &current[..] } else { wanted.paths };
    let everything = || wanted.paths.iter().chain(wanted.with);
    if everything().filter(|path| is_stdin(path)).count() > 1 {
        return Err(two_from_stdin());
    }
    for (paths, role) in [(paths, Role::Named), (wanted.with, Role::Context)] {
        for path in paths {
            if is_stdin(path) {
                finder.stdin(wanted.stdin_filename, role)?;
            } else {
                finder.named(path, role)?;
            }
        }
    }
    let mut out = finder.finish()?;
    // A file found twice is one file: first what was named, and first what standard input says of it.
    let rank = |source: &Source| (source.role == Role::Context, source.path.is_some());
    out.sources.sort_by(|a, b| (&a.shown, rank(a)).cmp(&(&b.shown, rank(b))));
    out.sources.dedup_by(|later, earlier| later.shown == earlier.shown);
    if everything().count() > 1 {
        // The same file may have been written in two ways.
        let mut seen = BTreeSet::new();
        out.sources.retain(|source| seen.insert(absolute(configs.current(), Path::new(&source.shown))));
    }
    out.skipped.sort();
    out.skipped.dedup();
    Ok(out)
}

pub(crate) fn two_from_stdin() -> Error {
    Error::usage("two inputs are to come from standard input", "write one of them to a file")
}

pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

struct Finder<'a> {
    configs: &'a Configs,
    markdown: bool,
    hidden: bool,
    out: Gathered,
    /// Folders whose contents are known, and those above which nothing was looked at yet.
    roots: Vec<PathBuf>,
}

impl Finder<'_> {
    fn stdin(&mut self, name: Option<&Path>, role: Role) -> Result<()> {
        let name = name.unwrap_or(Path::new(STDIN));
        let config = self.configs.for_folder(&self.folder_of(name))?;
        self.roots.push(name.to_owned());
        self.out.sources.push(Source { path: None, shown: shown(name), role, config, is_named: true });
        Ok(())
    }

    fn named(&mut self, path: &Path, role: Role) -> Result<()> {
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.folder(path, role),
            Ok(_) => {
                let config = self.configs.for_folder(&self.folder_of(path))?;
                let shown = shown(path);
                // Hooks name every file that changed: what is excluded stays so.
                if config.config.is_excluded(&shown) {
                    return Ok(());
                }
                self.roots.push(path.to_owned());
                if is_template(&shown, true) || is_in_chart(&self.folder_of(path)) {
                    self.out.skipped.push(skip(&shown, SkipReason::Template));
                } else {
                    self.out.sources.push(Source { path: Some(path.to_owned()), shown, role, config, is_named: true });
                }
                Ok(())
            }
            Err(error) => {
                self.out.unreadable.push(unreadable(&shown(path), &error));
                Ok(())
            }
        }
    }

    fn folder(&mut self, root: &Path, role: Role) -> Result<()> {
        self.roots.push(root.join("x"));
        if role == Role::Named {
            self.out.folders.push(self.absolute(root));
        }
        let found: Mutex<Gathered> = Mutex::default();
        let failed: Mutex<Option<Error>> = Mutex::default();
        let configs = self.configs;
        let markdown = self.markdown;
        let mut walk = WalkBuilder::new(root);
        // git's own files are of no interest even where a hidden folder is named.
        walk.filter_entry(|entry| entry.file_name() != ".git").hidden(!self.hidden).threads(threads());
        walk.build_parallel().run(|| {
            let mut walker =
                Walker { configs, markdown, role, folder: None, local: Gathered::default(), found: &found };
            let failed = &failed;
            Box::new(move |entry| match walker.visit(entry) {
                Ok(state) => state,
                Err(error) => {
                    failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                    WalkState::Quit
                }
            })
        });
        if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.out.sources.extend(found.sources);
        self.out.skipped.extend(found.skipped);
        self.out.unreadable.extend(found.unreadable);
        Ok(())
    }

    /// Adds the kustomizations above what was named, up to the repository's root.
    fn finish(mut self) -> Result<Gathered> {
        let mut seen = BTreeSet::new();
        for root in std::mem::take(&mut self.roots) {
            let mut folder = root.parent().map(Path::to_owned);
            while let Some(here) = folder {
                let absolute = self.absolute(&here);
                if !seen.insert(absolute.clone()) {
                    break;
                }
                for name in KUSTOMIZATION_FILES {
                    let path = if here.as_os_str().is_empty() { PathBuf::from(name) } else { here.join(name) };
                    if path.is_file() {
                        let config = self.configs.for_folder(&absolute)?;
                        let shown = shown(&path);
                        let role = Role::Context;
                        self.out.sources.push(Source { path: Some(path), shown, role, config, is_named: false });
                    }
                }
                if absolute.join(".git").exists() || !is_in_repository(&absolute) {
                    break;
                }
                folder = above(&here);
            }
        }
        Ok(self.out)
    }

    fn absolute(&self, path: &Path) -> PathBuf {
        absolute(self.configs.current(), path)
    }

    fn folder_of(&self, path: &Path) -> PathBuf {
        let absolute = self.absolute(path);
        absolute.parent().map_or(absolute.clone(), Path::to_owned)
    }
}

/// True below a folder that holds `.git`.
fn is_in_repository(folder: &Path) -> bool {
    folder.ancestors().skip(1).any(|above| above.join(".git").exists())
}

/// The folder above one, written the way that one is written.
fn above(folder: &Path) -> Option<PathBuf> {
    match folder.components().next_back() {
        None | Some(Component::CurDir) => Some(PathBuf::from("..")),
        Some(Component::ParentDir) => Some(folder.join("..")),
        Some(Component::Normal(_)) => folder.parent().map(Path::to_owned),
        Some(Component::RootDir | Component::Prefix(_)) => None,
    }
}

/// `.` and `..` resolved by their letters: no look at the disk.
pub(crate) fn absolute(current: &Path, path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in current.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            component => out.push(component),
        }
    }
    out
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8)
}

/// One thread's part of a walk.
struct Walker<'a> {
    configs: &'a Configs,
    markdown: bool,
    role: Role,
    /// The last folder, with what is known of it.
    folder: Option<(PathBuf, Arc<Found>, bool)>,
    local: Gathered,
    found: &'a Mutex<Gathered>,
}

impl Walker<'_> {
    fn visit(&mut self, entry: std::result::Result<ignore::DirEntry, ignore::Error>) -> Result<WalkState> {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                self.local.unreadable.push(walk_error(&error));
                return Ok(WalkState::Continue);
            }
        };
        let path = entry.path();
        let kind = entry.file_type();
        if kind.is_some_and(|kind| kind.is_dir()) {
            return self.visit_folder(path, entry.depth());
        }
        let wanted = wanted(path, self.markdown);
        if !kind.is_some_and(|kind| kind.is_file()) || wanted == Wish::No {
            return Ok(WalkState::Continue);
        }
        let (config, in_chart) = self.of_folder(path)?;
        let shown = shown(path);
        if config.config.is_excluded(&shown) {
            return Ok(WalkState::Continue);
        }
        if wanted == Wish::Template || in_chart {
            self.local.skipped.push(skip(&shown, SkipReason::Template));
        } else {
            let path = Some(entry.into_path());
            self.local.sources.push(Source { path, shown, role: self.role, config, is_named: false });
        }
        Ok(WalkState::Continue)
    }

    fn visit_folder(&self, path: &Path, depth: usize) -> Result<WalkState> {
        if depth == 0 {
            return Ok(WalkState::Continue);
        }
        let absolute = absolute(self.configs.current(), path);
        let config = self.configs.for_folder(absolute.parent().unwrap_or(&absolute))?;
        let is_excluded = config.config.is_excluded(&shown(path));
        Ok(if is_excluded { WalkState::Skip } else { WalkState::Continue })
    }

    /// The configuration of a file's folder, and whether that holds a chart's templates.
    fn of_folder(&mut self, path: &Path) -> Result<(Arc<Found>, bool)> {
        let folder = path.parent().unwrap_or(Path::new(""));
        if let Some((last, config, in_chart)) = &self.folder
            && last == folder
        {
            return Ok((config.clone(), *in_chart));
        }
        let absolute = absolute(self.configs.current(), folder);
        let config = self.configs.for_folder(&absolute)?;
        let in_chart = is_in_chart(&absolute);
        self.folder = Some((folder.to_owned(), config.clone(), in_chart));
        Ok((config, in_chart))
    }
}

impl Drop for Walker<'_> {
    fn drop(&mut self) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.sources.append(&mut self.local.sources);
        found.skipped.append(&mut self.local.skipped);
        found.unreadable.append(&mut self.local.unreadable);
    }
}

fn walk_error(error: &ignore::Error) -> Skipped {
    let (mut inner, mut path) = (error, String::new());
    loop {
        match inner {
            ignore::Error::WithPath { path: at, err } => {
                path = shown(at);
                inner = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => inner = err,
            ignore::Error::Io(io) => return unreadable(&path, io),
            other => {
                return Skipped { path, reason: SkipReason::Unreadable, detail: Some(other.to_string()) };
            }
        }
    }
}

/// What becomes of a file of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    Yes,
    Template,
    No,
}

/// Whether a file of a folder is read.
pub(crate) fn wanted(path: &Path, markdown: bool) -> Wish {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension {
        "yaml" | "yml" | "json" => Wish::Yes,
        "md" | "markdown" | "mdx" if markdown => Wish::Yes,
        "" if path.file_name().is_some_and(|name| name == "Kustomization") => Wish::Yes,
        _ if is_template(&slashes(path), false) => Wish::Template,
        _ => Wish::No,
    }
}

/// True in the `templates` folder of a Helm chart.
pub(crate) fn is_in_chart(folder: &Path) -> bool {
    folder.ancestors().any(|above| {
        above.file_name().is_some_and(|name| name == "templates")
            && above.parent().is_some_and(|chart| chart.join("Chart.yaml").is_file())
    })
}

/// What a path is called in reports: `/` between its parts, no `./` before it.
fn shown(path: &Path) -> String {
    let text = slashes(path);
    match text.strip_prefix("./") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => text,
    }
}

fn skip(path: &str, reason: SkipReason) -> Skipped {
    Skipped { path: path.to_owned(), reason, detail: None }
}

fn unreadable(path: &str, error: &io::Error) -> Skipped {
    Skipped { path: path.to_owned(), reason: SkipReason::Unreadable, detail: Some(words(error)) }
}

/// Why a file's text is not there.
#[derive(Debug)]
pub(crate) struct Unread {
    pub(crate) skipped: Skipped,
    /// Whether that fails the run: it was named, or it looks like one of ours.
    pub(crate) fails: bool,
}

impl Source {
    /// Where it lies, absolute; for standard input where its name says. `None` where that has none.
    pub(crate) fn place(&self, configs: &Configs) -> Option<PathBuf> {
        let is_nameless = self.path.is_none() && self.shown == STDIN;
        (!is_nameless).then(|| absolute(configs.current(), self.path.as_deref().unwrap_or(Path::new(&self.shown))))
    }

    /// Reads the text.
    pub(crate) fn read(&self) -> std::result::Result<String, Unread> {
        let bytes = match self.bytes() {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                return Err(Unread { skipped: skip(&self.shown, SkipReason::TooLarge), fails: self.is_named });
            }
            Err(error) => return Err(Unread { skipped: unreadable(&self.shown, &error), fails: true }),
        };
        if lint::is_text(&bytes)
            && let Ok(text) = String::from_utf8(bytes)
        {
            return Ok(text);
        }
        Err(Unread { skipped: skip(&self.shown, SkipReason::NotText), fails: self.is_named })
    }

    /// `None` where there are too many.
    fn bytes(&self) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        match &self.path {
            None => {
                io::stdin().lock().take(MAX_SIZE + 1).read_to_end(&mut bytes)?;
            }
            Some(path) => {
                let mut file = File::open(path)?;
                // Nearly all files fit: they need not be asked for their size.
                let mut first = [0; 16 << 10];
                let mut len = 0;
                while let Some(rest) = first.get_mut(len..).filter(|rest| !rest.is_empty()) {
                    match file.read(rest) {
                        Ok(0) => return Ok(Some(first.get(..len).unwrap_or_default().to_vec())),
                        Ok(read) => len += read,
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) => return Err(error),
                    }
                }
                let size = file.metadata()?.len();
                if size > MAX_SIZE {
                    return Ok(None);
                }
                bytes.reserve_exact(usize::try_from(size).unwrap_or_default() + 1);
                bytes.extend_from_slice(&first);
                file.take(MAX_SIZE + 1 - first.len() as u64).read_to_end(&mut bytes)?;
            }
        }
        Ok((bytes.len() as u64 <= MAX_SIZE).then_some(bytes))
    }
}

/// Reads a text that a command needs whole: a list of tags, a manifest to resolve.
pub(crate) fn read_text(path: &Path, what: &str) -> Result<String> {
    let name = if is_stdin(path) { "standard input".to_owned() } else { slashes(path) };
    let failed = |why: String| Error::input(Failure::new(format!("{what} {name} could not be read")).why(why));
    let mut bytes = Vec::new();
    let read = if is_stdin(path) {
        io::stdin().lock().take(MAX_SIZE + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(MAX_SIZE + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| failed(words(&error)))?;
    if bytes.len() as u64 > MAX_SIZE {
        return Err(failed("it is larger than 64 MiB".to_owned()));
    }
    String::from_utf8(bytes).map_err(|_| failed("it is not text in UTF-8".to_owned()))
}
