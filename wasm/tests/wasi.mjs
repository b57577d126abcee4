// The WASI command, run once for each request. Without V8's fast calls (--no-turbo-fast-api-calls): with them, Node 20
// crashes in `node:wasi` when a program, ours or any other, has read more than a few megabytes.

import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { WASI } from 'node:wasi';

import { built } from './support.mjs';

const module = new WebAssembly.Module(readFileSync(join(built, 'kubectl-oci-wasi.wasm')));
const folder = mkdtempSync(join(tmpdir(), 'kubectl-oci-wasi-'));
after(() => rmSync(folder, { recursive: true }));

/** Runs the command once. */
export async function run(request) {
  const [input, output] = [join(folder, 'in'), join(folder, 'out')];
  writeFileSync(input, typeof request === 'string' || request instanceof Uint8Array ? request : JSON.stringify(request));
  const [stdin, stdout] = [openSync(input, 'r'), openSync(output, 'w')];
  try {
    const wasi = new WASI({ version: 'preview1', args: ['kubectl-oci-wasi'], stdin, stdout });
    const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
    const code = wasi.start(instance);
    const text = readFileSync(output, 'utf8');
    assert.ok(text.endsWith('\n'));
    return { code, answer: JSON.parse(text) };
  } finally {
    closeSync(stdin);
    closeSync(stdout);
  }
}
