/** In characters. Larger than any manifest people edit; the command line takes more. */
export const MAX_TEXT = 1 << 20;

/** Brackets and list items within each other beyond which a text gets no colours: the highlighter's tree is walked by recursion. */
export const MAX_NESTING = 300;

/** True where a text may nest deeper than that, in flow or in lists on one line. Brackets in strings count too. */
export function nestsDeep(text: string): boolean {
  let depth = 0;
  let dashes = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) depth++;
    else if ((code === 0x5d || code === 0x7d) && depth > 0) depth--;
    else if (code === 0x2d || code === 0x3f) dashes++;
    else if (code !== 0x20) dashes = 0;
    if (depth > MAX_NESTING || dashes > MAX_NESTING && text.charCodeAt(at - 1) === 0x20) return true;
  }
  return false;
}

/** What is drawn at once; the rest is counted. */
export const MAX_FINDINGS = 100;
export const MAX_SQUIGGLES = 500;
export const MAX_TAGS_SHOWN = 100;

export function size(characters: number): string {
  return characters < 1 << 20 ? `${Math.ceil(characters / 1024)} kB` : `${(characters / (1 << 20)).toFixed(0)} MB`;
}

export function tooLarge(characters: number): string {
  return `That is ${size(characters)} of text, and this page takes up to ${size(MAX_TEXT)}. Nothing was changed. The command line takes more: kubectl oci lint FILE`;
}
