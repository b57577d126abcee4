// From the core's answers to VS Code's objects. `vscode` is handed in, so that Node can test it.

/** Lines and columns count from 1 there, from 0 here; both count UTF-16. */
export function range(vscode, at) {
  const { start, end } = at;
  return new vscode.Range(start.line - 1, start.column - 1, end.line - 1, end.column - 1);
}

export function place(position) {
  return { line: position.line + 1, column: position.character + 1 };
}

const DEPRECATED = new Set(['api-version-removed', 'oci-helmrepository-legacy']);
const UNNECESSARY = new Set([
  'ignore-has-no-effect-with-copy',
  'provider-ignored-by-sa-pull-secrets',
  'provider-ignored-by-secret',
  'ref-semver-shadows-tag',
  'unused-suppression',
  'verify-identity-ignored',
  'verify-trusted-root-ignored',
]);

/** A finding. `uriOf` gives the address of a path. */
export function diagnostic(vscode, found, uriOf) {
  const words = [found.message, found.why, found.help && `help: ${found.help}`].filter(Boolean);
  const severity = {
    error: vscode.DiagnosticSeverity.Error,
    warning: vscode.DiagnosticSeverity.Warning,
    info: vscode.DiagnosticSeverity.Information,
  }[found.severity];
  const out = new vscode.Diagnostic(range(vscode, found.range), words.join('\n'), severity);
  out.source = 'kubectl-oci';
  out.code = found.url ? { value: found.rule, target: vscode.Uri.parse(found.url) } : found.rule;
  const isMain = (label) => label.path === found.path && label.range.start.offset === found.range.start.offset;
  out.relatedInformation = found.labels
    .filter((label) => !isMain(label))
    .map((label) => {
      const at = new vscode.Location(uriOf(label.path), range(vscode, label.range));
      return new vscode.DiagnosticRelatedInformation(at, label.message);
    });
  if (DEPRECATED.has(found.rule)) out.tags = [vscode.DiagnosticTag.Deprecated];
  if (UNNECESSARY.has(found.rule)) out.tags = [vscode.DiagnosticTag.Unnecessary];
  return out;
}

export function hover(vscode, answer) {
  return answer && new vscode.Hover(new vscode.MarkdownString(answer.markdown), range(vscode, answer.range));
}

/** `text` is what the offsets of the answer count in. */
export function completions(vscode, answer, text) {
  const kinds = vscode.CompletionItemKind;
  const kind = { field: kinds.Field, value: kinds.Value, reference: kinds.Reference, snippet: kinds.Snippet };
  const items = answer.map((found, number) => {
    const item = new vscode.CompletionItem(found.label, kind[found.kind]);
    item.detail = found.detail ?? undefined;
    item.documentation = found.documentation ? new vscode.MarkdownString(found.documentation) : undefined;
    item.insertText = found.edit.text;
    item.range = range(vscode, found.edit.range);
    item.sortText = String(number).padStart(5, '0');
    // Lines bring their own indentation.
    item.keepWhitespace = found.edit.text.includes('\n') || undefined;
    // What stands where the edit begins is compared with the label, a quote included.
    const first = text[found.edit.range.start.offset];
    if (first === '"' || first === "'") item.filterText = first + found.label;
    return item;
  });
  return new vscode.CompletionList(items, true);
}

/** Edits of files as one change, all or none. */
export function workspaceEdit(vscode, edits, uriOf) {
  const out = new vscode.WorkspaceEdit();
  for (const edit of edits) out.replace(uriOf(edit.path), range(vscode, edit.range), edit.text);
  return out;
}

/** `diagnostics` are those of the file, at the positions that actions name. */
export function actions(vscode, answer, diagnostics, uriOf) {
  const rank = { fix: 0, suppress: 1, rewrite: 2 };
  return answer
    .filter((action) => action.applicability !== 'display')
    .sort((a, b) => rank[a.kind] - rank[b.kind] || Number(a.applicability !== 'safe') - Number(b.applicability !== 'safe'))
    .map((action) => {
      const out = new vscode.CodeAction(action.title, vscode.CodeActionKind.QuickFix);
      out.edit = workspaceEdit(vscode, action.edits, uriOf);
      out.isPreferred = (action.kind === 'fix' && action.applicability === 'safe') || undefined;
      if (action.diagnostic !== null && diagnostics[action.diagnostic]) out.diagnostics = [diagnostics[action.diagnostic]];
      return out;
    });
}

export function symbols(vscode, answer) {
  return answer.map((found) => {
    const kind = found.kind === 'object' ? vscode.SymbolKind.Object : vscode.SymbolKind.Field;
    const name = found.name.trim() || found.detail || '(no name)';
    const [whole, selection] = [range(vscode, found.range), range(vscode, found.selection)];
    const out = new vscode.DocumentSymbol(name, found.detail, kind, whole, selection);
    out.children = symbols(vscode, found.children);
    return out;
  });
}

export function locations(vscode, answer, uriOf) {
  return answer.map((found) => new vscode.Location(uriOf(found.path), range(vscode, found.range)));
}
