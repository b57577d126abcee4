// `node package.mjs DIR`: writes what is derived into the package: package.json, with the workspace's version, and
// rules.json, the rules with their pages.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const root = new URL('../../', import.meta.url);
const workspace = readFileSync(new URL('Cargo.toml', root), 'utf8').match(/\[workspace\.package\]([^[]*)/)[1];
const setting = name => workspace.match(new RegExp(`^${name} = "(.*)"`, 'm'))[1];

const { default: init, Workspace } = await import(new URL('index.js', `file://${join(folder, '/')}`));
await init();
const { version, rules } = new Workspace().rules();
const page = id => readFileSync(new URL(`core/src/rules/${id}.md`, root), 'utf8');
const pages = rules.map(rule => JSON.stringify({ ...rule, page: page(rule.id) }));
writeFileSync(join(folder, 'rules.json'), `{"version":${version},\n"rules":[\n${pages.join(',\n')}]}\n`);

const manifest = {
  name: 'kubectl-oci',
  version: setting('version'),
  description: 'Lints and resolves Flux OCIRepository manifests, as source-controller would, offline',
  keywords: ['flux', 'gitops', 'kubernetes', 'oci', 'linter'],
  license: setting('license'),
  repository: { type: 'git', url: `git+${setting('repository')}.git` },
  type: 'module',
  exports: {
    '.': { types: './index.d.ts', default: './index.js' },
    './rules.json': './rules.json',
    './kubectl_oci_bg.wasm': './kubectl_oci_bg.wasm',
    './package.json': './package.json',
  },
  types: './index.d.ts',
  files: ['index.js', 'index.d.ts', 'contract.d.ts', 'kubectl_oci.js', 'kubectl_oci_bg.wasm', 'rules.json'],
  engines: { node: '>=20.16' },
  sideEffects: false,
};
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
