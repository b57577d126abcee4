// The editor as it is at first sight: the text and what the module found in it. All else is in assist.ts and comes after.

import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic as Squiggle } from '@codemirror/lint';
import { EditorState, Transaction, type Extension } from '@codemirror/state';
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view';
import type { Diagnostic, Edit } from 'kubectl-oci';
import { el } from './dom.ts';
import { editorTheme } from './editor-theme.ts';
import { MAX_SQUIGGLES, MAX_TEXT, tooLarge } from './limits.ts';

export interface EditorOptions {
  parent: HTMLElement;
  text: string;
  onChange(): void;
  onCursor(offset: number): void;
  /** Said to the person: why something was not done. */
  refuse(message: string): void;
}

export function createEditor(options: EditorOptions): EditorView {
  return new EditorView({ parent: options.parent, state: EditorState.create({ doc: options.text, extensions: extensions(options) }) });
}

function extensions({ onChange, onCursor, refuse }: EditorOptions): Extension[] {
  return [
    lineNumbers(), drawSelection(), highlightActiveLine(), highlightActiveLineGutter(), editorTheme, lintGutter(),
    keymap.of(lintKeymap),
    EditorView.contentAttributes.of({ 'aria-label': 'Manifest', 'aria-describedby': 'editor-keys', tabindex: '0', spellcheck: 'false', autocapitalize: 'off' }),
    // On a phone, wrapped lines read better than ones that go on beyond the edge.
    matchMedia('(max-width: 52rem)').matches ? EditorView.lineWrapping : [],
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
