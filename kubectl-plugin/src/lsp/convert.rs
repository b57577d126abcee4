//! From the core's types to those of the protocol.

// Addresses are looked up by their text, which nothing changes.
#![allow(clippy::mutable_key_type)]

use std::collections::{BTreeMap, HashMap};

use kubectl_oci_core::diag::{Diagnostic, FileId, Label, Location, Severity};
use kubectl_oci_core::model::File;
use kubectl_oci_core::rules;
use kubectl_oci_core::text::{Edit, Encoding, Position, Span};
use lsp_types::{
    CodeDescription, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, DocumentChanges, NumberOrString,
    OneOf, OptionalVersionedTextDocumentIdentifier, Range, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};

use super::client::Abilities;
use super::documents::Documents;
use super::files::Files;
use super::uri;

/// What findings are said to come from.
pub(super) const SOURCE: &str = "kubectl-oci";

/// What a conversion needs to know.
#[derive(Clone, Copy)]
pub(super) struct Converter<'a> {
    pub(super) files: &'a Files,
    pub(super) documents: &'a Documents,
    pub(super) encoding: Encoding,
    pub(super) abilities: Abilities,
}

/// A span as lines and columns.
pub(super) fn range(file: &File, span: Span, encoding: Encoding) -> Range {
    Range { start: position(file, span.start(), encoding), end: position(file, span.end(), encoding) }
}

fn position(file: &File, offset: usize, encoding: Encoding) -> lsp_types::Position {
    let number = |number| u32::try_from(number).unwrap_or(u32::MAX);
    let Position { line, column } = file.lines().of_editor(&file.text).position(&file.text, offset, encoding);
    lsp_types::Position { line: number(line), character: number(column) }
}

/// A place as a byte of the text.
pub(super) fn offset(file: &File, at: lsp_types::Position, encoding: Encoding) -> usize {
    let position = Position { line: at.line as usize, column: at.character as usize };
    file.lines().of_editor(&file.text).offset(&file.text, position, encoding)
}

impl<'a> Converter<'a> {
    pub(super) fn range(&self, file: &File, span: Span) -> Range {
        range(file, span, self.encoding)
    }

    /// The file of an id, and its address as the editor writes it.
    fn file(&self, id: FileId) -> Option<(&'a File, Uri)> {
        let index = id.0 as usize;
        let file = self.files.all().get(index)?;
        let path = &self.files.place(index)?.path;
        let uri = match self.documents.get(path) {
            Some(document) => document.uri.clone(),
            None => uri::from_path(path)?,
        };
        Some((file, uri))
    }

    pub(super) fn location(&self, at: Location) -> Option<lsp_types::Location> {
        let (file, uri) = self.file(at.file)?;
        Some(lsp_types::Location { uri, range: self.range(file, at.span) })
    }

    /// A finding of a file.
    pub(super) fn diagnostic(&self, file: &File, found: &Diagnostic) -> lsp_types::Diagnostic {
        let rule = rules::rule(found.rule);
        let mut message = found.message.clone();
        for (before, text) in [("", &found.why), ("help: ", &found.help)] {
            if let Some(text) = text {
                message.push('\n');
                message.push_str(before);
                message.push_str(text);
            }
        }
        let is_main = |label: &&Label| label.at == found.at;
        let related: Vec<_> =
            found.labels.iter().filter(|label| !is_main(label)).filter_map(|label| self.related(label)).collect();
        lsp_types::Diagnostic {
            range: self.range(file, found.at.span),
            severity: Some(severity(found.severity)),
            code: Some(NumberOrString::String(found.rule.to_owned())),
            code_description: rule.and_then(|rule| Some(CodeDescription { href: rule.url().parse().ok()? })),
            source: Some(SOURCE.to_owned()),
            message,
            related_information: (self.abilities.related_information && !related.is_empty()).then_some(related),
            tags: tag(found.rule).filter(|_| self.abilities.tags).map(|tag| vec![tag]),
            data: None,
        }
    }

    fn related(&self, label: &Label) -> Option<DiagnosticRelatedInformation> {
        Some(DiagnosticRelatedInformation { location: self.location(label.at)?, message: label.message.clone() })
    }

    /// An edit of one file's text.
    pub(super) fn edit(&self, file: &File, edit: &Edit) -> TextEdit {
        TextEdit { range: self.range(file, edit.span), new_text: edit.text.clone() }
    }

    /// Edits of files of the set. `None` where one of them cannot be edited.
    pub(super) fn workspace_edit(&self, edits: &[(FileId, Edit)]) -> Option<WorkspaceEdit> {
        let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
        for (id, edit) in edits {
            by_file.entry(*id).or_default().push(edit);
        }
        let mut changes = Vec::new();
        for (id, mut edits) in by_file {
            let (file, uri) = self.file(id)?;
            edits.sort();
            changes.push((uri, self.version(id), edits.iter().map(|edit| self.edit(file, edit)).collect::<Vec<_>>()));
        }
        Some(self.changes(changes))
    }

    /// The version of a text that is open.
    fn version(&self, id: FileId) -> Option<i32> {
        Some(self.documents.get(&self.files.place(id.0 as usize)?.path)?.version)
    }

    /// Edits as the editor takes them.
    pub(super) fn changes(&self, changes: Vec<(Uri, Option<i32>, Vec<TextEdit>)>) -> WorkspaceEdit {
        if !self.abilities.document_changes {
            let changes: HashMap<_, _> = changes.into_iter().map(|(uri, _, edits)| (uri, edits)).collect();
            return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
        }
        let of_file = |(uri, version, edits): (Uri, Option<i32>, Vec<TextEdit>)| TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
            edits: edits.into_iter().map(OneOf::Left).collect(),
        };
        let changes = DocumentChanges::Edits(changes.into_iter().map(of_file).collect());
        WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
    }
}

pub(super) fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
    }
}

/// What is struck out or greyed where it stands.
fn tag(rule: &str) -> Option<DiagnosticTag> {
    match rule {
        "api-version-removed" | "oci-helmrepository-legacy" => Some(DiagnosticTag::DEPRECATED),
        "ignore-has-no-effect-with-copy"
        | "provider-ignored-by-sa-pull-secrets"
        | "provider-ignored-by-secret"
        | "ref-semver-shadows-tag"
        | "unused-suppression"
        | "verify-identity-ignored"
        | "verify-trusted-root-ignored" => Some(DiagnosticTag::UNNECESSARY),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tagged_rules_exist() {
        let tagged = rules::RULES.iter().filter(|rule| tag(rule.id).is_some()).count();
        assert_eq!(tagged, 9);
    }
}
