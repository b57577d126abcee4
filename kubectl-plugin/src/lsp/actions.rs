//! Code actions: fixes, suppressions, and all safe fixes of a file at once.

use kubectl_oci_core::diag::{Applicability, Diagnostic, FileId};
use kubectl_oci_core::ide::{self, Action, ActionKind};
use kubectl_oci_core::lint::{self, Input, choose_fixes, read};
use kubectl_oci_core::model::{File, Role};
use kubectl_oci_core::text::{self, Edit, Span};
use lsp_types::{CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams};

use super::convert::{Converter, offset};
use super::documents::path_of;
use super::requests::Stop;
use super::round::Round;

/// All safe fixes of a file.
pub(super) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.kubectl-oci");

/// `textDocument/codeAction`
pub(super) fn code_actions(
    round: &Round<'_>,
    converter: &Converter<'_>,
    params: &CodeActionParams,
) -> Result<Vec<CodeActionOrCommand>, Stop> {
    let only = params.context.only.as_deref();
    let path = path_of(&params.text_document.uri);
    let answer = round.ask(&path, |asked| {
        let Some(index) = asked.index.filter(|_| asked.file.role == Role::Named) else { return Ok(Vec::new()) };
        let found = round.report(index)?;
        let place = |at| offset(asked.file, at, converter.encoding);
        let span = Span::new(place(params.range.start), place(params.range.end));
        let mut out = Vec::new();
        if is_wanted(only, &CodeActionKind::QUICKFIX) {
            let mut actions = ide::actions(asked.file, &found, span);
            // The certain ones first, as editors list them in this order.
            actions.sort_by_key(|action| (action.kind as u8, action.applicability));
            out.extend(actions.iter().filter_map(|action| converted(converter, asked.file, &found, action)));
        }
        if is_wanted(only, &FIX_ALL) {
            // Where the editor shows a list, one fix of one finding stands in it already.
            let least = if only.is_some() { 1 } else { 2 };
            out.extend(fix_all(converter, asked.file, &found, least));
        }
        Ok(out.into_iter().map(CodeActionOrCommand::CodeAction).collect())
    });
    answer.unwrap_or_else(|| Ok(Vec::new()))
}

/// Kinds are a hierarchy: who asks for `source` gets `source.fixAll` too.
fn is_wanted(only: Option<&[CodeActionKind]>, kind: &CodeActionKind) -> bool {
    only.is_none_or(|only| {
        only.iter().any(|wanted| {
            let rest = kind.as_str().strip_prefix(wanted.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || wanted.as_str().is_empty())
        })
    })
}

fn converted(converter: &Converter<'_>, file: &File, found: &[Diagnostic], action: &Action) -> Option<CodeAction> {
    let may_edit = |id: FileId| converter.files.own().get(id.0 as usize).is_some_and(|file| file.role == Role::Named);
    if action.applicability == Applicability::Display || !action.edits.iter().all(|(id, _)| may_edit(*id)) {
        return None;
    }
    let is_safe_fix = action.kind == ActionKind::Fix && action.applicability == Applicability::Safe;
    let about = action.diagnostic.and_then(|index| found.get(index));
    Some(CodeAction {
        title: action.title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: about.map(|about| vec![converter.diagnostic(file, about)]),
        edit: Some(converter.workspace_edit(&action.edits)?),
        is_preferred: (is_safe_fix && converter.abilities.preferred_actions).then_some(true),
        ..CodeAction::default()
    })
}

/// Everything that `fix` would mend in this file in one go.
fn fix_all(converter: &Converter<'_>, file: &File, found: &[Diagnostic], least: usize) -> Option<CodeAction> {
    let is_local =
        |found: &&Diagnostic| found.fix.as_ref().is_some_and(|fix| fix.edits.iter().all(|(id, _)| *id == file.id));
    let local: Vec<Diagnostic> = found.iter().filter(is_local).cloned().collect();
    let (mut edits, count) = choose_fixes(&local, Applicability::Safe);
    let edits = edits.remove(&file.id)?;
    if count < least || would_break(file, &edits) {
        return None;
    }
    let edits: Vec<(FileId, Edit)> = edits.into_iter().map(|edit| (file.id, edit)).collect();
    Some(CodeAction {
        title: format!("Apply {count} safe fix{}", if count == 1 { "" } else { "es" }),
        kind: Some(FIX_ALL),
        edit: Some(converter.workspace_edit(&edits)?),
        ..CodeAction::default()
    })
}

/// Whether what comes out would parse worse than what went in.
fn would_break(file: &File, edits: &[Edit]) -> bool {
    let Ok(text) = text::apply(&file.text, edits) else { return true };
    let input = Input { path: file.path.clone(), text, role: file.role };
    lint::breaks(file, &read(0, input, file.variables.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_wanted_with_what_lies_below_them() {
        let is_wanted = |only: &str| is_wanted(Some(&[CodeActionKind::from(only.to_owned())]), &FIX_ALL);
        assert!(["", "source", "source.fixAll", "source.fixAll.kubectl-oci"].into_iter().all(is_wanted));
        assert!(!["quickfix", "source.fix", "source.fixAll.other", "source.fixAll.kubectl"].into_iter().any(is_wanted));
    }
}
