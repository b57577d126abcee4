//! Findings, sent when something changed or when asked for.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use kubectl_oci_core::diag::Diagnostic;
use kubectl_oci_core::model::Role;
use kubectl_oci_core::text::LineIndex;
use lsp_types::notification::PublishDiagnostics;
use lsp_types::{
    DiagnosticSeverity, DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    FullDocumentDiagnosticReport, NumberOrString, PublishDiagnosticsParams, RelatedFullDocumentDiagnosticReport,
    RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport, Uri, WorkspaceDiagnosticParams,
    WorkspaceDiagnosticReport, WorkspaceDiagnosticReportResult, WorkspaceDocumentDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport, WorkspaceUnchangedDocumentDiagnosticReport,
};
use rayon::prelude::*;

use super::client::{Client, Fault};
use super::convert::{Converter, SOURCE, severity};
use super::documents::path_of;
use super::files::Spot;
use super::inbox::Inbox;
use super::requests::Stop;
use super::round::{NeedsRest, Round};
use super::uri;
use crate::error::RefusedConfig;

/// How many files are checked between two looks at what came meanwhile.
const SLICE: usize = 256;

/// How many findings of a file are shown. No editor does well with more, and all of them may be many times as long as the text.
const MOST: usize = 1000;

/// What was sent, so that nothing is sent twice.
#[derive(Debug, Default)]
pub(super) struct Publisher {
    /// Something changed since.
    pub(super) is_dirty: bool,
    /// By path, what was sent for which version.
    sent: BTreeMap<PathBuf, (i32, String)>,
}

/// The findings of a file as the editor shows them; none for what belongs to no set.
fn of_path(round: &Round<'_>, converter: &Converter<'_>, path: &Path) -> Result<Vec<lsp_types::Diagnostic>, NeedsRest> {
    let Some(Spot::Set(index)) = round.files.find(path) else { return Ok(Vec::new()) };
    let found = round.report(index)?;
    Ok(converted(round, converter, index, &found))
}

fn converted(
    round: &Round<'_>,
    converter: &Converter<'_>,
    index: usize,
    found: &[Diagnostic],
) -> Vec<lsp_types::Diagnostic> {
    let Some(file) = round.files.all().get(index) else { return Vec::new() };
    let (shown, rest) = found.split_at(found.len().min(MOST));
    let mut out: Vec<_> = shown.iter().map(|found| converter.diagnostic(file, found)).collect();
    if let (Some(next), Some(worst)) = (rest.first(), rest.iter().map(|found| found.severity).max()) {
        out.push(lsp_types::Diagnostic {
            range: converter.range(file, next.at.span),
            severity: Some(severity(worst)),
            source: Some(SOURCE.to_owned()),
            message: format!("and {} more from here on: `kubectl oci lint` lists them all", rest.len()),
            ..lsp_types::Diagnostic::default()
        });
    }
    out
}

/// A name for just these findings.
fn result_id(items: &[lsp_types::Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(items).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

impl Publisher {
    /// Sends the findings of every open text that are not known there. Stops where a text is about to change.
    pub(super) fn publish(
        &mut self,
        round: &Round<'_>,
        converter: &Converter<'_>,
        client: &Client,
        inbox: &mut Inbox,
    ) -> Result<(), NeedsRest> {
        self.is_dirty = false;
        if client.abilities.pulls {
            return Ok(());
        }
        for (path, document) in converter.documents.iter() {
            if inbox.has_edits() {
                self.is_dirty = true;
                return Ok(());
            }
            let diagnostics = of_path(round, converter, path)?;
            let id = result_id(&diagnostics);
            let is_known =
                self.sent.get(path).is_some_and(|(version, known)| *version == document.version && *known == id);
            if !is_known {
                self.sent.insert(path.clone(), (document.version, id));
                let (uri, version) = (document.uri.clone(), Some(document.version));
                client.notify::<PublishDiagnostics>(PublishDiagnosticsParams { uri, diagnostics, version });
            }
        }
        Ok(())
    }

    /// Takes findings back from the screen.
    pub(super) fn forget(&mut self, path: &Path, uri: Uri, client: &Client) {
        if self.sent.remove(path).is_some() {
            client.notify::<PublishDiagnostics>(PublishDiagnosticsParams {
                uri,
                diagnostics: Vec::new(),
                version: None,
            });
        }
    }
}

/// Shows in a configuration what is wrong with it; with `None` that nothing is any more.
pub(super) fn publish_config(path: &Path, refused: Option<&RefusedConfig>, client: &Client) {
    let Some(uri) = uri::from_path(path) else { return };
    let diagnostics = refused.map(|refused| {
        let lines = LineIndex::new(&refused.text);
        let place = |offset: usize| {
            let position = lines.position(&refused.text, offset, client.encoding);
            let number = |number| u32::try_from(number).unwrap_or(u32::MAX);
            lsp_types::Position { line: number(position.line), character: number(position.column) }
        };
        let span = refused.error.span;
        let help = refused.error.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        lsp_types::Diagnostic {
            range: lsp_types::Range { start: place(span.start()), end: place(span.end()) },
            severity: Some(DiagnosticSeverity::ERROR),
            code: Some(NumberOrString::String("configuration".to_owned())),
            source: Some(SOURCE.to_owned()),
            message: format!("{}{help}", refused.error.message),
            ..lsp_types::Diagnostic::default()
        }
    });
    let diagnostics = diagnostics.into_iter().collect();
    client.notify::<PublishDiagnostics>(PublishDiagnosticsParams { uri, diagnostics, version: None });
}

/// `textDocument/diagnostic`
pub(super) fn document(
    round: &Round<'_>,
    converter: &Converter<'_>,
    params: &DocumentDiagnosticParams,
) -> Result<DocumentDiagnosticReportResult, Stop> {
    let items = of_path(round, converter, &path_of(&params.text_document.uri))?;
    let id = result_id(&items);
    let report = if params.previous_result_id.as_ref() == Some(&id) {
        DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id: id },
        })
    } else {
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(id), items },
        })
    };
    Ok(DocumentDiagnosticReportResult::Report(report))
}

/// `workspace/diagnostic`: every file with findings, and those that had some.
pub(super) fn workspace(
    round: &Round<'_>,
    converter: &Converter<'_>,
    params: WorkspaceDiagnosticParams,
    inbox: &mut Inbox,
) -> Result<WorkspaceDiagnosticReportResult, Stop> {
    let mut previous: BTreeMap<PathBuf, (Uri, String)> = BTreeMap::new();
    for known in params.previous_result_ids {
        previous.insert(path_of(&known.uri), (known.uri, known.value));
    }
    let mut items = Vec::new();
    let numbers: Vec<usize> = (0..round.files.own().len()).collect();
    for slice in numbers.chunks(SLICE) {
        if inbox.is_cancelled() {
            return Err(Fault::cancelled().into());
        }
        for (index, found) in check(round, slice)? {
            let Some(place) = round.files.place(index) else { continue };
            let known = previous.remove(&place.path);
            let diagnostics = converted(round, converter, index, &found);
            if diagnostics.is_empty() && known.is_none() {
                continue;
            }
            let open = converter.documents.get(&place.path);
            let uri = known.as_ref().map(|(uri, _)| uri.clone()).or_else(|| uri::from_path(&place.path));
            let Some(uri) = open.map(|document| document.uri.clone()).or(uri) else { continue };
            let version = open.map(|document| i64::from(document.version));
            items.push(report(uri, version, diagnostics, known.map(|(_, id)| id)));
        }
    }
    // What is gone has no findings.
    items.extend(previous.into_values().map(|(uri, id)| report(uri, None, Vec::new(), Some(id))));
    Ok(WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport { items }))
}

/// Checks some files, side by side.
fn check(round: &Round<'_>, slice: &[usize]) -> Result<Vec<(usize, Vec<Diagnostic>)>, NeedsRest> {
    let jobs: Vec<_> = slice
        .iter()
        .filter_map(|index| {
            let (file, place) = (round.files.own().get(*index)?, round.files.place(*index)?);
            let linter = round.linter(&place.config).filter(|_| file.role == Role::Named)?;
            Some((*index, file, place, linter))
        })
        .collect();
    let found: Vec<Vec<Diagnostic>> =
        jobs.par_iter().with_min_len(16).map(|(_, file, _, linter)| linter.check(file).diagnostics).collect();
    let mut out = Vec::with_capacity(jobs.len());
    for ((index, file, place, _), mut found) in jobs.into_iter().zip(found) {
        round.confirm(index, file, &place.config, &mut found)?;
        out.push((index, found));
    }
    Ok(out)
}

fn report(
    uri: Uri,
    version: Option<i64>,
    items: Vec<lsp_types::Diagnostic>,
    known: Option<String>,
) -> WorkspaceDocumentDiagnosticReport {
    let id = result_id(&items);
    if known.as_ref() == Some(&id) {
        let unchanged_document_diagnostic_report = UnchangedDocumentDiagnosticReport { result_id: id };
        return WorkspaceDocumentDiagnosticReport::Unchanged(WorkspaceUnchangedDocumentDiagnosticReport {
            uri,
            version,
            unchanged_document_diagnostic_report,
        });
    }
    let full_document_diagnostic_report = FullDocumentDiagnosticReport { result_id: Some(id), items };
    WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
        uri,
        version,
        full_document_diagnostic_report,
    })
}
