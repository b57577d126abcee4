// What can be opened beside one's own: the examples, and lists of tags. Loaded once the first findings are shown.

import { byId, el } from '../dom.ts';
import { examples, tagLists, type Example } from '../examples.ts';

export function gallery(choose: (example: Example) => void): void {
  const select = byId<HTMLSelectElement>('examples');
  for (const group of new Set(examples.map((example) => example.group))) {
    const members = examples.filter((example) => example.group === group);
    const options = el('optgroup', { label: group }, ...members.map(({ id, title }) => el('option', { value: id }, title)));
    select.append(options);
  }
  select.addEventListener('change', () => {
    const example = examples.find(({ id }) => id === select.value);
    if (example) choose(example);
    select.value = '';
  });
}

export function recorded(choose: (tags: string) => void): void {
  const place = byId('recorded');
  for (const { name, text } of tagLists) {
    place.append(el('button', { type: 'button', class: 'plain', click: () => choose(text) }, `Use the tags of ${name}`));
  }
}
