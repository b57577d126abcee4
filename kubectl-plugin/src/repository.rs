//! Whether a finding still stands with the whole repository in view.
//!
//! Hooks name the files of a commit, people a folder. What is missing there may be supplied by a
//! Kustomization that lies elsewhere. So where an error or a warning rests on what was in view, and
//! that was a part of a repository, the rest is read before it is said. Runs without such findings,
//! and those that name the whole repository, read no more than what was named.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubectl_oci_core::config::Config;
use kubectl_oci_core::diag::{Diagnostic, Severity};
use kubectl_oci_core::lint::{FileReport, Input, Linter, read};
use kubectl_oci_core::model::{File, Role};
use rayon::prelude::*;

use crate::check::Checked;
use crate::configs::{Configs, slashes};
use crate::input::{Source, Wanted, gather};

/// Drops what does not stand with the repository in view, and softens what is less certain then.
/// `reports` are those of the files, in their order.
pub(crate) fn confirm(checked: &Checked, reports: &mut [FileReport], configs: &Configs) {
    let mut doubted: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
    for (index, (report, source)) in reports.iter().zip(&checked.sources).enumerate() {
        if report.diagnostics.iter().any(is_doubted)
            && let Some(root) = root_of(source, checked, configs)
        {
            doubted.entry(root).or_default().push(index);
        }
    }
    for (root, files) in doubted {
        let Some(whole) = Repository::read(&root, &files, checked, configs) else { continue };
        for (index, confirmed) in whole.check(&files, checked) {
            let Some(report) = reports.get_mut(index) else { continue };
            report.diagnostics.retain_mut(|found| !is_doubted(found) || stands(found, &confirmed));
        }
    }
}

pub(crate) fn is_doubted(found: &Diagnostic) -> bool {
    found.rests_on_set && found.severity > Severity::Info
}

/// Whether a finding is among those of the whole repository; it is no more severe than there.
pub(crate) fn stands(found: &mut Diagnostic, confirmed: &[Diagnostic]) -> bool {
    let same = |other: &&Diagnostic| other.rule == found.rule && other.at.span == found.at.span;
    let Some(other) = confirmed.iter().filter(same).max_by_key(|other| other.severity) else { return false };
    if other.severity < found.severity {
        found.severity = other.severity;
        found.why.clone_from(&other.why);
        found.help.clone_from(&other.help);
    }
    true
}

/// The root of the repository that a file lies in, where not all of that was named.
fn root_of(source: &Source, checked: &Checked, configs: &Configs) -> Option<PathBuf> {
    let path = source.place(configs)?;
    let root = path.ancestors().skip(1).find(|above| above.join(".git").exists())?;
    let is_named = |folder: &PathBuf| root.starts_with(folder);
    (!checked.folders.iter().any(is_named)).then(|| root.to_owned())
}

/// A repository, its paths as they are seen from its root: first the files of the run, then the rest.
struct Repository {
    root: PathBuf,
    files: Vec<File>,
}

impl Repository {
    fn read(root: &Path, doubted: &[usize], checked: &Checked, configs: &Configs) -> Option<Self> {
        let place = |source: &Source| source.place(configs);
        let inside = |source: &Source| Some(place(source)?.strip_prefix(root).ok()?.to_owned());
        // Hidden folders are walked where one of them is what this is about.
        let hidden =
            doubted.iter().filter_map(|index| inside(checked.sources.get(*index)?)).any(|path| is_hidden(&path));
        let paths = [root.to_owned()];
        let wanted = Wanted { paths: &paths, with: &[], markdown: false, hidden, stdin_filename: None };
        let mut rest = gather(&wanted, configs).ok()?.sources;
        let known: BTreeSet<PathBuf> = checked.sources.iter().filter_map(place).collect();
        rest.retain(|source| place(source).is_some_and(|place| !known.contains(&place)));
        let variables: Vec<_> = configs.all().iter().map(|found| Arc::new(found.config.substitute.clone())).collect();
        let of_run = checked.files.iter().zip(&checked.sources).map(|(file, source)| {
            let (path, role) = match inside(source) {
                Some(path) => (slashes(&path), Role::Named),
                None => (file.path.clone(), file.role),
            };
            (Input { path, text: file.text.clone(), role }, file.variables.clone())
        });
        let rest: Vec<_> = rest
            .par_iter()
            .filter_map(|source| {
                let input = Input { path: slashes(&inside(source)?), text: source.read().ok()?, role: Role::Named };
                Some((input, variables.get(source.config.index).cloned().unwrap_or_default()))
            })
            .collect();
        let inputs: Vec<_> = of_run.chain(rest).collect();
        let files = inputs.into_par_iter().enumerate().map(|(at, (input, variables))| read(at, input, variables));
        Some(Self { root: root.to_owned(), files: files.collect() })
    }

    /// What is found in some files of the run.
    fn check(&self, doubted: &[usize], checked: &Checked) -> Vec<(usize, Vec<Diagnostic>)> {
        let mut out = Vec::new();
        for (number, found) in checked.configs.iter().enumerate() {
            let of_config =
                |index: &&usize| checked.sources.get(**index).is_some_and(|source| source.config.index == number);
            let files: Vec<usize> = doubted.iter().filter(of_config).copied().collect();
            if files.is_empty() {
                continue;
            }
            let config = Config { current: slashes(&self.root), ..found.config.clone() };
            let linter = Linter::new(&self.files, &config);
            out.extend(
                files.iter().filter_map(|index| Some((*index, linter.check(self.files.get(*index)?).diagnostics))),
            );
        }
        out
    }
}

pub(crate) fn is_hidden(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."))
}
