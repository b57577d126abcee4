// What each function of the package answers, by what is said in index.d.ts.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Workspace, clean, mistaken, npm, read, repository, version } from './support.mjs';

const rulesOf = report => report.diagnostics.map(found => found.rule);

test('check says what is found, and where, in units of the string', () => {
  const workspace = new Workspace();
  const report = workspace.check('a.yaml', mistaken);
  assert.equal(report.version, 1);
  assert.deepEqual(rulesOf(report), ['url-missing-oci-scheme', 'ref-semver-shadows-tag']);
  const [first] = report.diagnostics;
  assert.equal(first.severity, 'error');
  assert.equal(first.path, 'a.yaml');
  assert.deepEqual(first.object.name, 'podinfo');
  const { start, end } = first.range;
  assert.equal(mistaken.slice(start.offset, end.offset), 'ghcr.io/stefanprodan/manifests/podinfo');
  assert.deepEqual([start.line, start.column], [8, 8]);
  assert.deepEqual(report.summary, {
    files: 1, documents: 1, errors: 1, warnings: 1, infos: 0, suppressed: 0, skipped: [],
  });
});

test('check without a text asks of the text that is there', () => {
  const workspace = new Workspace();
  workspace.put('a.yaml', mistaken);
  assert.deepEqual(workspace.check('a.yaml'), workspace.check('a.yaml', mistaken));
  assert.equal(workspace.check('none.yaml').summary.files, 0);
  assert.equal(workspace.remove('a.yaml'), true);
  assert.equal(workspace.remove('a.yaml'), false);
  assert.equal(workspace.check('a.yaml').summary.files, 0);
});

test('checkAll holds files against each other', () => {
  const files = { 'release.yaml': read('examples/mistakes/consumers.yaml'), 'source.yaml': clean };
  const workspace = new Workspace();
  const whole = workspace.checkAll(files);
  assert.equal(whole.summary.files, 2);
  assert.deepEqual(workspace.checkAll(), whole);
  const reversed = new Workspace();
  for (const [path, text] of Object.entries(files).reverse()) reversed.put(path, text);
  assert.equal(reversed.checkAll().diagnostics.length, whole.diagnostics.length);
  assert.equal(workspace.checkAll({}).summary.files, 0);
});

test('a file of context is looked up in, and nothing is said about it', () => {
  const workspace = new Workspace();
  workspace.put('context.yaml', mistaken, { context: true });
  workspace.put('a.yaml', clean.replace('name: podinfo', 'name: other'));
  assert.deepEqual(rulesOf(workspace.checkAll()), []);
});

test('fix applies what is safe, and says what is left', () => {
  const workspace = new Workspace();
  const fixed = workspace.fix('a.yaml', mistaken);
  assert.equal(fixed.texts['a.yaml'], mistaken.replace('url: ghcr', 'url: oci://ghcr'));
  assert.equal(fixed.summary.fixed, 1);
  assert.deepEqual(rulesOf(fixed), ['ref-semver-shadows-tag']);
  assert.deepEqual(rulesOf(workspace.check('a.yaml')), ['ref-semver-shadows-tag']);
  const rest = workspace.fix('a.yaml', undefined, { unsafe: true });
  assert.deepEqual(rulesOf(rest), []);
  assert.equal(rest.texts['a.yaml'].includes('latest'), false);
  assert.deepEqual(workspace.fix('a.yaml').texts, {});
});

test('fixAll fixes every file, fix only its own', () => {
  const files = { 'a.yaml': mistaken, 'b.yaml': mistaken.replaceAll('podinfo', 'other') };
  const workspace = new Workspace();
  assert.deepEqual(Object.keys(workspace.fixAll(files).texts), ['a.yaml', 'b.yaml']);
  workspace.checkAll(files);
  assert.deepEqual(Object.keys(workspace.fix('b.yaml').texts), ['b.yaml']);
  assert.ok(rulesOf(workspace.check('a.yaml')).includes('url-missing-oci-scheme'));
});

test('resolve takes a manifest or a range, and tags in any form', () => {
  const workspace = new Workspace();
  const tags = ['6.9.2', '6.10.0', '6.11.0-rc.1', 'latest', '7.0.0'];
  const [result] = workspace.resolve(clean, tags).results;
  assert.equal(result.tag, '6.10.0');
  assert.equal(result.object.name, 'podinfo');
  assert.deepEqual([result.considered, result.matching], [5, 2]);
  assert.deepEqual(Object.fromEntries(result.rejected.map(({ tag, reason }) => [tag, reason])), {
    '6.11.0-rc.1': 'prerelease', latest: 'parts', '7.0.0': 'range',
  });
  for (const form of [tags.join('\n'), JSON.stringify(tags), JSON.stringify({ name: 'a', tags })]) {
    assert.deepEqual(workspace.resolve(clean, form).results[0], result);
  }
  const [range] = workspace.resolve({ semver: '6.x', semverFilter: '^6\\.9' }, tags).results;
  assert.deepEqual([range.tag, range.object], ['6.9.2', null]);
  const byTag = repository(['interval: 5m', 'url: oci://a.io/b', 'ref:', '  tag: "1"']);
  assert.equal(workspace.resolve(byTag).results[0].tag, '1');
});

test('resolve throws what is wrong with its arguments', () => {
  const workspace = new Workspace();
  assert.throws(() => workspace.resolve(clean), /needs the repository's tags/);
  assert.throws(() => workspace.resolve(`${clean}  layerSelector: [`, []), /not YAML/);
  assert.throws(() => workspace.resolve('a: 1', []), /no OCIRepository/);
  assert.throws(() => workspace.resolve(clean, '{"a": 1}'), /list of tags could not be read/);
});

test('hover explains the field or value at a place', () => {
  const workspace = new Workspace();
  workspace.put('a.yaml', mistaken);
  const offset = mistaken.indexOf('semver');
  const hover = workspace.hover('a.yaml', offset);
  assert.match(hover.markdown, /^\*\*semver\*\* · string/);
  assert.equal(mistaken.slice(hover.range.start.offset, hover.range.end.offset), 'semver');
  assert.deepEqual(workspace.hover('a.yaml', { line: 10, column: 5 }), hover);
  assert.deepEqual(workspace.hover('a.yaml', hover.range.start), hover);
  assert.equal(workspace.hover('a.yaml', mistaken.length), null);
  assert.throws(() => workspace.hover('none.yaml', 0), /there is no file none\.yaml/);
  for (const place of [-1, 1.5, NaN, {}, null, { line: 0, column: 1 }, { line: 1, column: '1' }]) {
    assert.throws(() => workspace.hover('a.yaml', place), TypeError);
  }
});

test('complete says what could stand at a place, in a text half typed', () => {
  const workspace = new Workspace();
  const text = repository(['interval: 5m', 'url: oci://a.io/b', 'ref:', '  sem']);
  workspace.put('a.yaml', text);
  const offered = workspace.complete('a.yaml', text.lastIndexOf('sem') + 3);
  const semver = offered.find(completion => completion.label === 'semver');
  assert.equal(semver.kind, 'field');
  assert.equal(text.slice(semver.edit.range.start.offset, semver.edit.range.end.offset), 'sem');
  assert.ok(semver.edit.text.startsWith('semver'));
  const first = workspace.complete('a.yaml', { line: 2, column: 'kind: '.length + 1 });
  assert.ok(first.some(completion => completion.label === 'OCIRepository'));
});

test('actions fix, silence, and name the finding they are about', () => {
  const workspace = new Workspace();
  const { diagnostics } = workspace.check('a.yaml', mistaken);
  const { start, end } = diagnostics[0].range;
  const actions = workspace.actions('a.yaml', start, end);
  const fix = actions.find(action => action.kind === 'fix');
  assert.equal(diagnostics[fix.diagnostic].rule, 'url-missing-oci-scheme');
  assert.deepEqual(fix.edits, diagnostics[0].fix.edits);
  assert.ok(actions.some(action => action.kind === 'suppress'));
  assert.deepEqual(workspace.actions('a.yaml', 0), []);
});

test('symbols, definition and references lead through files', () => {
  const source = read('examples/fleet/apps/podinfo/source.yaml');
  const consumer = read('examples/fleet/apps/podinfo/release.yaml');
  const workspace = new Workspace();
  workspace.checkAll({ 'source.yaml': source, 'release.yaml': consumer });
  const [symbol] = workspace.symbols('source.yaml');
  assert.equal(symbol.kind, 'object');
  assert.ok(symbol.children.length > 0);
  const place = consumer.indexOf('name: podinfo', consumer.indexOf('sourceRef')) + 'name: '.length;
  const [definition] = workspace.definition('release.yaml', place);
  assert.equal(definition.path, 'source.yaml');
  const used = workspace.references('source.yaml', definition.range.start);
  assert.ok(used.some(location => location.path === 'release.yaml'));
});

test('explain and rules are the table; rules.json has the pages too', () => {
  const workspace = new Workspace();
  const { version, rules } = workspace.rules();
  assert.equal(version, 1);
  assert.ok(rules.length > 50);
  assert.deepEqual(workspace.explain('ref-semver-shadows-tag'), rules.find(rule => rule.id === 'ref-semver-shadows-tag'));
  assert.throws(() => workspace.explain('ref-semver-shadow-tag'), /did you mean ref-semver-shadows-tag\?/);
  const pages = JSON.parse(readFileSync(join(npm, 'rules.json'), 'utf8'));
  assert.deepEqual(pages.rules.map(({ page, ...rule }) => rule), rules);
  assert.ok(pages.rules.every(rule => rule.page.startsWith('# ')));
});

test('render answers in the formats of the command line', () => {
  const workspace = new Workspace();
  workspace.put('a.yaml', mistaken);
  assert.match(workspace.render('concise'), /^a\.yaml:8:8: error url-missing-oci-scheme: /);
  assert.equal(JSON.parse(workspace.render('sarif')).version, '2.1.0');
  assert.equal(JSON.parse(workspace.render('json')).summary.errors, 1);
  assert.equal(JSON.parse(workspace.render('gitlab')).length, 2);
  assert.match(workspace.render('github'), /^::error /);
  assert.match(workspace.render('junit'), /^<\?xml/);
  assert.throws(() => workspace.render('yaml'), /there is no output format "yaml"/);
});

test('a configuration counts, and a wrong one is refused with what is right', () => {
  const workspace = new Workspace('rules:\n  ref-semver-shadows-tag: off\nexclude: ["other/**"]\n');
  workspace.put('other/b.yaml', mistaken);
  workspace.put('a.yaml', mistaken);
  assert.deepEqual(rulesOf(workspace.checkAll()), ['url-missing-oci-scheme']);
  assert.throws(() => new Workspace('rulez: {}'), /did you mean/);
  assert.throws(() => new Workspace('rules: ['), /line 1/);
  assert.throws(() => workspace.configure('rules: {no-such-rule: off}'), /no-such-rule/);
  assert.deepEqual(rulesOf(workspace.checkAll()), ['url-missing-oci-scheme']);
  workspace.configure('rules: {ref-semver-shadows-tag: error}');
  assert.equal(workspace.check('a.yaml').summary.errors, 2);
  workspace.configure();
  assert.equal(workspace.check('a.yaml').summary.errors, 1);
});

test('places count in the encoding that is asked for', () => {
  // Before the value: one character of two UTF-16 units and four bytes, one of two bytes.
  const text = repository(['interval: 5m', '? { "𝒳é": url } # 𝒳é', ': 1', 'url: oci://ghcr.io/a/𝒳é:1.0.0 # é']);
  const at = (encoding, needle) => {
    const report = new Workspace(null, encoding).check('a.yaml', text);
    const found = report.diagnostics.find(found => found.range.start.line === text.slice(0, text.indexOf('url: oci')).split('\n').length);
    assert.ok(found, needle);
    return found.range;
  };
  const utf16 = at('utf-16');
  assert.deepEqual(utf16, at(undefined));
  const covered = text.slice(utf16.start.offset, utf16.end.offset);
  const bytes = Buffer.from(text);
  for (const encoding of ['utf-8', 'utf-32']) {
    const range = at(encoding);
    assert.equal(bytes.subarray(range.start.offset, range.end.offset).toString(), covered);
  }
  const line = text.split('\n')[utf16.end.line - 1];
  const before = line.slice(0, utf16.end.column - 1);
  assert.equal(at('utf-8').end.column - 1, Buffer.byteLength(before));
  assert.equal(at('utf-32').end.column - 1, [...before].length);
  assert.throws(() => new Workspace('', 'utf-7'), /there is no encoding "utf-7"/);
});

test('a place in any encoding leads to the same answer', () => {
  const text = `# 𝒳é\n${mistaken}`;
  const expected = { 'utf-8': Buffer.byteLength('# 𝒳é\n'), 'utf-32': Buffer.byteLength('# 𝒳é\n'), 'utf-16': '# 𝒳é\n'.length };
  for (const [encoding, before] of Object.entries(expected)) {
    const workspace = new Workspace('', encoding);
    workspace.put('a.yaml', text);
    const hover = workspace.hover('a.yaml', before + mistaken.indexOf('semver'));
    assert.equal(hover.range.start.offset, before + mistaken.indexOf('semver'), encoding);
  }
});

test('version is the package’s', () => {
  assert.equal(version(), JSON.parse(readFileSync(join(npm, 'package.json'), 'utf8')).version);
});
