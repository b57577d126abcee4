//! The files that an editor has, under their paths.

use std::sync::Arc;

use crate::collections::IndexMap;
use crate::config::Config;
use crate::diag::FileId;
use crate::lint::{Input, Linter, read};
use crate::model::{File, Role};

/// Files that change one at a time, and the configuration that they are held against.
#[derive(Debug, Default)]
pub struct Workspace {
    files: Vec<File>,
    /// Where the file of a path stands in `files`.
    places: IndexMap<String, usize>,
    config: Config,
    variables: Arc<IndexMap<String, String>>,
}

impl Workspace {
    /// No file yet.
    pub fn new(config: Config) -> Self {
        let variables = Arc::new(config.substitute.clone());
        Self { config, variables, ..Self::default() }
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Another configuration for the same files.
    pub fn configure(&mut self, config: Config) {
        self.variables = Arc::new(config.substitute.clone());
        self.config = config;
        for file in &mut self.files {
            file.variables = self.variables.clone();
        }
    }

    /// Reads a text; it takes the place of what stood under this path.
    pub fn put(&mut self, path: &str, text: String, role: Role) {
        let input = Input { path: path.to_owned(), text, role };
        self.take(read(0, input, self.variables.clone()));
    }

    /// Takes in a file that was read already. It takes the place of what stood under its path.
    pub fn take(&mut self, mut file: File) {
        let index = self.places.get(&file.path).copied().unwrap_or(self.files.len());
        file.id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        match self.files.get_mut(index) {
            Some(place) => *place = file,
            None => {
                self.places.insert(file.path.clone(), index);
                self.files.push(file);
            }
        }
    }

    /// Forgets a file. True where there was one.
    pub fn remove(&mut self, path: &str) -> bool {
        let Some(index) = self.places.swap_remove(path) else { return false };
        self.files.swap_remove(index);
        if let Some(moved) = self.files.get_mut(index) {
            moved.id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
            self.places.insert(moved.path.clone(), index);
        }
        true
    }

    /// The files, at the positions that their ids say.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The file of a path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.get(*self.places.get(path)?)
    }

    /// The rules over the files as they are now. Making one indexes the set: keep it for all that is
    /// asked between two edits.
    pub fn linter(&self) -> Linter<'_> {
        Linter::new(&self.files, &self.config)
    }
}
