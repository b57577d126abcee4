// A manifest in an address: JSON, deflated, in base64url, behind the "#", which no browser sends to a server.

import { MAX_TEXT } from './limits.ts';

export interface Shared {
  text: string;
  /** What stood in "Which tag?". */
  tags?: string;
  range?: string;
}

export const PREFIX = '#m/';

/** Addresses that are longer than this are cut by chats and mail programs. */
export const LONG_LINK = 30_000;

export async function toHash(shared: Shared): Promise<string> {
  const stream = new Blob([JSON.stringify(shared)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return PREFIX + btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Throws where the link is cut, or not one of ours. */
export async function fromHash(hash: string): Promise<Shared> {
  const binary = atob(hash.slice(PREFIX.length).replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const value: unknown = JSON.parse(await readText(stream));
  if (!isShared(value)) throw new Error('not a shared manifest');
  return value;
}

/** A small link may unpack to very much: it is read no further than the page would take. */
async function readText(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = stream.getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
    if (text.length > 4 * MAX_TEXT) {
      await reader.cancel();
      throw new Error('too large');
    }
  }
}

function isShared(value: unknown): value is Shared {
  if (typeof value !== 'object' || value === null) return false;
  const { text, tags, range } = value as Record<string, unknown>;
  const optional = (field: unknown): boolean => field === undefined || typeof field === 'string';
  const fits = (field: unknown): boolean => typeof field !== 'string' || field.length <= MAX_TEXT;
  return typeof text === 'string' && optional(tags) && optional(range) && [text, tags, range].every(fits);
}
