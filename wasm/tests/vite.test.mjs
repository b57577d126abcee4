// The packed package in an empty project: installed by npm, bundled by Vite, loaded, and its types asked for.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { clean, npm, root } from './support.mjs';

const project = mkdtempSync(join(tmpdir(), 'kubectl-oci-vite-'));
after(() => rmSync(project, { recursive: true }));

const tools = join(root, 'wasm/node_modules');
const run = (program, ...arguments_) => execFileSync(program, arguments_, { cwd: project, encoding: 'utf8', stdio: 'pipe' });

let tarball;
before(() => {
  tarball = JSON.parse(run('npm', 'pack', npm, '--json', '--ignore-scripts'))[0];
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }));
  run('npm', 'install', `./${tarball.filename}`, '--offline', '--no-audit', '--no-fund', '--ignore-scripts');
  writeFileSync(join(project, 'index.html'), '<!doctype html><script type="module" src="./main.ts"></script>');
  writeFileSync(join(project, 'main.ts'), `
import init, { Workspace, type Report } from 'kubectl-oci';
import moduleUrl from 'kubectl-oci/kubectl_oci_bg.wasm?url';
import pages from 'kubectl-oci/rules.json';

await init();
await init({ module_or_path: moduleUrl });
const report: Report = new Workspace().check('a.yaml', ${JSON.stringify(clean)});
const rule: string | undefined = report.diagnostics[0]?.rule;
document.body.textContent = \`\${rule ?? 'clean'} of \${pages.rules.length}\`;
`);
});

test('the tarball holds what is said, and nothing else', () => {
  const names = tarball.files.map(file => file.path).sort();
  assert.deepEqual(names, [
    'LICENSE', 'README.md', 'contract.d.ts', 'index.d.ts', 'index.js', 'kubectl_oci.js', 'kubectl_oci_bg.wasm', 'package.json',
    'rules.json',
  ]);
});

test('the installed package runs in Node', () => {
  const script = `import init, { Workspace } from 'kubectl-oci'; await init(); console.log(new Workspace().check('a.yaml', 'a: 1').version);`;
  writeFileSync(join(project, 'node.mjs'), script);
  assert.equal(run(process.execPath, 'node.mjs').trim(), '1');
});

test('Vite bundles it, with the module as one file of its own', () => {
  run(process.execPath, join(tools, 'vite/bin/vite.js'), 'build', '--logLevel', 'warn');
  const assets = readdirSync(join(project, 'dist/assets'));
  const modules = assets.filter(name => name.endsWith('.wasm'));
  assert.equal(modules.length, 1, `${assets}`);
  assert.equal(statSync(join(project, 'dist/assets', modules[0])).size, statSync(join(npm, 'kubectl_oci_bg.wasm')).size);
  const script = readFileSync(join(project, 'dist/assets', assets.find(name => name.endsWith('.js'))), 'utf8');
  assert.ok(!script.includes('require('));
  assert.ok(!/from\s*["']node:/.test(script), 'nothing of Node is imported');
});

test('TypeScript knows its types', () => {
  symlinkSync(join(tools, 'typescript'), join(project, 'node_modules/typescript'));
  writeFileSync(join(project, 'vite-env.d.ts'), "declare module '*?url' { const url: string; export default url; }\n");
  writeFileSync(join(project, 'wrong.ts'), `
import { Workspace } from 'kubectl-oci';
// @ts-expect-error: there is no such encoding
new Workspace('', 'utf-7');
// @ts-expect-error: a place is needed
new Workspace().hover('a.yaml');
`);
  const options = { strict: true, module: 'ESNext', moduleResolution: 'bundler', target: 'ES2022', noEmit: true, resolveJsonModule: true, types: [] };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['*.ts'] }));
  try {
    run(process.execPath, join(tools, 'typescript/bin/tsc'), '-p', '.');
  } catch (error) {
    assert.fail(error.stdout);
  }
});
