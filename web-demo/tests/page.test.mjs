// What a person does on the page, from the first manifest to a page without a network.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { createServer } from 'vite';
import { axe, bad, start, text, write } from './harness.mjs';

let site;
before(async () => { site = await start(); });
after(() => site?.close());

/** A test with a tab of its own, which must have done nothing wrong at its end. */
function onPage(name, hash, run, view) {
  test(name, { timeout: 60_000 }, async () => {
    const { page, wrong } = await site.open(hash, view);
    try {
      await page.locator('#editor[data-assists]').waitFor();
      await run(page);
      assert.deepEqual(wrong, []);
    } finally {
      await page.close();
    }
  });
}

/** The text with one mistake, and its finding there. */
async function writeBad(page) {
  await write(page, bad);
  await page.locator('#findings', { hasText: 'holds a digest' }).waitFor();
}

const counts = (page, expected) => page.locator('#counts', { hasText: expected }).waitFor();

onPage('a bad manifest has a squiggle and a finding, and the quick fix ends both', '', async (page) => {
  await writeBad(page);
  await page.locator('.cm-lintRange-error', { hasText: '6.9.2@sha256' }).waitFor();
  await counts(page, '1 error');
  await page.locator('#findings .primary').click();
  await counts(page, '1 info');
  assert.match(await text(page), /tag: 6\.9\.2\n {4}digest: sha256:3f2a/);
  assert.equal(await page.locator('.cm-lintRange-error').count(), 0);
});

onPage('the policy lets no style in but from files, and the editor has its own all the same', '', async (page) => {
  const policy = await page.evaluate(() => document.querySelector('meta[http-equiv=Content-Security-Policy]').content);
  assert.doesNotMatch(policy, /nonce|style-src [^;]*unsafe/);
  assert.equal(await page.evaluate(() => document.querySelectorAll('style').length), 0);
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('.cm-scroller')).display), 'flex');
});

onPage('a finding leads to its place', '', async (page) => {
  await writeBad(page);
  await page.locator('.finding .head').first().click();
  assert.match(await page.evaluate(() => getSelection().toString()), /^6\.9\.2@sha256/);
});

onPage('all that is certain is fixed at once', '', async (page) => {
  await writeBad(page);
  await page.locator('#fix-all').click();
  await counts(page, '1 info');
});

onPage('the keyboard alone: actions at the cursor, then out of the editor', '', async (page) => {
  await writeBad(page);
  await page.locator('.finding .head').first().click();
  await page.keyboard.press('Control+.');
  const menu = page.getByRole('menu');
  await menu.waitFor();
  assert.ok(await menu.getByRole('menuitem').count() >= 2);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Split tag and digest');
  await page.keyboard.press('Enter');
  await counts(page, '1 info');
  await page.keyboard.press('Tab');
  assert.ok(!await page.evaluate(() => document.querySelector('.cm-editor').contains(document.activeElement)), 'Tab leaves the editor');
});

onPage('hovering says what a field means', '', async (page) => {
  await writeBad(page);
  await counts(page, '1 error');
  await page.locator('.cm-line', { hasText: 'url:' }).locator('span', { hasText: 'oci://' }).last().hover();
  await page.locator('.cm-tooltip .hover', { hasText: 'ghcr.io' }).waitFor();
});

onPage('completion offers fields, and writes them', '', async (page) => {
  await write(page, bad.replace(/ {2}ref:[^]*/, '  inter').replace('  interval: 10m\n', ''));
  await page.keyboard.press('Control+Space');
  await page.locator('.cm-tooltip-autocomplete li', { hasText: 'interval' }).first().waitFor();
  await page.waitForTimeout(100); // It takes no answer in the first moments, so that nobody accepts by accident.
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => /interval: /.test(document.querySelector('.cm-content').textContent));
});

onPage('a range is resolved over a list, and what lost says why', '', async (page) => {
  await page.getByRole('button', { name: 'Use the tags of podinfo' }).click();
  await page.locator('#range').fill('>=6.0.0 <6.5.0');
  await page.locator('.winner code', { hasText: /^6\.4\./ }).waitFor();
  await page.locator('details', { hasText: 'pre-releases' }).locator('summary').click();
  await page.locator('details .tags code', { hasText: '6.10.0-rc.1' }).waitFor();
  await page.locator('#range').fill('>=');
  await page.locator('#resolved .refusal').waitFor();
});

onPage('a shared link brings the manifest and the tags along', '', async (page) => {
  await write(page, bad.replace('name: podinfo', 'name: größer-🙂'));
  await page.locator('#tags').fill('1.0.0\n2.0.0');
  await page.locator('#share').click();
  await page.locator('#notice', { hasText: 'copied' }).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /#m\/[\w-]+$/);
  const { page: other, wrong } = await site.open(new URL(link).hash);
  await counts(other, /error/);
  assert.match(await text(other), /größer-🙂/);
  assert.equal(await other.locator('#tags').inputValue(), '1.0.0\n2.0.0');
  assert.deepEqual(wrong, []);
  await other.close();
});

/** A link to more than the page takes is short: it is deflated. */
const large = `#m/${deflateRawSync(JSON.stringify({ text: 'a: b\n'.repeat(700_000) })).toString('base64url')}`;
for (const hash of ['#m/!!!', '#m/S0lMSU5HIFVTRVM', '#m/', large]) {
  onPage(`a link that cannot be opened says so: ${hash.slice(0, 20)}`, hash, async (page) => {
    await page.locator('#notice', { hasText: 'no manifest in this link' }).waitFor();
    await page.locator('.cm-lintRange').first().waitFor();
  });
}

onPage('a rule has its page, whose examples open in the editor', '', async (page) => {
  await writeBad(page);
  await page.locator('#findings a.rule').click();
  await page.getByRole('dialog').getByRole('heading', { name: 'ref-tag-contains-digest' }).waitFor();
  await page.getByRole('button', { name: 'Open in the editor' }).first().click();
  await page.locator('#path', { hasText: 'ref-tag-contains-digest.yaml' }).waitFor();
  assert.equal(new URL(page.url()).hash, '');
});

onPage('a rule that is not there is no error', '#rule/<img src=x>', async (page) => {
  await page.getByRole('dialog').getByRole('heading', { name: 'No such rule' }).waitFor();
  assert.equal(await page.locator('dialog img').count(), 0);
});

onPage('an example opens with the files that it refers to', '', async (page) => {
  await page.locator('#examples').selectOption('fleet/apps/podinfo/release.yaml');
  await page.locator('#path', { hasText: 'release.yaml' }).waitFor();
  await counts(page, 'No findings');
});

onPage('findings are copied as SARIF and as JSON', '', async (page) => {
  await writeBad(page);
  await counts(page, '1 error');
  for (const [format, holds] of [['sarif', 'runs'], ['json', 'diagnostics']]) {
    await page.locator(`[data-format=${format}]`).click();
    await page.locator('#notice', { hasText: `${format.toUpperCase()} copied` }).waitFor();
    assert.ok(holds in JSON.parse(await page.evaluate(() => navigator.clipboard.readText())));
  }
});

onPage('what cannot be checked is refused, and the page lives on', '', async (page) => {
  const paste = (length, character) => page.evaluate(([times, what]) => {
    const data = new DataTransfer();
    data.setData('text/plain', what.repeat(times));
    document.querySelector('.cm-content').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, [length, character]);
  const before = await text(page);
  await paste(5_000_000, 'a: 1234567');
  await page.locator('#notice', { hasText: 'up to' }).waitFor();
  assert.equal(await text(page), before);

  await write(page, '\u0000\u0001\u0002PNG\u0000');
  await page.locator('#findings', { hasText: 'not text' }).waitFor();
  for (const deep of ['['.repeat(100_000), '- '.repeat(50_000), '{a: '.repeat(20_000)]) {
    await write(page, deep);
    await page.waitForTimeout(500);
  }
  await writeBad(page);
  await counts(page, '1 error');
  await page.locator('.cm-lintRange-error').waitFor();
});

/** What the module's worker is made to do instead of the next check. */
const DEATHS = {
  'the module traps': () => { JSON.parse = () => { throw new WebAssembly.RuntimeError('unreachable'); }; },
  'the worker throws': () => { self.addEventListener('message', (event) => { event.stopImmediatePropagation(); throw new Error('gone'); }, { capture: true }); self.postMessage = () => {}; },
};
for (const [name, die] of Object.entries(DEATHS)) {
  onPage(`the page goes on where ${name}`, '', async (page) => {
    await counts(page, '1 error');
    const [worker] = page.workers();
    await worker.evaluate(die);
    await write(page, bad);
    await page.locator('#findings', { hasText: 'was started anew' }).waitFor();
    assert.notEqual(page.workers().at(-1), worker);
    await writeBad(page);
    await counts(page, '1 error');
    await page.locator('.cm-lintRange-error').waitFor();
  });
}

for (const theme of ['light', 'dark']) {
  for (const width of [1280, 390]) {
    onPage(`nothing stands in the way of anyone: ${theme}, ${width} pixels`, '', async (page) => {
      await page.locator('.cm-lintRange').first().waitFor();
      await page.getByRole('button', { name: 'Use the tags of podinfo' }).click();
      await page.locator('#range').fill('6.x');
      await page.locator('.winner').waitFor();
      await accessible(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${wide} pixels too wide`);
      await page.evaluate(() => { location.hash = '#rule/ref-tag-is-range'; });
      await page.getByRole('dialog').waitFor();
      await accessible(page);
    }, { theme, width, height: 860 });
  }
}

/** Run in the page through the debugger, which the page's policy does not hold back. */
async function accessible(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const found = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ''}`).join('\n')}`), []);
}

onPage('the chosen theme is remembered', '', async (page) => {
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await theme(), 'light');
  await page.locator('#theme').click();
  await page.reload();
  assert.equal(await theme(), 'dark');
  await page.locator('#theme').click();
  await page.evaluate(() => localStorage.clear());
});

test('the page opens without a network once it was there', { timeout: 60_000 }, async () => {
  const other = await start();
  try {
    const { page, wrong } = await other.open();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.waitForFunction(async () => (await caches.keys()).length > 0 && navigator.serviceWorker.controller);
    await other.stopServer();
    await page.reload();
    await page.locator('.cm-lintRange').first().waitFor();
    await page.locator('#findings a.rule').click();
    await page.getByRole('dialog').getByRole('heading', { name: 'Why' }).waitFor();
    // The browser itself tells of the page that it could not fetch; the worker's answer stands in for it.
    assert.deepEqual(wrong.filter((line) => !line.includes('ERR_CONNECTION_REFUSED')), []);
  } finally {
    await other.close();
  }
});

test('the page is whole while it is worked on', { timeout: 60_000 }, async () => {
  const server = await createServer({ root: fileURLToPath(new URL('..', import.meta.url)), logLevel: 'error', server: { port: 0, host: '127.0.0.1' } });
  try {
    await server.listen();
    const { page, wrong } = await site.open('', { address: server.resolvedUrls.local[0] });
    await page.locator('.cm-lintRange').first().waitFor();
    assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('main')).display), 'grid');
    assert.deepEqual(wrong, []);
    await page.close();
  } finally {
    await server.close();
  }
});
