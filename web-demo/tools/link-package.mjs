// Puts the npm package that `wasm/build` made where imports find it: a link in node_modules, so that the type checker,
// the bundler and the worker all see the same folder.
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const source = resolve(root, '../wasm/pkg');
if (!existsSync(resolve(source, 'package.json'))) {
  console.error(`no npm package in ${source}: run \`wasm/build wasm/pkg\` first`);
  process.exit(1);
}
const link = resolve(root, 'node_modules/kubectl-oci');
mkdirSync(dirname(link), { recursive: true });
rmSync(link, { recursive: true, force: true });
symlinkSync(source, link, 'junction');
