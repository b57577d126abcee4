// One core, three shells: the binary, the package and the WASI command say the same of the same files, to the byte of
// what they have in common. The inputs are the goldens of the command line and the examples.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isUtf8 } from 'node:buffer';

import { Workspace, filesBelow, root } from './support.mjs';
import { run } from './wasi.mjs';

const binary = process.env.KUBECTL_OCI_BIN ?? join(root, 'target/debug/kubectl-oci');
const folder = mkdtempSync(join(tmpdir(), 'kubectl-oci-parity-'));
after(() => rmSync(folder, { recursive: true }));

/** The binary's answer for these files. */
function native(arguments_, cwd, config) {
  const rest = config === undefined ? ['--no-config'] : ['--config', config];
  try {
    return JSON.parse(execFileSync(binary, [...arguments_, '-o', 'json', ...rest], { cwd, encoding: 'utf8', maxBuffer: 1 << 30, stdio: 'pipe' }));
  } catch (error) {
    // Findings are exit code 1, nothing of ours 3.
    if (error.status === 1 || error.status === 3) return JSON.parse(error.stdout);
    if (error.status === 2) return { refused: error.stderr };
    throw error;
  }
}

/** What is in a folder that all three read alike: YAML, JSON and Markdown in UTF-8. Charts' templates are left out: the
 * binary finds the Chart.yaml above them. */
function inputs(folder) {
  const all = filesBelow(folder);
  const charts = all.filter(path => /(^|\/)Chart\.yaml$/.test(path)).map(path => `${path.slice(0, -'Chart.yaml'.length)}templates/`);
  const wanted = all.filter(path => /\.(ya?ml|json|md)$/.test(path) && !/(^|\/)\./.test(path));
  const ours = wanted.filter(path => !charts.some(chart => path.startsWith(chart)));
  return ours.filter(path => isUtf8(readFileSync(join(folder, path))));
}

const sets = [];
for (const cases of ['tests/cases/cli', 'tests/cases/registry']) {
  for (const name of readdirSync(join(root, cases))) {
    const at = join(root, cases, name, 'in');
    if (existsSync(at) && inputs(at).length > 0) sets.push([`${cases}/${name}`, at]);
  }
}
sets.push(['tests/cases/yaml-errors', join(root, 'tests/cases/yaml-errors')]);
// Their examples are fences of YAML.
sets.push(['the pages of the rules', join(root, 'core/src/rules')]);
sets.push(['examples', join(root, 'examples')]);

for (const [name, at] of sets) {
  test(name, async () => {
    const paths = inputs(at);
    const texts = Object.fromEntries(paths.map(path => [path, readFileSync(join(at, path), 'utf8')]));
    const config = existsSync(join(at, '.kubectl-oci.yaml')) ? '.kubectl-oci.yaml' : undefined;
    // Away from this repository: the binary looks around in the one that a file belongs to, for who patches it.
    const copy = join(folder, String(sets.findIndex(set => set[0] === name)));
    for (const path of [...paths, ...(config ? [config] : [])]) cpSync(join(at, path), join(copy, path));
    const expected = native(['lint', ...paths], copy, config);
    const text = config && readFileSync(join(at, config), 'utf8');
    if (expected.refused) {
      const { code, answer } = await run({ command: 'lint', files: texts, config: text });
      assert.equal(code, 2);
      const said = answer.error.message.split(': ').pop();
      assert.ok(expected.refused.includes(said), `${expected.refused} where the WASI command says ${said}`);
      assert.throws(() => new Workspace(text), error => error.message.includes(said));
      return;
    }
    assert.deepEqual(new Workspace(text, 'utf-32').checkAll(texts), expected, 'the package');
    const { answer } = await run({ command: 'lint', files: texts, config: text ?? '' });
    assert.deepEqual(answer, expected, 'the WASI command');
  });
}

test('resolve', async () => {
  const manifest = readFileSync(join(root, 'examples/mistakes/reference.yaml'), 'utf8');
  const source = readFileSync(join(root, 'examples/fleet/apps/podinfo/source.yaml'), 'utf8');
  const tags = readFileSync(join(root, 'examples/tags/podinfo.txt'), 'utf8');
  for (const [path, text] of [['mistakes/reference.yaml', manifest], ['fleet/apps/podinfo/source.yaml', source]]) {
    const expected = native(['resolve', '-f', path, '--tags', 'tags/podinfo.txt'], join(root, 'examples'));
    assert.deepEqual(new Workspace().resolve(text, tags), expected);
    assert.deepEqual((await run({ command: 'resolve', manifest: text, tags })).answer, expected);
  }
});

test('there are inputs', () => assert.ok(sets.length > 40, `${sets.length}`));
