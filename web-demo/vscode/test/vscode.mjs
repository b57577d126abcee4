// As much of VS Code as the conversion makes use of.

class Plain {
  constructor(...values) {
    this.constructor.fields.forEach((name, index) => (this[name] = values[index]));
  }
}

const plain = (...fields) => class extends Plain { static fields = fields; };

export const Range = plain('startLine', 'startCharacter', 'endLine', 'endCharacter');
export const Diagnostic = plain('range', 'message', 'severity');
export const DiagnosticRelatedInformation = plain('location', 'message');
export const Location = plain('uri', 'range');
export const Hover = plain('contents', 'range');
export const MarkdownString = plain('value');
export const CompletionItem = plain('label', 'kind');
export const CompletionList = plain('items', 'isIncomplete');
export const CodeAction = plain('title', 'kind');
export const DocumentSymbol = plain('name', 'detail', 'kind', 'range', 'selectionRange');
export const DiagnosticSeverity = { Error: 0, Warning: 1, Information: 2 };
export const DiagnosticTag = { Unnecessary: 1, Deprecated: 2 };
export const CompletionItemKind = { Field: 4, Value: 11, Reference: 17, Snippet: 14 };
export const CodeActionKind = { QuickFix: 'quickfix', RefactorRewrite: 'refactor.rewrite' };
export const SymbolKind = { Object: 18, Field: 7 };
export const Uri = { parse: (text) => text };

export class WorkspaceEdit {
  edits = [];

  replace(uri, range, text) {
    this.edits.push({ uri, range, text });
  }
}
