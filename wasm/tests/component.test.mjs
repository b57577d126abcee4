// The component, transpiled by jco, in Node.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { Workspace, built, clean, mistaken } from './support.mjs';

const { manifests } = await import(pathToFileURL(join(built, 'component/kubectl-oci.js')).href);
const file = (path, text, isContext = false) => ({ path, text, isContext });

test('lint answers as the package does, in each encoding', () => {
  const text = `# 𝒳é\n${mistaken}`;
  for (const encoding of ['utf-8', 'utf-16', 'utf-32']) {
    const answer = JSON.parse(manifests.lint([file('a.yaml', text)], '', encoding.replace('-', '')));
    assert.deepEqual(answer, new Workspace('', encoding).checkAll({ 'a.yaml': text }));
  }
});

test('a configuration and files of context count', () => {
  const files = [file('a.yaml', mistaken), file('b.yaml', mistaken.replaceAll('podinfo', 'b'), true)];
  const answer = JSON.parse(manifests.lint(files, 'rules: {ref-semver-shadows-tag: off}', 'utf32'));
  assert.deepEqual(answer.diagnostics.map(found => [found.path, found.rule]), [['a.yaml', 'url-missing-oci-scheme']]);
});

test('resolve answers for manifests and ranges', () => {
  const tags = ['6.1.0', '6.2.0', '7.0.0'];
  const answer = JSON.parse(manifests.resolve({ tag: 'manifest', val: clean }, tags, ''));
  assert.deepEqual(answer, new Workspace().resolve(clean, tags));
  const range = JSON.parse(manifests.resolve({ tag: 'range', val: { semver: '6.x', filter: '1' } }, tags, ''));
  assert.equal(range.results[0].tag, '6.1.0');
});

test('what is wrong is a failure, not a trap, and the component goes on working', () => {
  const manifest = { tag: 'manifest', val: clean };
  for (const [question, message] of [
    [() => manifests.lint([], 'rulez: {}', 'utf32'), /unknown key "rulez"/],
    [() => manifests.resolve(manifest, undefined, ''), /needs the repository's tags/],
    [() => manifests.resolve({ tag: 'manifest', val: 'a: 1' }, [], ''), /no OCIRepository/],
  ]) {
    assert.throws(question, error => message.test(error.payload.message));
  }
  for (const text of ['\0', '['.repeat(1_000_000), `${clean}# ${'x'.repeat(50_000_000)}`, '\ud800']) {
    assert.equal(JSON.parse(manifests.lint([file('a.yaml', text)], '', 'utf32')).version, 1);
  }
  assert.equal(JSON.parse(manifests.lint([file('a.yaml', mistaken)], '', 'utf32')).summary.errors, 1);
});
