//! A run of the linter over files: read and parse in parallel, index, check in parallel; and fix.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use kubectl_oci_core::diag::{Applicability, Diagnostic, FileId};
use kubectl_oci_core::lint::{
    FileReport, Fixing, Foreign, Input, Linter, Report, Skipped, assemble, may_hold_ours, read,
};
use kubectl_oci_core::model::File;
use kubectl_oci_core::render::FixedCount;
use rayon::prelude::*;

use crate::configs::{Configs, Found};
use crate::error::Result;
use crate::input::{Gathered, Source, Unread, Wanted, gather};
use crate::schema::{self, Schemas};
use crate::{repository, write};

/// The files of a run, read and parsed.
pub(crate) struct Checked {
    pub(crate) files: Vec<File>,
    /// Where each of them comes from.
    pub(crate) sources: Vec<Source>,
    pub(crate) configs: Vec<Arc<Found>>,
    /// The folders that were named, absolute.
    pub(crate) folders: Vec<PathBuf>,
    /// What documents of other kinds are held against.
    schemas: Option<Schemas>,
    skipped: Vec<Skipped>,
    /// What could not be read, which fails the run.
    pub(crate) failed: Vec<Skipped>,
}

/// Finds, reads and parses.
pub(crate) fn load(
    wanted: &Wanted<'_>,
    configs: &Configs,
    schemas: Option<Schemas>,
    progress: &mut Progress,
) -> Result<Checked> {
    let Gathered { sources, mut skipped, unreadable, folders } = gather(wanted, configs)?;
    progress.step("found", sources.len());
    let configs = configs.all();
    let variables: Vec<_> = configs.iter().map(|found| Arc::new(found.config.substitute.clone())).collect();
    let texts: Vec<std::result::Result<File, Unread>> = sources
        .par_iter()
        .enumerate()
        .map(|(index, source)| {
            let mut text = source.read()?;
            if !may_hold_ours(&source.shown, &text) && schemas.is_none() {
                // Nothing will be said about it: its text need not be kept.
                text = String::new();
            }
            let input = Input { path: source.shown.clone(), text, role: source.role };
            let file = read(index, input, variables.get(source.config.index).cloned().unwrap_or_default());
            Ok(if schemas.is_some() { schema::parsed(file) } else { file })
        })
        .collect();
    let mut failed = unreadable;
    let mut is_kept = texts.iter().map(std::result::Result::is_ok);
    let mut sources = sources;
    sources.retain(|_| is_kept.next() == Some(true));
    let mut files: Vec<File> = texts
        .into_iter()
        .filter_map(|text| match text {
            Ok(file) => Some(file),
            Err(unread) => {
                let list = if unread.fails { &mut failed } else { &mut skipped };
                list.push(unread.skipped);
                None
            }
        })
        .collect();
    for (index, file) in files.iter_mut().enumerate() {
        file.id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
    }
    failed.sort();
    progress.step("read", files.len());
    Ok(Checked { files, sources, configs, folders, schemas, skipped, failed })
}

impl Checked {
    /// Checks every file against the set.
    pub(crate) fn report(&self, configs: &Configs) -> Report {
        self.report_with(configs, BTreeMap::new(), Vec::new())
    }

    /// The same with what was found by asking, by the file's position, and with what could not be asked.
    pub(crate) fn report_with(
        &self,
        configs: &Configs,
        asked: BTreeMap<usize, Vec<Diagnostic>>,
        offline: Vec<Skipped>,
    ) -> Report {
        let linters: Vec<Linter<'_>> =
            self.configs.iter().map(|found| Linter::new(&self.files, &found.config)).collect();
        // Two indexes of the set that rules ask for: made side by side, not one rule waiting for each.
        for linter in &linters {
            rayon::join(|| linter.set().sources(), || linter.set().consumers());
        }
        let mut reports: Vec<FileReport> = self
            .files
            .par_iter()
            .zip(&self.sources)
            .with_min_len(16)
            .map(|(file, source)| {
                let Some(linter) = linters.get(source.config.index) else { return FileReport::default() };
                let mut foreign =
                    self.schemas.as_ref().map_or_else(Foreign::default, |schemas| schemas.check(file, linter));
                foreign.diagnostics.extend(asked.get(&(file.id.0 as usize)).into_iter().flatten().cloned());
                linter.check_with(file, foreign)
            })
            .collect();
        repository::confirm(self, &mut reports, configs);
        let skipped = self.skipped.iter().chain(&self.failed).chain(&offline).cloned().collect();
        assemble(&self.files, reports, skipped)
    }

    /// Applies fixes until none is left, in memory.
    pub(crate) fn fix(&mut self, least: Applicability, configs: &Configs) -> Fixes {
        let mut fixing = Fixing::default();
        loop {
            let report = self.report(configs);
            let has_schemas = self.schemas.is_some();
            let prepare = |file| if has_schemas { schema::parsed(file) } else { file };
            let Some(changed) = fixing.pass(&self.files, &report.diagnostics, least, prepare) else {
                return Fixes { report, fixing };
            };
            for new in changed {
                if let Some(file) = self.files.get_mut(new.id.0 as usize) {
                    *file = new;
                }
            }
        }
    }
}

/// What fixing came to.
pub(crate) struct Fixes {
    /// What is left.
    pub(crate) report: Report,
    /// What was done.
    pub(crate) fixing: Fixing,
}

impl Fixes {
    pub(crate) fn counted(&self) -> FixedCount {
        FixedCount { fixes: self.fixing.applied, files: self.fixing.originals.len() }
    }

    /// Writes the files that changed. What could not be written is said of each, and the rest goes on.
    pub(crate) fn write(&self, checked: &Checked) -> Vec<Skipped> {
        let mut failed = Vec::new();
        for (index, original) in self.fixing.originals.sorted() {
            let (Some(file), Some(source)) = (checked.files.get(*index), checked.sources.get(*index)) else { continue };
            let Some(path) = &source.path else { continue };
            if let Err(why) = write::replace(path, original.as_bytes(), file.text.as_bytes()) {
                let reason = kubectl_oci_core::lint::SkipReason::Unreadable;
                failed.push(Skipped { path: source.shown.clone(), reason, detail: Some(why) });
            }
        }
        failed
    }
}

/// What `--verbose` says.
pub(crate) struct Progress {
    start: Instant,
    last: Instant,
    lines: Option<Vec<String>>,
}

impl Progress {
    pub(crate) fn new(is_wanted: bool) -> Self {
        let start = Instant::now();
        Self { start, last: start, lines: is_wanted.then(Vec::new) }
    }

    pub(crate) fn elapsed(&self) -> std::time::Duration {
        self.start.elapsed()
    }

    pub(crate) fn say(&mut self, line: impl FnOnce() -> String) {
        if let Some(lines) = &mut self.lines {
            lines.push(line());
        }
    }

    pub(crate) fn step(&mut self, what: &str, number: usize) {
        let took = self.last.elapsed();
        self.last = Instant::now();
        self.say(|| format!("{what} {number} in {:.1} ms", took.as_secs_f64() * 1e3));
    }

    pub(crate) fn finish(self) {
        for line in self.lines.unwrap_or_default() {
            crate::term::print_error(&format!("{line}\n"));
        }
    }
}
