// The menu of what can be done at the cursor (Ctrl-. or Cmd-.), beside the cursor.

import { StateEffect, StateField } from '@codemirror/state';
import { showTooltip, type EditorView, type Tooltip } from '@codemirror/view';
import type { Action } from 'kubectl-oci';
import type { Document } from './document.ts';
import { el } from './dom.ts';
import { applyEdits, canApply } from './editor.ts';

const show = StateEffect.define<Tooltip | null>();

export const actionMenu = StateField.define<Tooltip | null>({
  create: () => null,
  update(menu, transaction) {
    for (const effect of transaction.effects) if (effect.is(show)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : menu;
  },
  provide: (field) => showTooltip.from(field),
});

export async function openActions(view: EditorView, document: Document): Promise<void> {
  const { from, to, head } = view.state.selection.main;
  const text = view.state.doc;
  const actions = await document.ask('actions', text.toString(), from, to).catch((): Action[] => []);
  if (view.state.doc !== text) return;
  const usable = actions.filter(({ edits }) => canApply(edits, document.path));
  view.dispatch({ effects: show.of({ pos: head, create: () => menu(view, usable) }) });
}

function menu(view: EditorView, actions: Action[]) {
  const close = (): void => {
    view.dispatch({ effects: show.of(null) });
    view.focus();
  };
  const items = actions.map((action) =>
    el('button', { type: 'button', role: 'menuitem', click: () => { close(); applyEdits(view, action.edits); } }, action.title));
  const dom = items.length > 0
    ? el('div', { class: 'actions', role: 'menu', 'aria-label': 'What can be done here' }, ...items)
    : el('div', { class: 'actions', role: 'status', tabindex: '-1' }, 'Nothing to do here');
  dom.addEventListener('keydown', (event) => {
    const at = items.findIndex((item) => item === document.activeElement);
    if (event.key === 'ArrowDown') items[(at + 1) % items.length]?.focus();
    else if (event.key === 'ArrowUp') items.at(at - 1)?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return { dom, mount: () => (items[0] ?? dom).focus() };
}
