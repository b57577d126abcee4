//! Comments that silence findings, and what is said of such comments.

use crate::diag::{Suppression, SuppressionScope, suppressions};
use crate::model::File;

use super::FileReport;
use super::plan::Plan;

/// Removes the findings that a comment silences and counts them.
pub(super) fn apply(file: &File, _plan: &Plan, report: &mut FileReport) {
    let found = suppressions(file.parsed_text(), &file.tree, file.lines());
    if found.is_empty() {
        return;
    }
    let before = report.diagnostics.len();
    report.diagnostics.retain(|diagnostic| {
        let line = file.lines().line(diagnostic.at.span.start());
        let document = document_of(file, diagnostic.at.span.start());
        !found.iter().any(|suppression| covers(suppression, diagnostic.rule, line, document))
    });
    report.suppressed += before - report.diagnostics.len();
}

fn covers(suppression: &Suppression, rule: &str, line: usize, document: usize) -> bool {
    let reaches = match suppression.scope {
        SuppressionScope::Line(at) => at == line,
        SuppressionScope::Document(at) => at == document,
        SuppressionScope::File => true,
        SuppressionScope::Nowhere => false,
    };
    reaches && (suppression.rules.is_empty() || suppression.rules.iter().any(|(name, _)| name == rule))
}

fn document_of(file: &File, offset: usize) -> usize {
    let documents = file.tree.documents();
    documents.iter().take_while(|document| document.span.start() <= offset).count().saturating_sub(1)
}
