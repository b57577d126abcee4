// The editor: what it shows of findings, hovers, completions and actions comes from the module.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type Completion as Option, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic as Squiggle } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState, Transaction, type Extension } from '@codemirror/state';
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, hoverTooltip, keymap, lineNumbers } from '@codemirror/view';
import type { Completion, Diagnostic, Edit, Hover } from 'kubectl-oci';
import { actionMenu, openActions } from './action-menu.ts';
import type { Document } from './document.ts';
import { el } from './dom.ts';
import { editorTheme } from './editor-theme.ts';
import { MAX_SQUIGGLES, MAX_TEXT, tooLarge } from './limits.ts';
import { markdown } from './markdown.ts';

export interface EditorOptions {
  parent: HTMLElement;
  text: string;
  document: Document;
  onChange(): void;
  onCursor(offset: number): void;
  /** Said to the person: why something was not done. */
  refuse(message: string): void;
}

export function createEditor(options: EditorOptions): EditorView {
  return new EditorView({ parent: options.parent, state: EditorState.create({ doc: options.text, extensions: extensions(options) }) });
}

function extensions({ document, onChange, onCursor, refuse }: EditorOptions): Extension[] {
  return [
    EditorView.cspNonce.of('editor'),
    lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
    highlightActiveLine(), highlightActiveLineGutter(), highlightSelectionMatches(), indentUnit.of('  '),
    yaml(), editorTheme, lintGutter(),
    autocompletion({ override: [completions(document)], icons: false }),
    hoverTooltip((view, offset) => hover(document, view, offset)),
    actionMenu,
    // Tab is not bound: it leaves the editor, as people who use the keyboard alone expect.
    keymap.of([
      { key: 'Mod-.', run: (view) => (void openActions(view, document), true) },
      ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap,
    ]),
    EditorView.contentAttributes.of({ 'aria-label': 'Manifest', 'aria-describedby': 'editor-keys', spellcheck: 'false', autocapitalize: 'off' }),
    EditorState.transactionFilter.of((transaction) => {
      if (!transaction.docChanged || transaction.newDoc.length <= MAX_TEXT) return transaction;
      refuse(tooLarge(transaction.newDoc.length));
      return [];
    }),
    refuseLarge(refuse),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange();
      if (update.docChanged || update.selectionSet) onCursor(update.state.selection.main.head);
    }),
  ];
}

/** Before the text is split into lines, which for 50 MB would take seconds. */
function refuseLarge(refuse: (message: string) => void): Extension {
  return EditorView.domEventHandlers({
    paste(event) {
      const { length } = event.clipboardData?.getData('text/plain') ?? '';
      if (length <= MAX_TEXT) return false;
      event.preventDefault();
      refuse(tooLarge(length));
      return true;
    },
    drop(event, view) {
      const file = event.dataTransfer?.files[0];
      if (!file) return false;
      event.preventDefault();
      if (file.size > MAX_TEXT) refuse(tooLarge(file.size));
      else void file.text().then((text) => replaceAll(view, text));
      return true;
    },
  });
}

export function showFindings(view: EditorView, findings: Diagnostic[], path: string): void {
  const { length } = view.state.doc;
  const squiggles = findings.slice(0, MAX_SQUIGGLES).map((finding): Squiggle => {
    const from = Math.min(finding.range.start.offset, length);
    return {
      from,
      to: Math.max(from, Math.min(finding.range.end.offset, length)),
      severity: finding.severity,
      source: finding.rule,
      message: finding.message,
      renderMessage: () => squiggleMessage(finding),
      actions: finding.fix && canApply(finding.fix.edits, path)
        ? [{ name: finding.fix.title, apply: (target) => applyEdits(target, finding.fix?.edits ?? []) }]
        : [],
    };
  });
  view.dispatch(setDiagnostics(view.state, squiggles));
}

function squiggleMessage({ message, why, rule }: Diagnostic): HTMLElement {
  return el('div', {}, el('strong', {}, message), why ? el('div', { class: 'why' }, why) : null, el('a', { href: `#rule/${rule}`, class: 'rule' }, rule));
}

/** Edits of other files cannot be made here. */
export function canApply(edits: Edit[], path: string): boolean {
  return edits.length > 0 && edits.every((edit) => edit.path === path);
}

export function applyEdits(view: EditorView, edits: Edit[]): void {
  const { length } = view.state.doc;
  const changes = edits.map(({ range, text }) => ({ from: range.start.offset, to: range.end.offset, insert: text }));
  if (changes.some(({ to }) => to > length)) return; // Of a text that is gone.
  view.dispatch({ changes, userEvent: 'input.fix', scrollIntoView: true });
}

/** Another text in place of all of it; as an edit of what differs, so that the cursor and undoing stay useful. */
export function replaceAll(view: EditorView, text: string, isFresh = false): void {
  const old = view.state.doc.toString();
  const shorter = Math.min(old.length, text.length);
  let from = 0;
  while (from < shorter && old[from] === text[from]) from++;
  let tail = 0;
  while (tail < shorter - from && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail++;
  view.dispatch({
    changes: { from, to: old.length - tail, insert: text.slice(from, text.length - tail) },
    ...(isFresh ? { selection: { anchor: 0 }, scrollIntoView: true, annotations: Transaction.addToHistory.of(false) } : {}),
  });
}

export function jumpTo(view: EditorView, from: number, to: number): void {
  const { length } = view.state.doc;
  view.dispatch({
    selection: { anchor: Math.min(from, length), head: Math.min(to, length) },
    effects: EditorView.scrollIntoView(Math.min(from, length), { y: 'center' }),
  });
  view.focus();
}

async function hover(document: Document, view: EditorView, offset: number) {
  const text = view.state.doc.toString();
  const answer = await document.ask('hover', text, offset).catch((): Hover | null => null);
  if (!answer) return null;
  const { range: { start, end } } = answer;
  return { pos: start.offset, end: end.offset, above: true, create: () => ({ dom: el('div', { class: 'hover' }, markdown(answer.markdown, { headings: 4 })) }) };
}

function completions(document: Document) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const { pos, state, explicit } = context;
    if (!explicit && !context.matchBefore(/[\w-]$|: $/)) return null;
    const answers = await document.ask('complete', state.doc.toString(), pos).catch((): Completion[] => []);
    const [best] = answers;
    if (!best || context.aborted) return null;
    const from = Math.min(...answers.map(({ edit }) => edit.range.start.offset));
    return { from, options: answers.map((answer, index) => option(answer, pos, -index)), validFor: /^[\w-]*$/ };
  };
}

function option({ label, kind, detail, documentation, edit }: Completion, asked: number, order: number): Option {
  return {
    label,
    type: kind,
    boost: Math.max(order, -99),
    ...(detail ? { detail } : {}),
    ...(documentation ? { info: () => el('div', {}, markdown(documentation, { headings: 4 })) } : {}),
    apply(view) {
      // What was typed since the answer belongs to what is replaced.
      const to = edit.range.end.offset + Math.max(0, view.state.selection.main.head - asked);
      const from = edit.range.start.offset;
      view.dispatch({ changes: { from, to, insert: edit.text }, selection: { anchor: from + edit.text.length }, userEvent: 'input.complete' });
    },
  };
}
