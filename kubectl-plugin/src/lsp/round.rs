//! What is known between two changes: the rules over the files as they are, made when first asked for.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use kubectl_oci_core::diag::Diagnostic;
use kubectl_oci_core::lint::Linter;
use kubectl_oci_core::model::File;

use super::files::{Files, Spot};
use crate::configs::Found;
use crate::repository::{is_doubted, stands};

/// The rest of a repository must be read before it is certain what is found.
#[derive(Debug)]
pub(super) struct NeedsRest(pub(super) PathBuf);

/// The files as they are now.
pub(super) struct Round<'a> {
    pub(super) files: &'a Files,
    configs: &'a [Arc<Found>],
    /// By configuration: over the set's own files, and over the repository's.
    own: Vec<OnceCell<Linter<'a>>>,
    all: Vec<OnceCell<Linter<'a>>>,
    reports: RefCell<BTreeMap<usize, Rc<Vec<Diagnostic>>>>,
}

/// What a question is about: a file, and the rules over what is seen with it.
pub(super) struct Asked<'r, 'a> {
    pub(super) file: &'a File,
    pub(super) linter: &'r Linter<'a>,
    /// Where it stands in the set; `None` for one aside.
    pub(super) index: Option<usize>,
}

impl<'a> Round<'a> {
    /// `configs` are those of the files.
    pub(super) fn new(files: &'a Files, configs: &'a [Arc<Found>]) -> Self {
        let cells = || configs.iter().map(|_| OnceCell::new()).collect();
        Self { files, configs, own: cells(), all: cells(), reports: RefCell::default() }
    }

    /// The rules of a configuration over the set's own files.
    pub(super) fn linter(&self, config: &Found) -> Option<&Linter<'a>> {
        let found: &'a Found = self.configs.get(config.index)?;
        Some(self.own.get(config.index)?.get_or_init(|| indexed(Linter::new(self.files.own(), &found.config))))
    }

    /// The same over the repository, as far as it was read.
    fn wide_linter(&self, config: &Found) -> Option<&Linter<'a>> {
        if !self.files.has_rest() {
            return self.linter(config);
        }
        let found: &'a Found = self.configs.get(config.index)?;
        Some(self.all.get(config.index)?.get_or_init(|| indexed(Linter::new(self.files.all(), &found.config))))
    }

    /// What is found in a file of the set.
    pub(super) fn report(&self, index: usize) -> Result<Rc<Vec<Diagnostic>>, NeedsRest> {
        if let Some(known) = self.reports.borrow().get(&index) {
            return Ok(known.clone());
        }
        let mut found = Vec::new();
        if let (Some(file), Some(place)) = (self.files.own().get(index), self.files.place(index))
            && let Some(linter) = self.linter(&place.config)
        {
            found = linter.check(file).diagnostics;
            self.confirm(index, file, &place.config, &mut found)?;
        }
        let found = Rc::new(found);
        self.reports.borrow_mut().insert(index, found.clone());
        Ok(found)
    }

    /// Drops what does not stand with the repository in view, as `lint` does.
    pub(super) fn confirm(
        &self,
        index: usize,
        file: &'a File,
        config: &Found,
        found: &mut Vec<Diagnostic>,
    ) -> Result<(), NeedsRest> {
        self.confirm_with(index, found, || Some(self.wide_linter(config)?.check(file).diagnostics))
    }

    /// `wide` is what is found with the whole repository in view.
    fn confirm_with(
        &self,
        index: usize,
        found: &mut Vec<Diagnostic>,
        wide: impl FnOnce() -> Option<Vec<Diagnostic>>,
    ) -> Result<(), NeedsRest> {
        if self.files.is_partial {
            found.retain(|found| !found.rests_on_set);
        }
        if !found.iter().any(is_doubted) {
            return Ok(());
        }
        if let Some(root) = self.files.unread_repository(index) {
            return Err(NeedsRest(root));
        }
        if self.files.has_rest()
            && let Some(confirmed) = wide()
        {
            found.retain_mut(|found| !is_doubted(found) || stands(found, &confirmed));
        }
        Ok(())
    }

    /// What would be found in a file if all files were these, which stand where those of the round do.
    pub(super) fn check_in(&self, files: &[File], index: usize, config: &Found) -> Result<Vec<Diagnostic>, NeedsRest> {
        let (own, file) = (files.get(..self.files.own().len()).unwrap_or_default(), files.get(index));
        let Some(file) = file else { return Ok(Vec::new()) };
        let mut found = Linter::new(own, &config.config).check(file).diagnostics;
        self.confirm_with(index, &mut found, || Some(Linter::new(files, &config.config).check(file).diagnostics))?;
        Ok(found)
    }

    /// Answers a question about a file. `None` where there is no such file.
    pub(super) fn ask<T>(&self, path: &Path, answer: impl FnOnce(&Asked<'_, '_>) -> T) -> Option<T> {
        match self.files.find(path)? {
            Spot::Set(index) => {
                let (file, place) = (self.files.all().get(index)?, self.files.place(index)?);
                let linter = self.wide_linter(&place.config)?;
                Some(answer(&Asked { file, linter, index: Some(index) }))
            }
            Spot::Aside(file, config) => {
                let linter = Linter::new(std::slice::from_ref(file), &config.config);
                Some(answer(&Asked { file, linter: &linter, index: None }))
            }
        }
    }
}

/// What nearly every rule that looks at other files asks for, made side by side rather than one after the other.
fn indexed(linter: Linter<'_>) -> Linter<'_> {
    let (set, surroundings) = (linter.set(), linter.surroundings());
    rayon::join(
        || set.consumers(),
        || {
            set.sources();
            surroundings.inclusion(set);
            surroundings.post_builds(set);
            surroundings.rings(set);
        },
    );
    linter
}
