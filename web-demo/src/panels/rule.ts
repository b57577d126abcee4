// Rule pages, in a dialog over the page; the address says which, so that "back" closes it and links can be kept.

import type { Rule } from 'kubectl-oci';
import { el } from '../dom.ts';

type Markdown = typeof import('../markdown.ts').markdown;

export const RULE = '#rule/';

export interface RulePageOptions {
  dialog: HTMLDialogElement;
  rule(id: string): Promise<Rule | null>;
  /** Takes an example of a page into the editor. */
  open(rule: string, text: string): void;
}

export class RulePage {
  constructor(private readonly options: RulePageOptions) {
    const { dialog } = options;
    dialog.addEventListener('close', () => {
      if (location.hash.startsWith(RULE)) history.replaceState(null, '', location.pathname + location.search);
    });
    // A click beside the page closes it.
    dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  }

  /** Shows or hides the page as the address says. */
  async follow(hash: string): Promise<void> {
    const { dialog } = this.options;
    if (!hash.startsWith(RULE)) return void (dialog.open && dialog.close());
    const id = decodeURIComponent(hash.slice(RULE.length));
    const rule = await this.options.rule(id).catch(() => null);
    const { markdown } = await import('../markdown.ts');
    dialog.replaceChildren(this.#content(id, rule, markdown));
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
  }

  #content(id: string, rule: Rule | null, markdown: Markdown): HTMLElement {
    const { dialog } = this.options;
    const close = el('button', { type: 'button', class: 'close', 'aria-label': 'Close', click: () => dialog.close() }, '×');
    dialog.setAttribute('aria-label', `Rule ${id}`);
    if (!rule?.page) return el('div', { class: 'page' }, close, el('h2', {}, 'No such rule'), el('p', {}, `There is no page for "${id}".`));
    const facts = [rule.severity, rule.fix === 'none' ? null : `fix: ${rule.fix}`, rule.on ? null : 'strict profile only', `since ${rule.since}`];
    return el('div', { class: 'page' },
      close,
      el('p', { class: 'facts' }, facts.filter((fact) => fact !== null).join(' · ')),
      el('div', { class: 'prose' }, markdown(rule.page, { code: (text, info) => this.#try(rule, text, info) })));
  }

  #try({ id }: Rule, text: string, info: string): HTMLElement | null {
    const [language, verdict] = info.split(' ');
    if (language !== 'yaml') return null;
    const open = (): void => {
      this.options.dialog.close();
      this.options.open(id, text + '\n');
    };
    const title = { bad: 'Found', good: 'Fine', fixed: 'Fixed' }[verdict ?? ''] ?? '';
    return el('div', { class: `verdict ${verdict ?? ''}` }, el('span', {}, title), el('button', { type: 'button', class: 'plain', click: open }, 'Open in the editor'));
  }
}
