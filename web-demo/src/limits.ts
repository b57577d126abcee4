/** In characters. Larger than any manifest people edit; the command line takes more. */
export const MAX_TEXT = 1 << 20;

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
