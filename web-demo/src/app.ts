// Puts the parts together: a change of the text is checked and resolved once typing pauses; answers to texts that are gone
// are dropped.

import { ModuleLost } from './client.ts';
import type { Document } from './document.ts';
import { byId, debounce } from './dom.ts';
import { applyEdits, createEditor, jumpTo, replaceAll, showFindings } from './editor.ts';
import { SHARED_PATH, fromAddress, type Opening } from './opening.ts';
import { copy } from './panels/copy.ts';
import { Findings } from './panels/findings.ts';
import { RulePage } from './panels/rule.ts';
import { Tags } from './panels/tags.ts';
import type { Checked } from './protocol.ts';
import { LONG_LINK, PREFIX, toHash, type Shared } from './share.ts';
import { themeButton } from './theme.ts';

const CHECK_AFTER_MS = 120;
const RESOLVE_AFTER_MS = 250;
const DAMAGED = 'There is no manifest in this link that could be opened: it is damaged, perhaps cut short on its way, or too large. Ask for it again.';

export async function start(file: Document, opening: Opening): Promise<void> {
  const notice = byId('notice');
  const say = (message: string): void => {
    notice.textContent = message;
    notice.hidden = message === '';
  };
  const tags = byId<HTMLTextAreaElement>('tags');
  const range = byId<HTMLInputElement>('range');

  const view = createEditor({
    parent: byId('editor'),
    text: opening.text,
    onChange: () => { say(''); forgetLink(); checkSoon(); resolveSoon(); },
    onCursor: (offset) => findings.cursor(offset),
    refuse: (message) => queueMicrotask(() => say(message)),
  });
  const text = (): string => view.state.doc.toString();

  const findings = new Findings({
    list: byId('findings'),
    status: byId('counts'),
    fixAll: byId<HTMLButtonElement>('fix-all'),
    path: () => file.path,
    jump: (from, to) => jumpTo(view, from, to),
    apply: (edits) => applyEdits(view, edits),
    actions: ({ range: { start, end } }) => file.ask('actions', text(), start.offset, end.offset),
  });
  const tagPanel = new Tags({
    tags, range, output: byId('resolved'), status: byId('resolved-status'), manifest: text,
    resolve: (source, list) => file.resolve(source, list),
  });

  async function check(asked = file.check(text())): Promise<void> {
    const checked = view.state.doc;
    let report: Checked;
    try {
      report = await asked;
    } catch (error) {
      const lost = error instanceof ModuleLost;
      findings.fail(lost ? `The checker gave up on this text (${error.message}) and was started anew.` : String(error));
      return showFindings(view, [], file.path);
    }
    if (view.state.doc !== checked) return;
    showFindings(view, report.diagnostics, file.path);
    findings.show(report);
    requestAnimationFrame(() => performance.mark('checked'));
  }
  const checkSoon = debounce(CHECK_AFTER_MS, () => void check());
  const resolveSoon = debounce(RESOLVE_AFTER_MS, () => void tagPanel.update());

  async function open(path: string, content: string, context: Record<string, string> = {}): Promise<void> {
    void file.open(path, context).catch(() => {});
    replaceAll(view, content, true);
    byId('path').textContent = path;
    await check();
  }

  function fill({ tags: list, range: given }: Shared): void {
    tags.value = list ?? tags.value;
    range.value = given ?? '';
  }

  const rulePage = new RulePage({
    dialog: byId<HTMLDialogElement>('rule'),
    rule: (id) => file.rule(id),
    open: (rule, content) => void open(`${rule}.yaml`, content),
  });
  addEventListener('hashchange', () => {
    void rulePage.follow(location.hash);
    void fromAddress(location.hash).then((found) => {
      if (found === undefined) return say(DAMAGED);
      if (found === null) return;
      fill(found);
      void open(SHARED_PATH, found.text);
    });
  });

  tags.addEventListener('input', resolveSoon);
  range.addEventListener('input', resolveSoon);
  byId('fix-all').addEventListener('click', () => void fixAll());
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-format]')) {
    button.addEventListener('click', () => void file.render(text(), button.dataset['format'] ?? 'json').then((made) => copy(made, button.textContent ?? '', say), (error) => say(String(error))));
  }
  byId('share').addEventListener('click', () => void share());
  themeButton(byId<HTMLButtonElement>('theme'));

  async function fixAll(): Promise<void> {
    const fixed = await file.fix(text());
    if (fixed !== undefined) replaceAll(view, fixed);
  }

  async function share(): Promise<void> {
    const hash = await toHash({ text: text(), ...(tags.value ? { tags: tags.value } : {}), ...(range.value ? { range: range.value } : {}) });
    history.replaceState(null, '', hash);
    await copy(location.href, 'Link', say);
    if (hash.length > LONG_LINK) say(`Link copied. It is ${Math.ceil(hash.length / 1000)} kB long; some programs cut such links.`);
  }

  byId('path').textContent = opening.path;
  if (opening.isDamaged) say(DAMAGED);
  fill(opening);
  await check(opening.report);
  void tagPanel.update();
  void rulePage.follow(location.hash);

  // The rest, once the person sees what they came for.
  void import('./assist.ts').then(async ({ assist }) => {
    await assist(view, file);
    byId('editor').dataset['assists'] = '';
  });
  void import('./panels/gallery.ts').then(({ gallery, recorded }) => {
    gallery(({ path, text: content, context }) => void open(path, content, context).then(() => view.focus()));
    recorded((list) => { tags.value = list; void tagPanel.update(); });
  });
  if (import.meta.env.PROD && 'serviceWorker' in navigator) void navigator.serviceWorker.register('sw.js').catch(() => {});
}

/** Once the text is edited, the address no longer says what is shown. */
function forgetLink(): void {
  if (location.hash.startsWith(PREFIX)) history.replaceState(null, '', location.pathname + location.search);
}
