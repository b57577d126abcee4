// "Which tag?": what the manifest, or a range, means over a list of tags, and why each other tag lost.

import type { Resolution, Resolved } from 'kubectl-oci';
import { count, el } from '../dom.ts';
import { MAX_TAGS_SHOWN, MAX_TEXT, tooLarge } from '../limits.ts';
import type { RangeSource } from '../protocol.ts';

const REASONS: Array<[string, string, string]> = [
  ['range', 'out of range', 'They are versions, and outside of what is asked for.'],
  ['prerelease', 'pre-releases', 'A range whose bounds have no "-" part never takes one.'],
  ['version', 'not a version', 'Flux passes over what it cannot read as a version.'],
  ['parts', 'fewer than three parts', 'Flux wants major, minor and patch.'],
  ['filtered', 'left out by semverFilter', 'The pattern does not match them.'],
];

export interface TagsOptions {
  tags: HTMLTextAreaElement;
  range: HTMLInputElement;
  output: HTMLElement;
  status: HTMLElement;
  resolve(source: RangeSource, tags: string): Promise<Resolved>;
  manifest(): string;
}

export class Tags {
  #run = 0;

  constructor(private readonly options: TagsOptions) {
    options.tags.addEventListener('paste', (event) => {
      const { length } = event.clipboardData?.getData('text/plain') ?? '';
      if (length <= MAX_TEXT) return;
      event.preventDefault();
      this.#refuse(tooLarge(length));
    });
  }

  async update(): Promise<void> {
    const { tags, range, manifest } = this.options;
    const run = ++this.#run;
    if (tags.value.trim() === '') return this.#say('', el('p', { class: 'empty' }, 'Paste a list of tags, or take a recorded one.'));
    if (tags.value.length > MAX_TEXT) return this.#refuse(tooLarge(tags.value.length));
    try {
      const semver = range.value.trim();
      const resolved = await this.options.resolve(semver ? { semver } : manifest(), tags.value);
      if (run !== this.#run) return;
      if (resolved.results.length === 0) return this.#say('', el('p', { class: 'empty' }, 'There is no OCIRepository in the manifest. Write a range above instead.'));
      this.#say(spoken(resolved), ...resolved.results.map((result) => one(result)));
    } catch (error) {
      if (run === this.#run) this.#refuse(error instanceof Error ? error.message : String(error));
    }
  }

  #refuse(message: string): void {
    this.#say(message, el('p', { class: 'refusal' }, message));
  }

  #say(status: string, ...content: HTMLElement[]): void {
    if (this.options.status.textContent !== status) this.options.status.textContent = status;
    this.options.output.replaceChildren(...content);
  }
}

function spoken({ results: [first, ...others] }: Resolved): string {
  if (!first) return '';
  const rest = others.length > 0 ? `, and ${others.length} more` : '';
  return (first.error ? first.error.message : `Selects ${first.tag ?? first.digest ?? 'nothing'}`) + rest;
}

const BY: Record<string, string> = { digest: 'by digest', semver: 'highest of', tag: 'by tag; a tag is taken as it is written', default: 'by default: no reference is given' };

function one(result: Resolution): HTMLElement {
  const { object, by, tag, digest, ties, considered, matching, rejected, error } = result;
  const lost = by === 'semver' ? REASONS.map(([reason, title, why]) => group(title, why, rejected.filter((each) => each.reason === reason).map((each) => each.tag))) : [];
  return el('article', { class: 'resolution' },
    object ? el('h3', {}, object.name) : null,
    error
      ? el('p', { class: 'refusal' }, el('b', {}, error.reason), ' ', error.message)
      : el('p', { class: by === 'semver' ? 'winner found' : 'winner' }, el('span', { class: 'arrow', 'aria-hidden': 'true' }, '→ '), el('code', {}, tag ?? digest ?? 'nothing'),
        el('span', { class: 'note' }, by === 'semver' ? ` highest of ${matching} matching, ${count(considered, 'tag')}` : ` ${BY[by] ?? by}`)),
    ties.length > 1 ? el('p', { class: 'tie' }, el('b', {}, 'Tie '), `${ties.join(', ')} are the same version to Flux; which one it takes is not certain. Delete all but one, or pin a digest.`) : null,
    rejected.length > 0 ? el('p', { class: 'lost' }, `Why not the other ${rejected.length}`) : null,
    ...lost);
}

function group(title: string, why: string, tags: string[]): HTMLElement | null {
  if (tags.length === 0) return null;
  const sample = tags.slice(0, 4).join(', ') + (tags.length > 4 ? ', …' : '');
  const all = el('details', {},
    el('summary', {}, el('span', { class: 'number' }, String(tags.length)), el('span', { class: 'reason' }, title), el('code', { class: 'sample' }, sample)));
  // The whole list is only built when it is looked at.
  all.addEventListener('toggle', () => {
    if (all.childElementCount > 1) return;
    const rest = tags.length - MAX_TAGS_SHOWN;
    all.append(el('p', { class: 'note' }, why), el('p', { class: 'tags' }, ...tags.slice(0, MAX_TAGS_SHOWN).flatMap((tag) => [el('code', {}, tag), ' ']), rest > 0 ? `and ${rest} more` : null));
  });
  return all;
}
