// What the tests share: the built package, the repository's files, a manifest.
//
// KUBECTL_OCI_BUILT is the folder that wasm/test builds into: npm/, kubectl-oci-wasi.wasm, component/.

import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const built = resolve(process.env.KUBECTL_OCI_BUILT ?? join(root, 'target/wasm-built'));
export const npm = join(built, 'npm');

const api = await import(pathToFileURL(join(npm, 'index.js')).href);
await api.default();
export const { Workspace, version, initSync } = api;

export const read = path => readFileSync(join(root, path), 'utf8');

/** The files below a folder, as paths within it, sorted by their bytes. */
export function filesBelow(folder) {
  const found = [];
  const walk = (at, name) => {
    for (const entry of readdirSync(at)) {
      const path = join(at, entry);
      const shown = name ? `${name}/${entry}` : entry;
      if (statSync(path).isDirectory()) walk(path, shown);
      else found.push(shown);
    }
  };
  walk(folder, '');
  return found.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** An OCIRepository with these lines in its `spec`. */
export const repository = (spec, name = 'podinfo') => `apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata:
  name: ${name}
  namespace: apps
spec:
${spec.map(line => `  ${line}\n`).join('')}`;

/** One that a range shadows a tag of, without a scheme in its URL. */
export const mistaken = repository([
  'interval: 5m',
  'url: ghcr.io/stefanprodan/manifests/podinfo',
  'ref:',
  '  semver: ">=6.0.0 <7.0.0"',
  '  tag: latest',
]);

/** One that nothing is to be said about. */
export const clean = repository([
  'interval: 5m',
  'url: oci://ghcr.io/stefanprodan/manifests/podinfo',
  'ref:',
  '  semver: ">=6.0.0 <7.0.0"',
]);
