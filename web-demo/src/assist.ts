// What the editor offers beyond its first sight: hovers, completion, actions, search. Loaded once the first findings are
// shown, so that these are there sooner.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type Completion as Option, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Prec, StateEffect } from '@codemirror/state';
import { hoverTooltip, keymap, type EditorView } from '@codemirror/view';
import type { Completion, Hover } from 'kubectl-oci';
import { actionMenu, openActions } from './action-menu.ts';
import type { Document } from './document.ts';
import { el } from './dom.ts';
import { markdown } from './markdown.ts';

export function assist(view: EditorView, document: Document): void {
  view.dispatch({
    effects: StateEffect.appendConfig.of([
      closeBrackets(), highlightSelectionMatches(), actionMenu,
      autocompletion({ override: [completions(document)], icons: false, defaultKeymap: false }),
      hoverTooltip((target, offset) => hover(document, target, offset)),
      Prec.high(keymap.of([
        { key: 'Mod-.', run: (target) => (void openActions(target, document), true) },
        ...completionKeymap, ...closeBracketsKeymap, ...searchKeymap,
      ])),
    ]),
  });
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
