// What the page opens with: the manifest of its address, or the first example; and what the module says of it.

import type { Document } from './document.ts';
import type { Checked } from './protocol.ts';
import { PREFIX, fromHash, type Shared } from './share.ts';

/** The example that the built page holds: a mistake that fixes into something to resolve. */
declare const FIRST_EXAMPLE: string;

/** What a shared manifest is called. */
export const SHARED_PATH = 'shared.yaml';

export interface Opening extends Shared {
  path: string;
  report: Promise<Checked>;
  /** The address has a link of ours, in which no manifest can be read. */
  isDamaged: boolean;
}

export async function opening(file: Document, hash: string): Promise<Opening> {
  const shared = await fromAddress(hash);
  // With the editor's own ends of lines, which places are counted by.
  const text = (shared?.text ?? FIRST_EXAMPLE).replaceAll(/\r\n?/g, '\n');
  const path = shared ? SHARED_PATH : 'range-as-tag.yaml';
  const report = file.open(path, {}).then(() => file.check(text));
  report.catch(() => {}); // The page's to say, once it is there.
  return { ...shared, path, text, report, isDamaged: shared === undefined };
}

/** Nothing where the address says nothing of a manifest, undefined where it cannot be read. */
export async function fromAddress(hash: string): Promise<Shared | null | undefined> {
  if (!hash.startsWith(PREFIX)) return null;
  return fromHash(hash).catch(() => undefined);
}
