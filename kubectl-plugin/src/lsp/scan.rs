//! Finding and reading the files of the folders, on a thread of its own.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crossbeam_channel::{Receiver, bounded};
use kubectl_oci_core::collections::IndexMap;
use kubectl_oci_core::lint::{Input, may_hold_ours, read};
use kubectl_oci_core::model::{File, Role};
use rayon::prelude::*;

use crate::configs::{Configs, Found, slashes};
use crate::error::Result;
use crate::input::{Source, Wanted, gather};

/// What changes when a file is written: its length and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp(u64, Option<SystemTime>);

impl Stamp {
    pub(super) fn of(path: &Path) -> Option<Self> {
        let metadata = std::fs::metadata(path).ok()?;
        Some(Self(metadata.len(), metadata.modified().ok()))
    }
}

/// What to look for.
pub(super) struct Order {
    pub(super) configs: Configs,
    /// Folders, and files outside of them, absolute.
    pub(super) paths: Vec<PathBuf>,
    /// Folders whose configuration matters, whatever is found in them.
    pub(super) configured: Vec<PathBuf>,
    pub(super) markdown: bool,
    /// Hidden files and folders too.
    pub(super) hidden: bool,
    /// What is known already, and need not be read again.
    pub(super) known: BTreeMap<PathBuf, Stamp>,
}

/// A file that belongs to the set.
pub(super) struct Entry {
    pub(super) path: PathBuf,
    /// What it is called in reports.
    pub(super) shown: String,
    pub(super) role: Role,
    pub(super) config: Arc<Found>,
    pub(super) stamp: Option<Stamp>,
    /// `None` where it is as it was known.
    pub(super) file: Option<File>,
}

/// What was found.
pub(super) struct Loaded {
    pub(super) configs: Configs,
    pub(super) entries: Vec<Entry>,
}

/// Begins to look; the answer comes through the channel.
pub(super) fn begin(order: Order) -> Receiver<Result<Loaded>> {
    let (sender, receiver) = bounded(1);
    std::thread::spawn(move || {
        // Whoever asked may have changed their mind.
        let _ = sender.send(run(order));
    });
    receiver
}

/// Finds and reads.
///
/// # Errors
///
/// Where a configuration is refused.
pub(super) fn run(order: Order) -> Result<Loaded> {
    let Order { configs, paths, configured, markdown, hidden, known } = order;
    for folder in &configured {
        configs.for_folder(folder)?;
    }
    let mut sources = Vec::new();
    if !paths.is_empty() {
        let wanted = Wanted { paths: &paths, with: &[], markdown, hidden, stdin_filename: None };
        sources = gather(&wanted, &configs)?.sources;
    }
    let variables: Vec<_> = configs.all().iter().map(|found| Arc::new(found.config.substitute.clone())).collect();
    let read = |source: Source| {
        let path = source.place(&configs)?;
        let shown = seen_from(configs.current(), &path);
        let stamp = Stamp::of(&path);
        let is_known = stamp.is_some() && known.get(&path).copied() == stamp;
        let variables = variables.get(source.config.index).cloned().unwrap_or_default();
        // What is too large, no text or not readable is left out, as if it were not there.
        let file = if is_known { None } else { Some(file(shown.clone(), source.role, source.read().ok()?, variables)) };
        Some(Entry { path, shown, role: source.role, config: source.config, stamp, file })
    };
    let entries = sources.into_par_iter().filter_map(read).collect();
    Ok(Loaded { configs, entries })
}

/// Parses a text that nobody has open.
pub(super) fn file(path: String, role: Role, mut text: String, variables: Arc<IndexMap<String, String>>) -> File {
    if !may_hold_ours(&path, &text) {
        // Nothing will be said about it: its text need not be kept.
        text = String::new();
    }
    read(0, Input { path, text, role }, variables)
}

/// A path as it is written where `folder` is the current one; both are absolute.
pub(super) fn seen_from(folder: &Path, path: &Path) -> String {
    let mut above = folder;
    let mut ups = 0;
    loop {
        if let Ok(rest) = path.strip_prefix(above) {
            return format!("{}{}", "../".repeat(ups), slashes(rest));
        }
        match above.parent() {
            Some(parent) => above = parent,
            None => return slashes(path),
        }
        ups += 1;
    }
}

/// The folder that all of these lie in, absolute; the one itself where there is but one.
pub(super) fn common_folder(folders: &[PathBuf]) -> Option<PathBuf> {
    let (first, rest) = folders.split_first()?;
    let mut common: Vec<Component<'_>> = first.components().collect();
    for folder in rest {
        let same = common.iter().zip(folder.components()).take_while(|(a, b)| **a == *b).count();
        common.truncate(same);
    }
    Some(common.iter().collect())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_as_lint_would_write_them() {
        let seen = |folder: &str, path: &str| seen_from(Path::new(folder), Path::new(path));
        assert_eq!(seen("/a/b", "/a/b/c/d.yaml"), "c/d.yaml");
        assert_eq!(seen("/a/b", "/a/x.yaml"), "../x.yaml");
        assert_eq!(seen("/a/b", "/c/x.yaml"), "../../c/x.yaml");
        assert_eq!(seen("/", "/c/x.yaml"), "c/x.yaml");
        let common = |folders: &[&str]| common_folder(&folders.iter().map(PathBuf::from).collect::<Vec<_>>());
        assert_eq!(common(&["/a/b", "/a/c"]), Some(PathBuf::from("/a")));
        assert_eq!(common(&["/a/b"]), Some(PathBuf::from("/a/b")));
        assert_eq!(common(&["/a", "/b"]), Some(PathBuf::from("/")));
        assert_eq!(common(&[]), None);
    }
}
