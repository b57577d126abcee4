// What the editor offers beyond its first sight: colours, keys, undoing, hovers, completion, actions, search. Loaded once the
// first findings are shown, so that these are there sooner.

import './idle.ts'; // Before CodeMirror's language is read.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type Completion as Option, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Prec, StateEffect, type Extension } from '@codemirror/state';
import { hoverTooltip, keymap, type EditorView } from '@codemirror/view';
import type { Completion, Hover } from 'kubectl-oci';
import { actionMenu, openActions } from './action-menu.ts';
import { coloured } from './colours.ts';
import type { Document } from './document.ts';
import { el } from './dom.ts';
import { idle } from './idle.ts';

/** What typing needs first; a pause between the parts, so that none holds up the page. */
export async function assist(view: EditorView, document: Document): Promise<void> {
  const parts: Array<() => Extension> = [
    // Tab is not bound: it leaves the editor, as people who use the keyboard alone expect.
    () => [history(), closeBrackets(), keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap])],
    () => coloured(view.state.doc.toString()),
    () => [
      highlightSelectionMatches(), actionMenu,
      autocompletion({ override: [completions(document)], icons: false, defaultKeymap: false }),
      hoverTooltip((target, offset) => hover(document, target, offset)),
      Prec.high(keymap.of([
        { key: 'Mod-.', run: (target) => (void openActions(target, document), true) },
        ...completionKeymap, ...searchKeymap,
      ])),
    ],
  ];
  for (const part of parts) {
    await idle();
    view.dispatch({ effects: StateEffect.appendConfig.of(part()) });
  }
}

async function hover(document: Document, view: EditorView, offset: number) {
  const text = view.state.doc.toString();
  const answer = await document.ask('hover', text, offset).catch((): Hover | null => null);
  if (!answer) return null;
  const { range: { start, end } } = answer;
  const dom = el('div', { class: 'hover' }, await prose(answer.markdown));
  return { pos: start.offset, end: end.offset, above: true, create: () => ({ dom }) };
}

/** The reader of Markdown comes when it is first needed. */
async function prose(source: string): Promise<DocumentFragment> {
  const { markdown } = await import('./markdown.ts');
  return markdown(source, { headings: 4 });
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
    ...(documentation ? { info: async () => el('div', {}, await prose(documentation)) } : {}),
    apply(view) {
      // What was typed since the answer belongs to what is replaced.
      const to = edit.range.end.offset + Math.max(0, view.state.selection.main.head - asked);
      const from = edit.range.start.offset;
      view.dispatch({ changes: { from, to, insert: edit.text }, selection: { anchor: from + edit.text.length }, userEvent: 'input.complete' });
    },
  };
}
