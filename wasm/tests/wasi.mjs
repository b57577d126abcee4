// The WASI command, run once for each request. Without V8's fast calls (--no-turbo-fast-api-calls): with them, Node 20
// crashes in `node:wasi` when a program, ours or any other, has read more than a few megabytes.

import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { WASI } from 'node:wasi';

import Ajv from 'ajv/dist/2020.js';

import { built } from './support.mjs';

/** The contract's schemas. The command and they must take and refuse the same. */
const ajv = new Ajv({ strict: false });
const schema = name => ajv.compile(JSON.parse(readFileSync(new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url), 'utf8')));
const isRequest = schema('request');
const ANSWERS = { lint: schema('lint'), resolve: schema('resolve'), rules: schema('rules') };
const ANSWERED_AS = { lint: 'lint', fix: 'lint', resolve: 'resolve', rules: 'rules' };

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
    const answer = JSON.parse(text);
    if (isObject(request)) holdAgainst(request, answer);
    return { code, answer };
  } finally {
    closeSync(stdin);
    closeSync(stdout);
  }
}

const isObject = value => typeof value === 'object' && value !== null && !(value instanceof Uint8Array);

/** What was asked and what was answered, against the schemas. */
function holdAgainst(request, answer) {
  const failed = answer.error !== undefined;
  if (!isRequest(request)) return assert.ok(failed, `taken, though no request: ${JSON.stringify(request).slice(0, 200)}`);
  const isAnswer = ANSWERS[failed ? 'lint' : ANSWERED_AS[request.command]];
  if (isAnswer) assert.ok(isAnswer(answer), `${ajv.errorsText(isAnswer.errors)}: ${JSON.stringify(answer).slice(0, 400)}`);
}
