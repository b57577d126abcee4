//! Code actions: fixes, suppressions, and all safe fixes of a file at once.

use kubectl_oci_core::diag::{Applicability, Diagnostic, FileId};
use kubectl_oci_core::ide::{self, Action, ActionKind};
use kubectl_oci_core::lint::{self, Fixing, Input, Linter, choose_fixes, read};
use kubectl_oci_core::model::{File, Role};
use kubectl_oci_core::text::{self, Edit, Span};
use lsp_types::{CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams};

use super::convert::{Converter, offset};
use super::documents::path_of;
use super::requests::Stop;
use super::round::{NeedsRest, Round};

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
            out.extend(fix_all(round, converter, index, asked.file, &found, least)?);
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

/// Everything that `fix` would mend in this file.
fn fix_all(
    round: &Round<'_>,
    converter: &Converter<'_>,
    index: usize,
    file: &File,
    found: &[Diagnostic],
    least: usize,
) -> Result<Option<CodeAction>, NeedsRest> {
    let local: Vec<Diagnostic> = found.iter().filter(|found| is_local(found, file.id)).cloned().collect();
    let (mut edits, count) = choose_fixes(&local, Applicability::Safe);
    let Some(mut edits) = edits.swap_remove(&file.id) else { return Ok(None) };
    let Ok(text) = text::apply(&file.text, &edits) else { return Ok(None) };
    let input = Input { path: file.path.clone(), text, role: file.role };
    let new = read(0, input, file.variables.clone());
    // What comes out must not parse worse than what went in.
    if lint::breaks(file, &new) {
        return Ok(None);
    }
    let (text, more) = settled(round, index, file.id, new)?;
    let count = count + more;
    if count < least {
        return Ok(None);
    }
    if more > 0 {
        // Edits of a text that nobody saw cannot be told to the editor: what differs in the end can.
        edits = vec![difference(&file.text, &text)];
    }
    let edits: Vec<(FileId, Edit)> = edits.into_iter().map(|edit| (file.id, edit)).collect();
    Ok(converter.workspace_edit(&edits).map(|edit| CodeAction {
        title: format!("Apply {count} safe fix{}", if count == 1 { "" } else { "es" }),
        kind: Some(FIX_ALL),
        edit: Some(edit),
        ..CodeAction::default()
    }))
}

fn is_local(found: &Diagnostic, file: FileId) -> bool {
    found.fix.as_ref().is_some_and(|fix| fix.edits.iter().all(|(id, _)| *id == file))
}

/// Fixes what the first fixes of a file brought to light, as `fix` does: the text in the end, and how many fixes that were.
/// `file` is what came out of those, read as the only one; `id` is what it has in the set.
fn settled(round: &Round<'_>, index: usize, id: FileId, mut file: File) -> Result<(String, usize), NeedsRest> {
    let mut fixing = Fixing::default();
    let Some(place) = round.files.place(index) else { return Ok((file.text, 0)) };
    // The set is copied only where the file, looked at alone, has something more to fix: what is found with others in view,
    // is found alone as well, though its fix may not be safe.
    let alone = Linter::new(std::slice::from_ref(&file), &place.config.config).check(&file).diagnostics;
    if !alone.iter().any(|found| is_local(found, file.id)) {
        return Ok((file.text, 0));
    }
    let mut files = round.files.all().to_vec();
    file.id = id;
    let mut changed = vec![file];
    loop {
        if let (Some(old), Some(new)) = (files.get_mut(index), changed.pop()) {
            *old = new;
        }
        let mut found = round.check_in(&files, index, &place.config)?;
        found.retain(|found| is_local(found, id));
        match fixing.pass(&files, &found, Applicability::Safe, |file| file) {
            Some(next) => changed = next,
            None => break,
        }
    }
    let text = files.get_mut(index).map(|file| std::mem::take(&mut file.text));
    Ok((text.unwrap_or_default(), fixing.applied))
}

/// The lines that differ, as one edit.
fn difference(old: &str, new: &str) -> Edit {
    let bytes = |lines: &mut dyn Iterator<Item = (&str, &str)>| {
        lines.take_while(|(old, new)| old == new).map(|(line, _)| line.len()).sum::<usize>()
    };
    let start = bytes(&mut old.split_inclusive('\n').zip(new.split_inclusive('\n')));
    let (old, new) = (old.get(start..).unwrap_or_default(), new.get(start..).unwrap_or_default());
    let tail = bytes(&mut old.split_inclusive('\n').rev().zip(new.split_inclusive('\n').rev()));
    let text = new.get(..new.len() - tail).unwrap_or_default();
    Edit::replace(Span::new(start, start + old.len() - tail), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_of_whole_lines() {
        for (old, new, replaced, text) in [
            ("a\nb\nc\n", "a\nx\ny\nc\n", "b\n", "x\ny\n"),
            ("a\r\nb", "a\r\nb\r\n", "b", "b\r\n"),
            ("a\na\n", "a\na\na\n", "", "a\n"),
            ("a\n", "a\n", "", ""),
            ("é\n", "è\n", "é\n", "è\n"),
        ] {
            let edit = difference(old, new);
            assert_eq!((edit.span.of(old), edit.text.as_str()), (replaced, text));
            assert_eq!(text::apply(old, &[edit]).as_deref(), Ok(new));
        }
    }

    #[test]
    fn kinds_are_wanted_with_what_lies_below_them() {
        let is_wanted = |only: &str| is_wanted(Some(&[CodeActionKind::from(only.to_owned())]), &FIX_ALL);
        assert!(["", "source", "source.fixAll", "source.fixAll.kubectl-oci"].into_iter().all(is_wanted));
        assert!(!["quickfix", "source.fix", "source.fixAll.other", "source.fixAll.kubectl"].into_iter().any(is_wanted));
    }
}
