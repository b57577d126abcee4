// The list of findings: in order, the current one open with its why, its help and what can be done.

import type { Action, Diagnostic } from 'kubectl-oci';
import { count, el } from '../dom.ts';
import { canApply } from '../editor.ts';
import { MAX_FINDINGS } from '../limits.ts';
import type { Checked } from '../protocol.ts';

export interface FindingsOptions {
  list: HTMLElement;
  status: HTMLElement;
  fixAll: HTMLButtonElement;
  path(): string;
  jump(from: number, to: number): void;
  apply(edits: Action['edits']): void;
  /** What the module offers for this finding beside its fix. */
  actions(finding: Diagnostic): Promise<Action[]>;
}

const SKIPPED: Record<string, string> = {
  template: 'This is a template, not YAML yet: it is not checked.',
  encrypted: 'This is encrypted: it is not checked.',
  fragment: 'This is a fragment, such as a patch: it is not checked on its own.',
  'too-large': 'This is too large to check.',
  unreadable: 'This cannot be read.',
  'not-text': 'This is not text, so there is nothing to check.',
};

export class Findings {
  #findings: Diagnostic[] = [];
  #open = 0;
  #items: HTMLElement[] = [];

  constructor(private readonly options: FindingsOptions) {}

  show(report: Checked): void {
    const { list } = this.options;
    const hadFocus = list.contains(document.activeElement);
    const before = this.#findings[this.#open];
    this.#findings = report.diagnostics;
    const same = report.diagnostics.findIndex(({ rule, message }) => rule === before?.rule && message === before.message);
    this.#open = Math.max(0, same);
    this.#say(summary(report));
    this.options.fixAll.hidden = !report.isFixable;
    this.#items = report.diagnostics.slice(0, MAX_FINDINGS).map((finding, index) => this.#item(finding, index));
    const more = report.total - this.#items.length;
    list.replaceChildren(...this.#items, ...(more > 0 ? [el('li', { class: 'more' }, `and ${more} more`)] : []), ...nothing(report));
    this.#unfold(this.#open);
    // What was pressed is gone with the old list: stay near.
    if (hadFocus) (this.#items[this.#open]?.querySelector('button') ?? this.options.status).focus();
  }

  /** The page could not ask: say so, and keep what is known. */
  fail(message: string): void {
    this.#findings = [];
    this.#items = [];
    this.options.fixAll.hidden = true;
    this.#say('Not checked');
    this.options.list.replaceChildren(el('li', { class: 'empty' }, message));
  }

  /** Opens the finding that the cursor is in. */
  cursor(offset: number): void {
    const index = this.#findings.findIndex(({ range }) => range.start.offset <= offset && offset <= range.end.offset);
    if (index >= 0 && index < this.#items.length && index !== this.#open) this.#unfold(index);
  }

  #say(text: string): void {
    if (this.options.status.textContent !== text) this.options.status.textContent = text;
  }

  #item(finding: Diagnostic, index: number): HTMLElement {
    const { severity, message, range, rule } = finding;
    const open = (): void => {
      this.#unfold(index);
      this.options.jump(range.start.offset, range.end.offset);
    };
    return el('li', { class: `finding ${severity}` },
      el('button', { type: 'button', class: 'head', 'aria-expanded': 'false', click: open },
        el('span', { class: 'where' }, el('span', { class: 'severity' }, severity), ` line ${range.start.line}`),
        el('span', { class: 'message' }, message)),
      el('div', { class: 'body' }),
      el('a', { class: 'rule', href: `#rule/${rule}` }, rule));
  }

  #unfold(index: number): void {
    this.#open = index;
    for (const [at, item] of this.#items.entries()) {
      const isOpen = at === index;
      item.classList.toggle('open', isOpen);
      item.querySelector('button.head')?.setAttribute('aria-expanded', String(isOpen));
      const body = item.querySelector<HTMLElement>('.body');
      if (!isOpen) body?.replaceChildren();
      else if (body && body.childElementCount === 0) this.#fill(body, index);
    }
  }

  #fill(body: HTMLElement, index: number): void {
    const finding = this.#findings[index];
    if (!finding) return;
    const { why, help, fix, labels } = finding;
    const others = labels.filter(({ path }) => path !== this.options.path());
    const buttons = el('div', { class: 'buttons' });
    if (fix && canApply(fix.edits, this.options.path())) {
      buttons.append(el('button', { type: 'button', class: 'primary', click: () => this.options.apply(fix.edits) }, fix.title));
      if (fix.applicability !== 'safe') buttons.append(el('span', { class: 'note' }, 'look at the result: it may change what is meant'));
    }
    body.append(...[
      why ? el('p', {}, el('b', {}, 'Why '), why) : null,
      help ? el('p', {}, el('b', {}, 'Do '), help) : null,
      ...others.map(({ path, range, message }) => el('p', { class: 'note' }, `${path}, line ${range.start.line}: ${message}`)),
      buttons,
    ].filter((part) => part !== null));
    void this.options.actions(finding).then((actions) => {
      if (this.#findings[index] !== finding) return;
      for (const { kind, title, edits, diagnostic } of actions) {
        if (kind === 'fix' || diagnostic !== index || !canApply(edits, this.options.path())) continue;
        buttons.append(el('button', { type: 'button', class: 'plain', click: () => this.options.apply(edits) }, title));
      }
    }, () => {});
  }
}

export function summary({ summary: { errors, warnings, infos, suppressed } }: Checked): string {
  const parts = [[errors, 'error'], [warnings, 'warning'], [infos, 'info']] as const;
  const found = parts.filter(([number]) => number > 0).map(([number, noun]) => count(number, noun));
  if (suppressed > 0) found.push(`${suppressed} suppressed`);
  return found.join(', ') || 'No findings';
}

function nothing({ summary: { documents, skipped }, diagnostics }: Checked): HTMLElement[] {
  if (diagnostics.length > 0) return [];
  const [first] = skipped;
  const message = first
    ? SKIPPED[first.reason] ?? `Not checked: ${first.reason}.`
    : documents === 0 ? 'Nothing of Flux is in this text. Paste an OCIRepository, or choose an example.'
      : `${count(documents, 'document')} checked. Flux would take this as it is.`;
  return [el('li', { class: 'empty' }, message)];
}
