//! What can be done about findings, and about what is written.

use crate::diag::{Applicability, Diagnostic, FileId};
use crate::lint::Linter;
use crate::model::File;
use crate::text::{Edit, Span};

/// What an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionKind {
    /// Mends a finding.
    Fix,
    /// Writes a comment that silences a finding, with room for the reason.
    Suppress,
    /// Rewrites what is no mistake: moves off an old API, say.
    Rewrite,
}

/// An edit with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What it does, as a command: "Replace by …".
    pub title: String,
    /// What it is.
    pub kind: ActionKind,
    /// How certain it is.
    pub applicability: Applicability,
    /// The finding it is about, as its position in what was handed in.
    pub diagnostic: Option<usize>,
    /// What it does to the text of each file.
    pub edits: Vec<(FileId, Edit)>,
}

/// What can be done in `span` of a file; `diagnostics` are the findings of that file.
pub fn actions<'a>(_linter: &Linter<'a>, _file: &'a File, diagnostics: &[Diagnostic], span: Span) -> Vec<Action> {
    let touches = |found: &Diagnostic| found.at.span.start <= span.end && span.start <= found.at.span.end;
    let fixes = diagnostics.iter().enumerate().filter(|(_, found)| touches(found));
    fixes
        .filter_map(|(index, found)| {
            let fix = found.fix.as_ref()?;
            Some(Action {
                title: fix.title.clone(),
                kind: ActionKind::Fix,
                applicability: fix.applicability,
                diagnostic: Some(index),
                edits: fix.edits.clone(),
            })
        })
        .collect()
}
