//! Applying the fixes that diagnostics carry.

use std::collections::BTreeMap;

use crate::diag::{Applicability, Diagnostic, FileId};
use crate::model::File;
use crate::text::{self, Edit};

/// What applying fixes came to.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The new text of each file that changed.
    pub texts: BTreeMap<FileId, String>,
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
pub fn choose_fixes(diagnostics: &[Diagnostic], least: Applicability) -> (BTreeMap<FileId, Vec<Edit>>, usize) {
    let mut edits: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
    let mut chosen = 0;
    for fix in diagnostics.iter().filter_map(|diagnostic| diagnostic.fix.as_ref()) {
        let allowed = fix.applicability <= least && fix.applicability != Applicability::Display;
        let free = |file: &FileId, edit: &Edit| {
            edits.get(file).is_none_or(|taken| taken.iter().all(|other| !touches(other, edit)))
        };
        if !allowed || fix.edits.is_empty() || !fix.edits.iter().all(|(file, edit)| free(file, edit)) {
            continue;
        }
        for (file, edit) in &fix.edits {
            edits.entry(*file).or_default().push(edit.clone());
        }
        chosen += 1;
    }
    (edits, chosen)
}

fn touches(a: &Edit, b: &Edit) -> bool {
    a.span.start <= b.span.end && b.span.start <= a.span.end
}
