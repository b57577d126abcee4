// Copying, with a word on how it went; where the clipboard is not to be had, the text is shown to be copied by hand.

import { el } from '../dom.ts';

export async function copy(text: string, what: string, say: (message: string) => void): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} copied`);
  } catch {
    const area = el('textarea', { readonly: true, 'aria-label': what, rows: '10' }, text);
    const dialog = el('dialog', { class: 'by-hand', 'aria-label': `Copy ${what}`, close: () => dialog.remove() },
      el('p', {}, 'The browser did not let the page copy. Copy it from here:'), area,
      el('button', { type: 'button', click: () => dialog.close() }, 'Close'));
    document.body.append(dialog);
    dialog.showModal();
    area.select();
  }
}
