// Input that nobody means: a finding or a clear refusal, and the module goes on working.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { Workspace, clean, mistaken, npm, repository } from './support.mjs';

const workspace = new Workspace();

/** The module is as it was: the same question has the same answer. */
function goesOn() {
  workspace.clear();
  const report = workspace.check('ours.yaml', mistaken);
  assert.deepEqual(report.diagnostics.map(found => found.rule), ['url-missing-oci-scheme', 'ref-semver-shadows-tag']);
  workspace.clear();
}

/** Every question about a text. None may trap; those that throw throw an `Error` of ours. */
function askAll(text) {
  const ask = question => {
    try {
      return question();
    } catch (error) {
      assert.ok(!(error instanceof WebAssembly.RuntimeError), `a trap: ${error.stack}`);
      assert.ok(!(error instanceof RangeError), `a stack overflow: ${error.stack}`);
      assert.ok(error.message.length < 1500, `an error that can be read, not ${error.message.slice(0, 300)}`);
    }
  };
  const report = ask(() => workspace.check('a.yaml', text));
  for (const place of [0, text.length >> 1, text.length, 2 ** 40]) {
    for (const question of ['hover', 'complete', 'definition', 'references', 'actions']) ask(() => workspace[question]('a.yaml', place));
  }
  ask(() => workspace.symbols('a.yaml'));
  ask(() => workspace.render('sarif'));
  ask(() => workspace.resolve(text, ['1.0.0']));
  ask(() => workspace.resolve(clean, text));
  ask(() => workspace.resolve({ semver: text.slice(0, 1e6), semverFilter: text.slice(0, 1e6) }, ['1.0.0']));
  ask(() => workspace.configure(text));
  workspace.configure('');
  ask(() => workspace.explain(text.slice(0, 1000)));
  ask(() => workspace.fix('a.yaml', undefined, { unsafe: true }));
  goesOn();
  return report;
}

const skippedAs = report => report.summary.skipped.map(skipped => skipped.reason);

test('binary is skipped as no text', () => {
  const elf = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0xff, 0xfe]).toString('latin1');
  assert.deepEqual(skippedAs(askAll(elf.repeat(1000))), ['not-text']);
  let state = 1;
  const random = Array.from({ length: 20_000 }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return String.fromCharCode(1 + (state >> 8) % 255);
  });
  askAll(clean + random.join(''));
});

test('50 MB are skipped as too large, and not copied first', () => {
  const started = performance.now();
  const report = workspace.check('a.yaml', `${clean}# ${'x'.repeat(50_000_000)}`);
  assert.deepEqual(skippedAs(report), ['too-large']);
  assert.ok(performance.now() - started < 1000);
  assert.throws(() => workspace.hover('a.yaml', 0), /a\.yaml was not read: too-large/);
  assert.throws(() => workspace.resolve(`${clean}# ${'x'.repeat(50_000_000)}`, []), /too large/);
  assert.throws(() => workspace.resolve(clean, '1.0.0\n'.repeat(8_000_000)), /too large/);
  assert.throws(() => new Workspace(`# ${'x'.repeat(50_000_000)}`), /too large/);
  goesOn();
});

test('files that are too many together are skipped, one by one', () => {
  const big = `${clean}# ${'x'.repeat(15_000_000)}\n`;
  const report = workspace.checkAll(Object.fromEntries([1, 2, 3, 4, 5, 6].map(number => [`${number}.yaml`, big])));
  assert.deepEqual(skippedAs(report), ['too-large', 'too-large']);
  goesOn();
});

test('as much as is read at all is read', () => {
  const documents = Array.from({ length: 2_000 }, (_, index) => mistaken.replaceAll('podinfo', `p${index}`));
  const report = workspace.check('a.yaml', documents.join('---\n'));
  assert.equal(report.summary.documents, 2_000);
  goesOn();
});

for (const [name, open, close] of [
  ['sequences', '[', ']'],
  ['mappings', '{a: ', '}'],
  ['keys', '? ', ''],
  ['items', '- ', ''],
  ['brackets of a pattern', '(', ')'],
]) {
  test(`deep nesting of ${name}`, () => {
    for (const depth of [100, 10_000, 1_000_000]) {
      askAll(repository(['interval: 5m', `url: ${open.repeat(depth)}a${close.repeat(depth)}`]));
      askAll(`${clean}---\n${open.repeat(depth)}`);
    }
    const filter = `${open.repeat(100_000)}a${close.repeat(100_000)}`;
    askAll(repository(['interval: 5m', 'url: oci://a.io/b', 'ref:', '  semver: 1.x', `  semverFilter: '${filter}'`]));
  });
}

test('deep indentation', () => {
  const lines = Array.from({ length: 3_000 }, (_, depth) => `${' '.repeat(depth)}a:\n`);
  askAll(clean + '---\n' + lines.join(''));
});

test('aliases that multiply are not followed', () => {
  const levels = Array.from({ length: 40 }, (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(10)}]`);
  askAll(`${clean}---\na0: &a0 x\n${levels.join('\n')}\n`);
  askAll(repository(['interval: &a 5m', 'url: *b', 'ref: &c', '  <<: *c']));
});

test('lone surrogates', () => {
  askAll(repository(['interval: 5m', 'url: oci://ghcr.io/a/\ud800b', 'ref:', '  tag: "\udfff"']));
  workspace.put('\ud800.yaml', clean);
  askAll('\ud800\udc00\udc00\ud800');
});

test('odd line ends and marks', () => {
  askAll(mistaken.replaceAll('\n', '\r\n'));
  askAll(mistaken.replaceAll('\n', '\r'));
  askAll(`\ufeff${mistaken}`);
  askAll(mistaken.replaceAll('\n', '\u2028'));
  askAll('');
  askAll('\n'.repeat(100_000));
  askAll('\t'.repeat(100_000));
});

test('half of a file, at every place', () => {
  const text = repository(['interval: 5m', 'url: "oci://ghcr.io/a/𝒳"', "ref: {semver: '>=1', tag: [a]}", '# é'.repeat(3)]);
  for (let end = 0; end <= text.length; end++) {
    const half = text.slice(0, end);
    workspace.check('a.yaml', half);
    workspace.complete('a.yaml', end);
    workspace.hover('a.yaml', end);
    workspace.actions('a.yaml', 0, end);
  }
  goesOn();
});

test('arguments of other types', () => {
  for (const text of [null, 1, {}, [], Symbol('a')]) {
    assert.throws(() => workspace.put('a.yaml', text), error => !(error instanceof WebAssembly.RuntimeError));
  }
  for (const path of ['', '/', '..', '\\', '\0', '\n', 'a'.repeat(4096), '__proto__']) workspace.check(path, mistaken);
  assert.throws(() => workspace.check(undefined, mistaken), error => !(error instanceof WebAssembly.RuntimeError));
  goesOn();
});

test('files are an object of texts, all or none of which are taken', () => {
  workspace.checkAll({ 'a.yaml': mistaken });
  for (const files of [null, 5, 'abc', ['a'], new Map([['a', clean]])]) assert.throws(() => workspace.checkAll(files), /files are an object/);
  assert.throws(() => workspace.checkAll({ 'b.yaml': clean, 'c.yaml': 5 }), /number where a string/);
  assert.equal(workspace.check('a.yaml').summary.files, 1);
  assert.deepEqual(Object.keys(workspace.fixAll(JSON.parse(`{"__proto__": ${JSON.stringify(mistaken)}}`)).texts), ['__proto__']);
  goesOn();
});

test('tags are strings', () => {
  for (const tags of [[1], ['1.0.0', null], [undefined], [Symbol('a')], [1n], [['1.0.0']], new Array(2), {}, 5, new Set(['1.0.0'])]) {
    assert.throws(() => workspace.resolve({ semver: '1.x' }, tags), /where a string is needed/);
  }
  goesOn();
});

test('a string that would not fit is refused, wherever it is given', () => {
  const huge = 'é'.repeat(2 ** 28);
  for (const question of [
    () => workspace.check(huge, huge), () => workspace.check(huge), () => workspace.remove(huge), () => workspace.hover(huge, 0),
    () => workspace.configure(huge), () => new Workspace(huge), () => new Workspace('', huge), () => workspace.explain(huge), () => workspace.render(huge),
    () => workspace.resolve(huge, []), () => workspace.resolve({ semver: huge }, []), () => workspace.resolve({ semver: '1', semverFilter: huge }, []), () => workspace.resolve({ semver: '1' }, huge),
    () => workspace.checkAll({ [huge]: 'a' }),
  ]) assert.throws(question, /too large/);
  assert.deepEqual(skippedAs(workspace.check('a.yaml', huge)), ['too-large']);
  goesOn();
});

test('a workspace given back says so, and others go on', () => {
  const other = new Workspace();
  other.free();
  other.free();
  for (const question of [() => other.check('a.yaml', clean), () => other.clear(), () => other.hover('a.yaml', 0), () => other.resolve(clean, [])]) {
    assert.throws(question, /this workspace was freed/);
  }
  goesOn();
});

test('before the module is loaded, it is said that it is not', async () => {
  const fresh = await import(`${pathToFileURL(join(npm, 'index.js'))}?again`);
  assert.throws(() => new fresh.Workspace(), /not loaded yet/);
});
