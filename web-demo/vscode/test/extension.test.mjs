// What the extension makes of the core's answers. Needs the package: npm install --no-save FOLDER (of wasm/build).

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';

import init from 'kubectl-oci';

import * as convert from '../src/convert.mjs';
import { Files, isWanted } from '../src/files.mjs';
import * as vscode from './vscode.mjs';

const uriOf = (path) => `memfs:/${path}`;
const TAGGED = `apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata:
  name: app
  namespace: apps
  labels: {x: é😀, y: "1"}
spec:
  interval: 5m
  url: oci://ghcr.io/acme/app
  ref:
    tag: 6.9.2@sha256:3f2a0e1c4b5d6978a0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f50617
`;
const CONSUMER = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: app, namespace: apps}
spec:
  interval: 5m
  prune: true
  sourceRef: {kind: OCIRepository, name: app}
`;
const rules = (found) => found.map((it) => it.rule);
const at = (line, character) => convert.place({ line, character });

before(() => init());

test('what package.json names is what VS Code loads, on the desktop and in a browser', () => {
  const { main, browser, type } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url)));
  // A browser puts .js behind every other name, and asks for that.
  assert.match(browser, /\.js$/);
  // The desktop asks Node, to which such a file is what its package is.
  assert.deepEqual([main, type], [browser, undefined]);
  const module = { exports: {} };
  new Function('module', 'exports', 'require', readFileSync(new URL(`../${browser}`, import.meta.url), 'utf8'))(module, module.exports, () => ({
    CodeActionKind: { SourceFixAll: { append: (name) => name } },
  }));
  assert.equal(typeof module.exports.activate, 'function');
});

test('a finding becomes a diagnostic at the same characters', () => {
  const files = new Files('');
  files.open('a.yaml', TAGGED);
  const found = files.findings('a.yaml').find((it) => it.rule === 'ref-tag-contains-digest');
  const out = convert.diagnostic(vscode, found, uriOf);
  assert.deepEqual({ ...out.range }, { startLine: 10, startCharacter: 9, endLine: 10, endCharacter: 86 });
  assert.equal(out.severity, vscode.DiagnosticSeverity.Error);
  assert.match(out.message, /holds a digest[^]*\nhelp: split it/);
  assert.equal(out.code.value, 'ref-tag-contains-digest');
  assert.match(out.code.target, /ref-tag-contains-digest\.md$/);
});

test('what is open takes the place of the disk until it is closed', () => {
  const files = new Files('');
  files.setDisk('source.yaml', TAGGED.replace(/@sha.*/, ''));
  files.setDisk('other.yaml', TAGGED.replace(/@sha.*/, '').replace('name: app', 'name: other'));
  files.open('app.yaml', CONSUMER);
  assert.deepEqual(rules(files.findings('app.yaml')), []);
  files.open('source.yaml', TAGGED.replace('name: app', 'name: third'));
  assert.deepEqual(rules(files.findings('app.yaml')), ['dangling-source-ref']);
  files.setDisk('source.yaml', TAGGED.replace(/@sha.*/, ''));
  assert.deepEqual(rules(files.findings('app.yaml')), ['dangling-source-ref']);
  files.close('source.yaml');
  assert.deepEqual(rules(files.findings('app.yaml')), []);
  files.setDisk('source.yaml', undefined);
  assert.deepEqual(rules(files.findings('app.yaml')), ['dangling-source-ref']);
  assert.deepEqual([files.has('source.yaml'), files.openPaths()], [false, ['app.yaml']]);
});

test('actions mend, and are told from each other', () => {
  const files = new Files('');
  files.open('a.yaml', TAGGED);
  const diagnostics = files.findings('a.yaml').map((it) => convert.diagnostic(vscode, it, uriOf));
  const answer = files.actions('a.yaml', at(10, 12), at(10, 12));
  const [first, ...rest] = convert.actions(vscode, answer, diagnostics, uriOf);
  assert.equal(first.title, 'Split tag and digest');
  assert.deepEqual([first.kind, first.isPreferred], ['quickfix', true]);
  assert.equal(first.diagnostics[0].code.value, 'ref-tag-contains-digest');
  assert.ok(first.edit.edits.every((edit) => edit.uri === 'memfs:/a.yaml'));
  assert.ok(rest.every((action) => !action.isPreferred));
  let text = TAGGED;
  const edits = files.safeEdits('a.yaml').sort((a, b) => b.range.start.offset - a.range.start.offset);
  for (const { range, text: by } of edits) {
    text = text.slice(0, range.start.offset) + by + text.slice(range.end.offset);
  }
  files.open('a.yaml', text);
  assert.ok(!rules(files.findings('a.yaml')).includes('ref-tag-contains-digest'));
});

test('places are explained, completed and followed', () => {
  const files = new Files('');
  files.open('source.yaml', TAGGED);
  files.open('app.yaml', CONSUMER);
  assert.match(convert.hover(vscode, files.hover('source.yaml', at(8, 10))).contents.value, /ghcr\.io/);
  assert.equal(convert.hover(vscode, null), null);
  const [defined] = convert.locations(vscode, files.definition('app.yaml', at(6, 42)), uriOf);
  assert.equal(defined.uri, 'memfs:/source.yaml');
  const [used] = convert.locations(vscode, files.references('source.yaml', at(3, 9)), uriOf);
  assert.equal(used.uri, 'memfs:/app.yaml');
  const [symbol] = convert.symbols(vscode, files.symbols('source.yaml'));
  assert.equal(symbol.name, 'app');
  assert.ok(symbol.children.length > 0);

  const typed = TAGGED.replace(/ {4}tag:[^]*/, '    sem');
  files.open('source.yaml', typed);
  const list = convert.completions(vscode, files.complete('source.yaml', at(10, 7)), typed);
  const semver = list.items.find((item) => item.label === 'semver');
  assert.deepEqual({ ...semver.range }, { startLine: 10, startCharacter: 4, endLine: 10, endCharacter: 7 });
  assert.equal(semver.kind, vscode.CompletionItemKind.Field);
});

test('a configuration that is refused leaves the last one in force', () => {
  const files = new Files('rules: {ref-tag-contains-digest: off}');
  files.open('a.yaml', TAGGED);
  assert.ok(!rules(files.findings('a.yaml')).includes('ref-tag-contains-digest'));
  assert.throws(() => files.configure('rules: {no-such-rule: off}'));
  assert.ok(!rules(files.findings('a.yaml')).includes('ref-tag-contains-digest'));
});

test('files are told by their names', () => {
  assert.ok(['a.yaml', 'x/b.yml', 'c.json', 'x/Kustomization'].every(isWanted));
  assert.ok(!['a.yaml.j2', 'README.md', 'Kustomization.txt'].some(isWanted));
});
