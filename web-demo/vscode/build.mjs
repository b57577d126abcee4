// Bundles the extension: one file for the extension host of a browser or a desktop, and the module beside it.
//
//   node build.mjs [PACKAGE]      PACKAGE: what `wasm/build DIR` made (node_modules/kubectl-oci where none is named)

import { copyFile, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const core = resolve(process.argv[2] ?? join(here, 'node_modules/kubectl-oci'));
const out = join(here, 'dist');

await mkdir(out, { recursive: true });
await build({
  entryPoints: [join(here, 'src/extension.mjs')],
  outfile: join(out, 'extension.js'),
  bundle: true,
  format: 'cjs',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  external: ['vscode'],
  alias: { 'kubectl-oci': core },
  // The module's bytes are handed in: nothing is loaded from an address.
  logOverride: { 'empty-import-meta': 'silent' },
});
await copyFile(join(here, '../../LICENSE'), join(here, 'LICENSE'));
await copyFile(join(core, 'kubectl_oci_bg.wasm'), join(out, 'kubectl_oci_bg.wasm'));
