// Puts the parts together: a change of the text is checked and resolved once typing pauses; answers to texts that are gone
// are dropped.

import type { Report } from 'kubectl-oci';
import { ModuleLost, type Client } from './client.ts';
import { Document } from './document.ts';
import { byId, debounce, el } from './dom.ts';
import { applyEdits, createEditor, jumpTo, replaceAll, showFindings } from './editor.ts';
import { examples, first, tagLists } from './examples.ts';
import { copy } from './panels/copy.ts';
import { Findings } from './panels/findings.ts';
import { RulePage } from './panels/rule.ts';
import { Tags } from './panels/tags.ts';
import { LONG_LINK, PREFIX, fromHash, toHash, type Shared } from './share.ts';
import { themeButton } from './theme.ts';

const CHECK_AFTER_MS = 120;
const RESOLVE_AFTER_MS = 250;

export async function start(client: Client): Promise<void> {
  const file = new Document(client);
  const notice = byId('notice');
  const say = (message: string): void => {
    notice.textContent = message;
    notice.hidden = message === '';
  };
  const tags = byId<HTMLTextAreaElement>('tags');
  const range = byId<HTMLInputElement>('range');

  const shared = await linked(location.hash, say);
  const view = createEditor({
    parent: byId('editor'),
    text: shared?.text ?? first.text,
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
    resolve: (source, list) => client.call('resolve', source, list),
  });

  async function check(): Promise<void> {
    const checked = view.state.doc;
    let report: Report;
    try {
      report = await file.check(checked.toString());
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

  function take({ text: content, tags: list, range: given }: Shared): Promise<void> {
    tags.value = list ?? tags.value;
    range.value = given ?? '';
    return open('shared.yaml', content);
  }

  const rulePage = new RulePage({
    dialog: byId<HTMLDialogElement>('rule'),
    rule: (id) => client.call('rule', id),
    open: (rule, content) => void open(`${rule}.yaml`, content),
  });
  addEventListener('hashchange', () => {
    void rulePage.follow(location.hash);
    void linked(location.hash, say).then((found) => found && take(found));
  });

  gallery((id) => {
    const example = examples.find((each) => each.id === id);
    if (example) void open(example.path, example.text, example.context).then(() => view.focus());
  });
  recorded(tags, () => void tagPanel.update());
  tags.addEventListener('input', resolveSoon);
  range.addEventListener('input', resolveSoon);
  byId('fix-all').addEventListener('click', () => void fixAll());
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-format]')) {
    button.addEventListener('click', () => void file.render(text(), button.dataset['format'] ?? 'json').then((made) => copy(made, button.textContent ?? '', say), (error) => say(String(error))));
  }
  byId('share').addEventListener('click', () => void share());
  themeButton(byId<HTMLButtonElement>('theme'));

  async function fixAll(): Promise<void> {
    const { texts } = await file.fix(text());
    const fixed = texts[file.path];
    if (fixed !== undefined) replaceAll(view, fixed);
  }

  async function share(): Promise<void> {
    const hash = await toHash({ text: text(), ...(tags.value ? { tags: tags.value } : {}), ...(range.value ? { range: range.value } : {}) });
    history.replaceState(null, '', hash);
    await copy(location.href, 'Link', say);
    if (hash.length > LONG_LINK) say(`Link copied. It is ${Math.ceil(hash.length / 1000)} kB long; some programs cut such links.`);
  }

  if (shared) await take(shared);
  else await open(first.path, first.text);
  void import('./assist.ts').then(({ assist }) => {
    assist(view, file);
    byId('editor').dataset['assists'] = '';
  });
  void tagPanel.update();
  void rulePage.follow(location.hash);
  if (import.meta.env.PROD && 'serviceWorker' in navigator) void navigator.serviceWorker.register('sw.js').catch(() => {});
}

async function linked(hash: string, say: (message: string) => void): Promise<Shared | null> {
  if (!hash.startsWith(PREFIX)) return null;
  try {
    return await fromHash(hash);
  } catch {
    say('This link is damaged, perhaps cut short on its way: there is no manifest in it. Ask for it again.');
    return null;
  }
}

/** Once the text is edited, the address no longer says what is shown. */
function forgetLink(): void {
  if (location.hash.startsWith(PREFIX)) history.replaceState(null, '', location.pathname + location.search);
}

function gallery(choose: (id: string) => void): void {
  const select = byId<HTMLSelectElement>('examples');
  for (const group of new Set(examples.map((example) => example.group))) {
    const members = examples.filter((example) => example.group === group);
    const options = el('optgroup', { label: group }, ...members.map(({ id, title }) => el('option', { value: id }, title)));
    select.append(options);
  }
  select.addEventListener('change', () => {
    choose(select.value);
    select.value = '';
  });
}

function recorded(tags: HTMLTextAreaElement, changed: () => void): void {
  const place = byId('recorded');
  for (const { name, text } of tagLists) {
    place.append(el('button', { type: 'button', class: 'plain', click: () => { tags.value = text; changed(); } }, `Use the tags of ${name}`));
  }
}
