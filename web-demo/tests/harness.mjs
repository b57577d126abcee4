// A server for the built page and a browser to look at it. Whatever the page logs as an error, and whatever it asks of
// another host, is kept and fails the test that asks for it.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const dist = resolve(fileURLToPath(import.meta.url), '../../dist');
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.json': 'application/json', '.svg': 'image/svg+xml' };
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Serves under a path, as a project's pages are. */
async function serve() {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname)).replace(/^\/playground\//, '/');
    const name = path === '/' ? '/index.html' : path;
    try {
      const body = await readFile(join(dist, name));
      response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

export async function start() {
  const server = await serve();
  const origin = `http://127.0.0.1:${server.address().port}`;
  const chrome = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
  const browser = await chrome.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  return {
    address: `${origin}/playground/`,
    /** A tab of its own, with what it did wrong. */
    async open(hash = '', { theme = 'light', width = 1280, height = 860, address = `${origin}/playground/` } = {}) {
      const page = await browser.newPage();
      page.setDefaultTimeout(10_000);
      const wrong = [];
      page.on('console', (message) => message.type() === 'error' && wrong.push(`console: ${message.text()}`));
      page.on('pageerror', (error) => wrong.push(`error: ${error.stack}`));
      page.on('request', (request) => /^(?:data:|blob:)/.test(request.url()) || request.url().startsWith(new URL(address).origin) || wrong.push(`request: ${request.url()}`));
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height });
      await page.goto(address + hash);
      return { page, wrong };
    },
    /** When the page set a mark, by its own clock. Nothing is run in it before that: the driver's helpers would count too. */
    async timeTo(mark) {
      const page = await browser.newPage();
      await page.setViewportSize({ width: 1280, height: 860 });
      const debug = await browser.newCDPSession(page);
      await debug.send('Page.navigate', { url: `${origin}/playground/` });
      for (let waited = 0; waited < 10; waited++) {
        await new Promise((done) => setTimeout(done, 1000));
        const { result } = await debug.send('Runtime.evaluate', { expression: `performance.getEntriesByName('${mark}')[0]?.startTime` });
        if (result.value !== undefined) return result.value;
      }
      throw new Error(`the page never came to "${mark}"`);
    },
    /** How long the page's own thread worked at the longest task while something was done; what waits for other programs of the machine does not count. */
    async longestTask(page, run) {
      await chrome.startTracing(page, { categories: ['toplevel', 'devtools.timeline', '__metadata'] });
      await run();
      const { traceEvents } = JSON.parse((await chrome.stopTracing()).toString());
      const threads = new Set(traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}:${tid}`));
      // The driver's own questions run there too, and the first task holds what tracing itself needs.
      const tasks = traceEvents.filter(({ name, pid, tid }) => name.endsWith('RunTask') && threads.has(`${pid}:${tid}`)).slice(1);
      return Math.max(0, ...tasks.map(({ tdur }) => tdur ?? 0)) / 1000;
    },
    offline: (is) => browser.setOffline(is),
    async stopServer() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
    async close() {
      await chrome.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Another text in the editor, typed as a paste would be. */
export async function write(page, text) {
  await page.locator('.cm-content').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

/** The same as the browser would paste it: of long texts typing takes minutes. */
export async function paste(page, text) {
  await page.locator('.cm-content').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.evaluate((what) => {
    const data = new DataTransfer();
    data.setData('text/plain', what);
    document.querySelector('.cm-content').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}

/** What stands in the editor. Short texts only: of long ones the editor draws a part. */
export const text = (page) => page.evaluate(() => [...document.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n'));

export const bad = `apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata:
  name: podinfo
spec:
  interval: 10m
  url: oci://ghcr.io/stefanprodan/manifests/podinfo
  ref:
    tag: 6.9.2@sha256:3f2a0e1c4b5d6978a0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f50617
`;

export const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
