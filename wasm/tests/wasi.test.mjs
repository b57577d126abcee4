// The WASI command in Node: a request in, an answer out, an exit code; no trap whatever comes in.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Workspace, clean, mistaken } from './support.mjs';
import { run } from './wasi.mjs';

const utf32 = new Workspace('', 'utf-32');

test('lint answers as the package does', async () => {
  const { code, answer } = await run({ command: 'lint', files: { 'a.yaml': mistaken } });
  assert.equal(code, 0);
  assert.deepEqual(answer, utf32.checkAll({ 'a.yaml': mistaken }));
  const utf16 = await run({ command: 'lint', files: { 'a.yaml': `# 𝒳\n${mistaken}` }, encoding: 'utf-16' });
  assert.deepEqual(utf16.answer, new Workspace().checkAll({ 'a.yaml': `# 𝒳\n${mistaken}` }));
});

test('a configuration and files of context count', async () => {
  const config = 'rules: {ref-semver-shadows-tag: off}';
  const { answer } = await run({ command: 'lint', files: { 'a.yaml': mistaken }, context: { 'b.yaml': mistaken.replaceAll('podinfo', 'b') }, config });
  assert.deepEqual(answer.diagnostics.map(found => found.rule), ['url-missing-oci-scheme']);
});

test('fix answers with the new texts', async () => {
  const safe = await run({ command: 'fix', files: { 'a.yaml': mistaken } });
  assert.equal(safe.answer.texts['a.yaml'], mistaken.replace('url: ghcr', 'url: oci://ghcr'));
  const all = await run({ command: 'fix', files: { 'a.yaml': mistaken }, unsafe: true });
  assert.deepEqual([all.code, all.answer.diagnostics], [0, []]);
});

test('resolve answers for manifests and ranges', async () => {
  const tags = ['6.1.0', '6.2.0', '7.0.0'];
  const manifest = await run({ command: 'resolve', manifest: clean, tags });
  assert.deepEqual([manifest.code, manifest.answer], [0, utf32.resolve(clean, tags)]);
  const range = await run({ command: 'resolve', semver: '6.x', semverFilter: '1', tags: tags.join('\n') });
  assert.equal(range.answer.results[0].tag, '6.1.0');
});

test('explain and rules answer from the table', async () => {
  assert.deepEqual((await run({ command: 'rules' })).answer, utf32.rules());
  assert.deepEqual((await run({ command: 'explain', rule: 'duration-format' })).answer, utf32.explain('duration-format'));
});

const refused = {
  nothing: '',
  'no JSON': 'lint a.yaml',
  'half of a request': '{"command": "lint", "files": {"a.yaml": "',
  'two requests': '{"command": "rules"} {"command": "rules"}',
  binary: new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0xff]),
  'a lone surrogate': '{"command": "lint", "files": {"a.yaml": "\\ud800"}}',
  'deep nesting': '['.repeat(1_000_000),
  'deep nesting in an object': `{"command": "lint", "files": ${'{"a":'.repeat(1_000_000)}`,
  array: '[]',
  'no command': { files: {} },
  'an unknown command': { command: 'push' },
  'an unknown field': { command: 'lint', files: {}, cofig: '' },
  'no files': { command: 'lint' },
  'files that are no texts': { command: 'lint', files: { 'a.yaml': 1 } },
  'an unknown encoding': { command: 'lint', files: {}, encoding: 'utf-7' },
  'an unknown key of the configuration': { command: 'lint', files: {}, config: 'rulez: {}' },
  'unsafe lint': { command: 'lint', files: {}, unsafe: true },
  'an unknown rule': { command: 'explain', rule: 'duration-formt' },
  'nothing to resolve': { command: 'resolve' },
  'two things to resolve': { command: 'resolve', manifest: clean, semver: '1.x' },
  'no tags': { command: 'resolve', manifest: clean },
  'a list of tags that is none': { command: 'resolve', manifest: clean, tags: '{}' },
};
for (const [name, request] of Object.entries(refused)) {
  test(`${name}: an error, and exit code 2`, async () => {
    const { code, answer } = await run(request);
    assert.equal(code, 2);
    assert.deepEqual(Object.keys(answer), ['version', 'error']);
    assert.deepEqual(Object.keys(answer.error), ['message', 'why', 'help']);
    assert.ok(answer.error.message.length > 0);
  });
}

test('a text that is no text or too large is skipped, as elsewhere', async () => {
  const large = `${clean}# ${'x'.repeat(50_000_000)}`;
  const { code, answer } = await run({ command: 'lint', files: { 'a.yaml': 'a\0b', 'b.yaml': large } });
  assert.equal(code, 0);
  assert.deepEqual(answer.summary.skipped, [
    { path: 'a.yaml', reason: 'not-text' },
    { path: 'b.yaml', reason: 'too-large' },
  ]);
});

test('300 MB are refused', async () => {
  const { code, answer } = await run(`{"command": "lint", "files": {"a.yaml": "${'x'.repeat(300_000_000)}"}}`);
  assert.equal(code, 2);
  assert.match(answer.error.why, /256 MiB/);
});
