//! What can be done about findings, and about what is written.

use crate::collections::Gather;
use crate::diag::{Applicability, Diagnostic, FileId, SuppressionScope, suppressions};
use crate::lint::{Input, read};
use crate::model::File;
use crate::text::{self, Edit, Span};

/// What an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionKind {
    /// Mends a finding.
    Fix,
    /// Writes a comment that silences a finding, with room for the reason.
    Suppress,
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

/// Each costs a reading of the file, and nobody picks from a longer list.
const SILENCED: usize = 16;

/// What can be done in `span` of a file; `diagnostics` are the findings of that file. Fixes come
/// first, in the order of the findings; those that are only to be read are left out.
pub fn actions(file: &File, diagnostics: &[Diagnostic], span: Span) -> Vec<Action> {
    let touches = |found: &Diagnostic| {
        found.at.file == file.id && found.at.span.start <= span.end && span.start <= found.at.span.end
    };
    let here = || diagnostics.iter().enumerate().filter(|(_, found)| touches(found));
    let mut out: Vec<Action> = here().filter_map(|(index, found)| fix(index, found)).gather();
    for (index, found) in here().take(SILENCED) {
        let action = silence(file, index, found);
        // Two findings of one rule on one line are silenced by one comment.
        out.extend(action.filter(|action| !out.iter().any(|other| other.edits == action.edits)));
    }
    out
}

fn fix(index: usize, found: &Diagnostic) -> Option<Action> {
    let fix = found.fix.as_ref().filter(|fix| fix.applicability != Applicability::Display)?;
    Some(Action {
        title: fix.title.clone(),
        kind: ActionKind::Fix,
        applicability: fix.applicability,
        diagnostic: Some(index),
        edits: fix.edits.clone(),
    })
}

/// Stands where the reason goes.
const REASON: &str = "say why";

/// A comment above the line of a finding; where none can stand there, one for the document.
fn silence(file: &File, index: usize, found: &Diagnostic) -> Option<Action> {
    // Findings about comments are mended, not silenced; and JSON has no comments.
    if matches!(found.rule, "unused-suppression" | "unknown-rule") || file.path.ends_with(".json") {
        return None;
    }
    let line = file.lines().line(found.at.span.start());
    let (edit, reach) = comment(file, line, "ignore", found.rule).map(|edit| (edit, " here")).or_else(|| {
        let documents = file.tree.documents();
        let number = documents.partition_point(|document| document.span.start() <= found.at.span.start());
        let start = documents.get(number.checked_sub(1)?)?.span.start();
        // A comment above `---` belongs to the document before it.
        let marker = file.parsed_text().get(start..).is_some_and(|rest| rest.starts_with("---"));
        let line = file.lines().line(start) + usize::from(marker);
        Some((comment(file, line, "ignore-document", found.rule)?, " in this document"))
    })?;
    Some(Action {
        title: ["Silence ", found.rule, reach, ", with a reason"].concat(),
        kind: ActionKind::Suppress,
        applicability: Applicability::Unsafe,
        diagnostic: Some(index),
        edits: vec![(file.id, edit)],
    })
}

/// A comment on a line of its own above another. `None` where it would not be read as such, as
/// within a text of several lines.
fn comment(file: &File, line: usize, directive: &str, rule: &str) -> Option<Edit> {
    let span = file.lines().span(&file.text, line);
    let text = span.of(&file.text);
    let indent = text.get(..text.len() - text.trim_start_matches([' ', '\t']).len())?;
    let new_line = if file.text.contains("\r\n") { "\r\n" } else { "\n" };
    let written = [indent, "# kubectl-oci: ", directive, "[", rule, "] ", REASON, new_line].concat();
    // A byte-order mark stays the first thing in the text.
    let start = if span.start() == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { span.start() };
    let edit = Edit::insert(start, written);
    let text = text::apply(&file.text, std::slice::from_ref(&edit)).ok()?;
    let after = read(0, Input { path: file.path.clone(), text, role: file.role }, file.variables.clone());
    let reaches = |scope: SuppressionScope| match scope {
        SuppressionScope::Line(at) => directive == "ignore" && at == line + 1,
        SuppressionScope::Document(_) => directive == "ignore-document",
        _ => false,
    };
    let found = suppressions(after.parsed_text(), &after.tree, || after.lines());
    let is_read = found.iter().any(|found| {
        found.span.start() >= start && found.span.start() < start + edit.text.len() && reaches(found.scope)
    });
    let is_whole = after.syntax_errors().count() <= file.syntax_errors().count()
        && after.tree.documents().len() == file.tree.documents().len();
    (is_read && is_whole).then_some(edit)
}
