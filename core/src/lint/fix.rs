//! Applying the fixes that diagnostics carry.

use crate::collections::{Gather, IndexMap, IndexSet};
use crate::compat::go::json::Json;
use crate::diag::{Applicability, Diagnostic, FileId};
use crate::model::{File, Role};
use crate::text::{self, Edit, Span};

use super::{Input, read};

/// How often fixes are applied to what fixes made. More is a rule that argues with itself.
const MAX_PASSES: usize = 10;

/// What applying fixes came to.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The new text of each file that changed.
    pub texts: IndexMap<FileId, String>,
    /// How many fixes were applied.
    pub applied: usize,
}

/// Applies as many fixes as do not touch each other, in the order of the diagnostics; the rest
/// waits for the next pass over the new text. `least` is the least certain fix to apply;
/// [`Applicability::Display`] ones never are.
pub fn apply_fixes(files: &[File], diagnostics: &[Diagnostic], least: Applicability) -> Fixed {
    let (edits, applied) = choose_fixes(diagnostics, least);
    let mut out = Fixed { applied, ..Fixed::default() };
    for (id, edits) in edits {
        let Some(file) = files.get(id.0 as usize) else { continue };
        if let Ok(text) = text::apply(&file.text, &edits)
            && text != file.text
        {
            out.texts.insert(id, text);
        }
    }
    out
}

/// The edits of those fixes that [`apply_fixes`] would apply, by file, and how many fixes that are.
pub fn choose_fixes(diagnostics: &[Diagnostic], least: Applicability) -> (IndexMap<FileId, Vec<Edit>>, usize) {
    let mut edits: IndexMap<FileId, Vec<Edit>> = IndexMap::new();
    // By file, in order. Those chosen lie apart from each other, so that the last one that begins before another's end
    // tells of all.
    let mut taken: IndexMap<FileId, Vec<Span>> = IndexMap::new();
    let mut chosen = 0;
    for fix in diagnostics.iter().filter_map(|diagnostic| diagnostic.fix.as_ref()) {
        let allowed = fix.applicability <= least && fix.applicability != Applicability::Display;
        let is_free = |(file, edit): &(FileId, Edit)| {
            let taken = taken.get(file).map_or(&[][..], Vec::as_slice);
            let behind = taken.partition_point(|before| before.start <= edit.span.end);
            let before = behind.checked_sub(1).and_then(|last| taken.get(last));
            before.is_none_or(|before| before.end < edit.span.start)
        };
        if !allowed || fix.edits.is_empty() || !fix.edits.iter().all(is_free) {
            continue;
        }
        for (file, edit) in &fix.edits {
            let taken = taken.or_default(*file);
            taken.insert(taken.partition_point(|before| before.start <= edit.span.start), edit.span);
            edits.or_default(*file).push(edit.clone());
        }
        chosen += 1;
    }
    (edits, chosen)
}

/// Fixing in passes: each applies what it can and the caller checks again, until nothing changes.
#[derive(Debug, Default)]
pub struct Fixing {
    /// The texts before, of those files that changed, by their positions.
    pub originals: IndexMap<usize, String>,
    /// How many fixes were applied.
    pub applied: usize,
    /// Files that a fix would have broken: nothing more is done to them.
    pub refused: IndexSet<usize>,
    passes: usize,
}

impl Fixing {
    /// Applies fixes to the files that were named, in memory. `diagnostics` is what was found in the files as they are,
    /// `least` the least certain fix to apply; `prepare` does to a file that was read again what the caller did to it.
    /// Returns the files that take the place of those of their ids, after which the set is to be checked again; `None`
    /// where nothing is left to do.
    pub fn pass(
        &mut self,
        files: &[File],
        diagnostics: &[Diagnostic],
        least: Applicability,
        prepare: impl Fn(File) -> File,
    ) -> Option<Vec<File>> {
        let wanted = diagnostics.iter().filter(|found| self.may_fix(files, found));
        let wanted: Vec<Diagnostic> = wanted.cloned().gather();
        let fixed = apply_fixes(files, &wanted, least);
        if fixed.texts.is_empty() || self.passes == MAX_PASSES {
            return None;
        }
        self.passes += 1;
        let mut changed: Vec<(usize, &File, File)> = Vec::new();
        for (id, text) in fixed.texts {
            let index = id.0 as usize;
            let Some(old) = files.get(index) else { continue };
            let input = Input { path: old.path.clone(), text, role: old.role };
            changed.push((index, old, prepare(read(index, input, old.variables.clone()))));
        }
        let broken = changed.iter().filter(|(_, old, new)| breaks(old, new)).map(|(index, ..)| *index);
        let refused = self.refused.len();
        self.refused.extend(broken);
        if self.refused.len() > refused {
            // Never a file that does not parse any more: once again without the fixes that touch it.
            return Some(Vec::new());
        }
        self.applied += fixed.applied;
        let replace = |(index, old, new): (usize, &File, File)| {
            self.originals.or_insert_with(index, || old.text.clone());
            new
        };
        Some(changed.into_iter().map(replace).gather())
    }

    fn may_fix(&self, files: &[File], found: &Diagnostic) -> bool {
        let is_ours = |id: FileId| {
            let index = id.0 as usize;
            files.get(index).is_some_and(|file| file.role == Role::Named) && !self.refused.contains(&index)
        };
        found.fix.as_ref().is_some_and(|fix| fix.edits.iter().all(|(file, _)| is_ours(*file)))
    }
}

/// True where a file parses worse than before it was fixed: nobody wants that fix.
pub fn breaks(old: &File, new: &File) -> bool {
    // JSON is YAML, but YAML is not JSON: a file of that name stays what it is.
    let is_json = |file: &File| file.path.ends_with(".json") && Json::parse(&file.text).is_ok();
    new.syntax_errors().count() > old.syntax_errors().count() || is_json(old) && !is_json(new)
}
