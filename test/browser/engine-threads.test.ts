import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleWorker } from '../../build.mjs';
import { launchChromium } from './chromium.ts';
import { bundlePage, packFiles } from './engine-page-bundle.ts';
import type { EnginePage } from './engine-worker-page.ts';
import { workersByProcess } from './worker-threads.ts';

/** The bundled worker in a page that is isolated from other origins, as some hosts of webviews isolate theirs. */

const ON_BOWL = { x: 1300, y: 480 };
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

declare const enginePage: EnginePage;

describe('the worker in an isolated page', { timeout: 240_000 }, () => {
  let browser: Browser;
  let page: Page;
  let worker: string;
  const pageErrors: Error[] = [];
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html', ...ISOLATED }).end('<!doctype html>'),
  );

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const [files, script] = await Promise.all([packFiles('int8'), bundlePage()]);
    worker = await bundleWorker();
    browser = await launchChromium();
    page = await browser.newPage();
    page.on('pageerror', (error) => pageErrors.push(error));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.evaluate(script);
    await page.evaluate((packed) => enginePage.keepFiles(packed), files);
  });

  afterAll(async () => {
    await browser?.close();
    server.close();
  });

  const workerCount = async () =>
    [...(await workersByProcess(browser)).values()].reduce((sum, count) => sum + count, 0);

  /** What a click on the bowl gives, and how many workers there are more than before. */
  async function clickWith(maxThreadCount: number) {
    const before = await workerCount();
    await page.evaluate((script) => enginePage.open(script), worker);
    const threadCount = await page.evaluate((count) => enginePage.loadThreaded(count), maxThreadCount);
    const file = readFileSync(new URL('../../samples/bowl.jpg', import.meta.url)).toString('base64');
    const { imageId } = await page.evaluate((photo) => enginePage.embed(photo), file);
    const { logits, defaultIndex } = await page.evaluate(([id, { x, y }]) => enginePage.segment(id, x, y), [
      imageId,
      ON_BOWL,
    ] as const);
    const masks = logits.map((packed) => {
      const bytes = Uint8Array.from(Buffer.from(packed, 'base64'));
      return new Float32Array(bytes.buffer).map((logit) => (logit > 0 ? 1 : 0));
    });
    return { threadCount, workers: (await workerCount()) - before, masks, defaultIndex };
  }

  it('runs on as many threads as it may, and gives the masks that one thread gives', async () => {
    expect(await page.evaluate(() => enginePage.isIsolated())).toBe(true);
    const one = await clickWith(1);
    const three = await clickWith(3);
    expect([one.threadCount, one.workers]).toEqual([1, 1]);
    expect([three.threadCount, three.workers]).toEqual([3, 3]);
    expect(three.defaultIndex).toBe(one.defaultIndex);
    for (const [token, mask] of one.masks.entries()) {
      const other = three.masks[token]!;
      const both = mask.filter((inside, i) => inside + other[i]! === 2).length;
      const either = mask.filter((inside, i) => inside + other[i]! > 0).length;
      expect(both).toBeGreaterThan(100);
      expect(both / either).toBeGreaterThanOrEqual(0.999);
    }
    expect(pageErrors).toEqual([]);
  });

  it('goes on with one thread in another worker where threads do not start', async () => {
    const before = await workerCount();
    const spawnCount = await page.evaluate((script) => enginePage.startWhereThreadsFail(script, 3), worker);
    expect(spawnCount).toBe(2);
    expect((await workerCount()) - before).toBe(1);
  });

  it('has one thread where the memory cannot be shared', async () => {
    const plain = await browser.newPage();
    await plain.goto('about:blank');
    const [files, script] = await Promise.all([packFiles('int8'), bundlePage()]);
    await plain.evaluate(script);
    await plain.evaluate((packed) => enginePage.keepFiles(packed), files);
    await plain.evaluate((text) => enginePage.open(text), worker);
    expect(await plain.evaluate(() => enginePage.loadThreaded(3))).toBe(1);
  });
});
