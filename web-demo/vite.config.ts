import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/** Writes sw.js with the list of the built files, and a name for the cache that changes when any of them does. */
function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const files = Object.keys(bundle).filter((name) => !name.endsWith('.map')).sort();
        const hash = createHash('sha256');
        for (const name of files) {
          const file = bundle[name]!;
          hash.update(name).update(file.type === 'chunk' ? file.code : file.source);
        }
        const assets = ['./', 'icon.svg', ...files.filter((name) => name !== 'index.html')];
        const source = readFileSync(new URL('src/service-worker.js', import.meta.url), 'utf8')
          .replace('__CACHE__', `kubectl-oci-${hash.digest('hex').slice(0, 12)}`)
          .replace('__FILES__', JSON.stringify(assets));
        this.emitFile({ type: 'asset', fileName: 'sw.js', source });
      },
    },
  };
}

/** Has the browser fetch the module and the editor while it reads the small script that starts the checker. */
function preload(): Plugin {
  return {
    name: 'preload',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const files = Object.values(bundle ?? {});
        const app = files.find((file) => file.type === 'chunk' && file.name === 'app');
        const module = files.find((file) => file.fileName.endsWith('.wasm'));
        if (app?.type !== 'chunk' || !module) return [];
        const link = (name: string, attrs: Record<string, string>) => ({ tag: 'link', attrs: { ...attrs, crossorigin: true, href: `./${name}` }, injectTo: 'head' as const });
        return [link(module.fileName, { rel: 'preload', as: 'fetch' }), ...[app.fileName, ...app.imports].map((name) => link(name, { rel: 'modulepreload' }))];
      },
    },
  };
}

/** While the page is worked on, its styles come through a script of the server, as style elements. */
function styleElements(): Plugin {
  return {
    name: 'style-elements',
    apply: 'serve',
    transformIndexHtml: (html) => html.replace("style-src 'self';", "style-src 'self' 'unsafe-inline';"),
  };
}

/** The example that the page opens with: a mistake that fixes into something to resolve. */
function firstExample(): string {
  const documents = readFileSync(new URL('../examples/mistakes/reference.yaml', import.meta.url), 'utf8').split(/^---\n/m);
  const found = documents.find((document) => document.includes('name: range-as-tag\n'));
  if (found === undefined) throw new Error('the example that the page opens with is gone');
  return found;
}

export default defineConfig({
  define: { FIRST_EXAMPLE: JSON.stringify(firstExample()) },
  // Relative, so that the page works under any path.
  base: './',
  resolve: { alias: [{ find: /^style-mod$/, replacement: fileURLToPath(new URL('src/style-module.ts', import.meta.url)) }] },
  plugins: [preload(), serviceWorker(), styleElements()],
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    // The policy of the page allows no data: addresses but for images; files are cached well anyway.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
  server: { fs: { allow: ['..'] } },
});
