//! The set that findings are made from: the files of the folders as `lint` finds them, with the texts that are open in
//! place of what lies on the disk.
//!
//! Behind the set's own files stands the rest of the repository, where a finding asked for that (see
//! [`crate::repository`]). What is open and belongs to no set (ignored by git, excluded, a template) lies aside:
//! it is answered for, and nothing is reported about it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubectl_oci_core::collections::IndexMap;
use kubectl_oci_core::diag::FileId;
use kubectl_oci_core::lint::{Input, is_text, read};
use kubectl_oci_core::model::{File, Role};

use super::documents::{Document, Documents};
use super::scan::{self, Entry, Loaded, Order, Stamp, seen_from};
use crate::configs::{Configs, Found};
use crate::input::{MAX_SIZE, is_in_chart};
use crate::repository::is_hidden;

/// What is known of a file beside what it says.
#[derive(Debug)]
pub(super) struct Place {
    /// Absolute; the address of what is no file.
    pub(super) path: PathBuf,
    pub(super) config: Arc<Found>,
    /// Of what was read; `None` for a text that is open.
    stamp: Option<Stamp>,
}

/// The files.
pub(super) struct Files {
    configs: Configs,
    folders: Vec<PathBuf>,
    /// The set's own files, then the rest of the repository.
    list: Vec<File>,
    /// Of each of them.
    places: Vec<Place>,
    own: usize,
    by_path: BTreeMap<PathBuf, usize>,
    /// Open texts that belong to no set, each alone.
    aside: BTreeMap<PathBuf, (File, Arc<Found>)>,
    /// Repositories of which the rest was read.
    whole: Vec<PathBuf>,
    /// The folders were not read yet: what rests on other files is not known.
    pub(super) is_partial: bool,
}

/// A file that can be asked about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Spot<'a> {
    /// At this position of the set.
    Set(usize),
    Aside(&'a File, &'a Found),
}

impl Files {
    /// None yet.
    pub(super) fn new(configs: Configs, folders: Vec<PathBuf>) -> Self {
        Self {
            configs,
            folders,
            list: Vec::new(),
            places: Vec::new(),
            own: 0,
            by_path: BTreeMap::new(),
            aside: BTreeMap::new(),
            whole: Vec::new(),
            is_partial: true,
        }
    }

    /// The folders of the workspace.
    pub(super) fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// The set's own files.
    pub(super) fn own(&self) -> &[File] {
        self.list.get(..self.own).unwrap_or_default()
    }

    /// Those and the rest of the repository.
    pub(super) fn all(&self) -> &[File] {
        &self.list
    }

    pub(super) fn place(&self, index: usize) -> Option<&Place> {
        self.places.get(index)
    }

    pub(super) fn configs(&self) -> Vec<Arc<Found>> {
        self.configs.all()
    }

    /// The files that configurations take values from.
    pub(super) fn substitutes(&self) -> BTreeSet<PathBuf> {
        self.configs.substitutes()
    }

    pub(super) fn find(&self, path: &Path) -> Option<Spot<'_>> {
        if let Some(index) = self.by_path.get(path) {
            return Some(Spot::Set(*index));
        }
        self.aside.get(path).map(|(file, config)| Spot::Aside(file, config))
    }

    /// Whether a path lies in one of the folders.
    pub(super) fn is_inside(&self, path: &Path) -> bool {
        self.folders.iter().any(|folder| path.starts_with(folder))
    }

    /// What need not be read again.
    pub(super) fn known(&self) -> BTreeMap<PathBuf, Stamp> {
        let own = self.places.iter().take(self.own);
        own.filter_map(|place| Some((place.path.clone(), place.stamp?))).collect()
    }

    /// The repository that a file lies in, where its rest was not read and there is some.
    pub(super) fn unread_repository(&self, index: usize) -> Option<PathBuf> {
        let path = &self.places.get(index)?.path;
        let root = path.ancestors().skip(1).find(|above| above.join(".git").exists())?;
        let is_known = self.folders.iter().chain(&self.whole).any(|folder| root.starts_with(folder));
        (!is_known).then(|| root.to_owned())
    }

    /// Whether anything of a repository was read beside the set's own files.
    pub(super) fn has_rest(&self) -> bool {
        self.list.len() > self.own
    }

    /// Reads the rest of a repository.
    pub(super) fn load_rest(&mut self, root: PathBuf, configs: Configs) {
        let inside = |place: &Place| place.path.strip_prefix(&root).is_ok_and(is_hidden);
        let order = Order {
            configs,
            paths: vec![root.clone()],
            configured: Vec::new(),
            markdown: false,
            // Hidden folders are walked where one of them is what this is about.
            hidden: self.places.iter().any(inside),
            known: self.known(),
        };
        let entries = scan::run(order).map(|loaded| loaded.entries).unwrap_or_default();
        for Entry { path, config, stamp, file, .. } in entries {
            if let (Some(file), false) = (file, self.by_path.contains_key(&path)) {
                self.push(file, Place { path, config, stamp });
            }
        }
        self.whole.push(root);
    }

    /// Does without the rest of a repository.
    pub(super) fn give_up(&mut self, root: PathBuf) {
        self.whole.push(root);
    }

    /// Puts what was found in the place of what was known.
    pub(super) fn replace(&mut self, loaded: Loaded, documents: &Documents) {
        let mut old: BTreeMap<PathBuf, File> = BTreeMap::new();
        for (file, place) in std::mem::take(&mut self.list).into_iter().zip(std::mem::take(&mut self.places)) {
            old.insert(place.path, file);
        }
        self.own = 0;
        self.by_path.clear();
        self.aside.clear();
        self.whole.clear();
        self.is_partial = false;
        self.configs = loaded.configs;
        let variables: Vec<_> = self.configs().iter().map(|found| Arc::new(found.config.substitute.clone())).collect();
        for Entry { path, shown, role, config, mut stamp, file } in loaded.entries {
            let variables = variables.get(config.index).cloned().unwrap_or_default();
            let old = old.remove(&path).filter(|old| old.path == shown);
            let mut file = if let Some(document) = documents.get(&path) {
                stamp = None;
                let same = old.filter(|old| old.text == document.text);
                same.unwrap_or_else(|| opened(shown, &document.text, variables.clone()))
            } else if let Some(file) = file.or(old) {
                file
            } else if let Some(text) = text_of(&path) {
                scan::file(shown, role, text, variables.clone())
            } else {
                continue;
            };
            file.role = role;
            file.variables = variables;
            self.add(file, Place { path, config, stamp });
        }
        for (path, document) in
            documents.iter().filter(|(path, _)| !self.by_path.contains_key(*path)).collect::<Vec<_>>()
        {
            self.put_new(path, document);
        }
    }

    /// Takes in a text that was opened. True where the disk must be looked at to know what it is.
    pub(super) fn open(&mut self, path: &Path, document: &Document) -> bool {
        if self.change(path, document) {
            return false;
        }
        self.put_new(path, document);
        // What lies in folders that are being read will be found.
        path.is_absolute() && (!self.is_inside(path) || !self.is_partial && path.exists())
    }

    /// Takes in a text that changed. False where it was not known.
    pub(super) fn change(&mut self, path: &Path, document: &Document) -> bool {
        if let Some(index) = self.by_path.get(path).copied().filter(|index| *index < self.own) {
            if let (Some(file), Some(place)) = (self.list.get_mut(index), self.places.get_mut(index)) {
                place.stamp = None;
                if file.text != document.text {
                    let mut new = opened(file.path.clone(), &document.text, file.variables.clone());
                    new.id = file.id;
                    new.role = file.role;
                    *file = new;
                }
            }
            return true;
        }
        if let Some((file, _)) = self.aside.get_mut(path) {
            *file = opened(file.path.clone(), &document.text, file.variables.clone());
            return true;
        }
        false
    }

    /// Takes in that a text was closed: the disk's word counts again. True where the folders must be looked at.
    pub(super) fn close(&mut self, path: &Path) -> bool {
        if self.aside.remove(path).is_some() {
            return false;
        }
        if !self.is_inside(path) {
            self.remove(path);
            return true;
        }
        self.reread(path)
    }

    /// Reads a file again that changed on the disk. True where the folders must be looked at.
    pub(super) fn reread(&mut self, path: &Path) -> bool {
        let Some(index) = self.by_path.get(path).copied() else { return true };
        let stamp = Stamp::of(path);
        let Some(text) = text_of(path) else { return self.remove(path) };
        if let (Some(file), Some(place)) = (self.list.get_mut(index), self.places.get_mut(index)) {
            place.stamp = stamp;
            let mut new = scan::file(file.path.clone(), file.role, text, file.variables.clone());
            new.id = file.id;
            *file = new;
        }
        false
    }

    /// Forgets a file. True where it was not known, or others must be looked at.
    pub(super) fn remove(&mut self, path: &Path) -> bool {
        let Some(index) = self.by_path.remove(path) else { return true };
        let mut hole = index;
        if index < self.own {
            // The last of the set's own fills the hole, and the last of the rest fills that.
            self.own -= 1;
            self.swap(index, self.own);
            hole = self.own;
        }
        self.swap(hole, self.list.len() - 1);
        self.list.pop();
        self.places.pop();
        false
    }

    /// Finds a place for an open text that was not found in the folders.
    fn put_new(&mut self, path: &Path, document: &Document) {
        if !document.is_wanted(path) {
            return;
        }
        let is_file = path.is_absolute();
        let folder = if is_file { path.parent().unwrap_or(path) } else { self.configs.current() };
        let Ok(config) = self.configs.for_folder(folder) else { return };
        let shown = if is_file { seen_from(self.configs.current(), path) } else { path.to_string_lossy().into_owned() };
        let variables = Arc::new(config.config.substitute.clone());
        let file = opened(shown, &document.text, variables);
        let is_left_out = config.config.is_excluded(&file.path)
            || is_file && is_in_chart(folder)
            // It is there and was not found: git ignores it.
            || is_file && !self.is_partial && self.is_inside(path) && path.exists() && !file.is_markdown();
        if is_left_out {
            self.aside.insert(path.to_owned(), (file, config));
        } else {
            self.add(file, Place { path: path.to_owned(), config, stamp: None });
        }
    }

    /// Adds to the set's own files.
    fn add(&mut self, file: File, place: Place) {
        self.push(file, place);
        self.swap(self.own, self.list.len() - 1);
        self.own += 1;
    }

    fn push(&mut self, mut file: File, place: Place) {
        let index = self.list.len();
        file.id = id(index);
        self.by_path.insert(place.path.clone(), index);
        self.list.push(file);
        self.places.push(place);
    }

    fn swap(&mut self, a: usize, b: usize) {
        if a == b {
            return;
        }
        self.list.swap(a, b);
        self.places.swap(a, b);
        for index in [a, b] {
            let (Some(file), Some(place)) = (self.list.get_mut(index), self.places.get(index)) else { continue };
            file.id = id(index);
            if let Some(known) = self.by_path.get_mut(&place.path) {
                *known = index;
            }
        }
    }
}

fn id(index: usize) -> FileId {
    FileId(u32::try_from(index).unwrap_or(u32::MAX))
}

/// Parses a text that is open. One that `lint` would not read is empty for us.
fn opened(path: String, text: &str, variables: Arc<IndexMap<String, String>>) -> File {
    let text = if is_read(text) { text.to_owned() } else { String::new() };
    read(0, Input { path, text, role: Role::Named }, variables)
}

/// What a file says, where `lint` would read it. What took its place may be a pipe or a device, which have no end.
fn text_of(path: &Path) -> Option<String> {
    let metadata = std::fs::metadata(path).ok()?;
    let is_small = metadata.is_file() && metadata.len() <= MAX_SIZE;
    is_small.then(|| std::fs::read_to_string(path).ok())?.filter(|text| is_read(text))
}

/// True for a text that `lint` would read.
fn is_read(text: &str) -> bool {
    text.len() as u64 <= MAX_SIZE && is_text(text.as_bytes())
}
