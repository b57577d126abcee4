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

/** The binary's answer for these files, in this order, without the configurations and ignore files around them. */
function native(arguments_, cwd, config) {
  const rest = config === undefined ? ['--no-config'] : ['--config', config];
  try {
    return JSON.parse(execFileSync(binary, [...arguments_, '-o', 'json', ...rest], { cwd, encoding: 'utf8', maxBuffer: 1 << 30, stdio: 'pipe' }));
  } catch (error) {
    // Findings are exit code 1, nothing of ours 3.
    if (error.status === 1 || error.status === 3) return JSON.parse(error.stdout);
    throw error;
  }
}

/** What is in a folder that all three read alike: YAML and JSON in UTF-8. */
function inputs(folder) {
  const wanted = filesBelow(folder).filter(path => /\.(ya?ml|json)$/.test(path) && !/(^|\/)\./.test(path));
  return wanted.filter(path => isUtf8(readFileSync(join(folder, path))));
}

const sets = [];
for (const cases of ['tests/cases/cli', 'tests/cases/registry', 'tests/ide']) {
  for (const name of existsSync(join(root, cases)) ? readdirSync(join(root, cases)) : []) {
    const at = join(root, cases, name, 'in');
    if (existsSync(at) && inputs(at).length > 0) sets.push([`${cases}/${name}`, at]);
  }
}
sets.push(['tests/cases/yaml-errors', join(root, 'tests/cases/yaml-errors')]);
sets.push(['examples', join(root, 'examples')]);

for (const [name, at] of sets) {
  test(name, async () => {
    const paths = inputs(at);
    const texts = Object.fromEntries(paths.map(path => [path, readFileSync(join(at, path), 'utf8')]));
    const config = existsSync(join(at, '.kubectl-oci.yaml')) ? '.kubectl-oci.yaml' : undefined;
    const expected = native(['lint', ...paths], at, config);
    const text = config && readFileSync(join(at, config), 'utf8');
    assert.deepEqual(new Workspace(text, 'utf-32').checkAll(texts), expected, 'the package');
    const { answer } = await run({ command: 'lint', files: texts, config: text ?? '' });
    assert.deepEqual(answer, expected, 'the WASI command');
  });
}

test('there are inputs', () => assert.ok(sets.length > 40, `${sets.length}`));
