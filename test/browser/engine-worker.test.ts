import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { encode } from 'fast-png';
import type { Browser, Frame } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleWorker } from '../../build.mjs';
import { Segmenter } from '../../src/inference/index.ts';
import { compiledPack } from '../golden/model-runtime.ts';
import { launchChromium } from './chromium.ts';
import { bundlePage, packFiles } from './engine-page-bundle.ts';
import type { EnginePage, PackedFiles } from './engine-worker-page.ts';

/**
 * The engine's worker, bundled as the plugin bundles it, in a sandboxed frame of null origin: a classic Blob worker
 * with real decoding, a real decoder, and a stub in the encoder's place.
 */

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

let browser: Browser;
let frame: Frame;
const pageErrors: Error[] = [];

declare const enginePage: EnginePage;

beforeAll(async () => {
  const [worker, page, files] = await Promise.all([bundleWorker(), bundlePage(), packFiles('fp16')]);
  browser = await launchChromium();
  const tab = await browser.newPage();
  tab.on('pageerror', (error) => pageErrors.push(error));
  await tab.setContent('<iframe sandbox="allow-scripts" srcdoc="<!doctype html>"></iframe>');
  frame = tab.frames()[1]!;
  await frame.evaluate(page);
  await frame.evaluate((script) => enginePage.open(script), worker);
  await frame.evaluate((packed) => enginePage.keepFiles(packed), files);
});
afterAll(() => browser?.close());

// Other tests may hold the processors meanwhile.
describe('the worker in a null origin', { timeout: 240_000 }, () => {
  it('is there, without what only secure contexts have', async () => {
    expect(await frame.evaluate(() => [enginePage.origin(), enginePage.isSecureContext()])).toEqual([
      'null',
      false,
    ]);
  });

  it('refuses calls before it is loaded and a load of damaged files, and loads after that', async () => {
    const image = base64(encode({ width: 1, height: 1, data: Uint8Array.of(1, 2, 3), channels: 3 }));
    expect(await frame.evaluate((file) => enginePage.failureOf(() => enginePage.embed(file)), image)).toBe(
      'bad-argument',
    );
    const damaged: Partial<PackedFiles>[] = [
      { wasmGzip: base64(gzipSync('cut short')).slice(0, 16) },
      { wasmGzip: base64(gzipSync('not a wasm')) },
      { packGzip: base64(gzipSync('not a model')) },
    ];
    for (const broken of damaged) {
      expect(await frame.evaluate((f) => enginePage.failureOf(() => enginePage.load(f)), broken)).toBe(
        'model-corrupt',
      );
    }
    const stages = await frame.evaluate(() => enginePage.load());
    // One step for each session.
    expect(stages.map(({ stage }) => stage)).toEqual(['unpack', ...new Array<string>(6).fill('compile')]);
    const fractions = stages.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...new Set(fractions)].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    expect(await frame.evaluate(() => enginePage.failureOf(() => enginePage.load()))).toBe('bad-argument');
  });

  it('answers with the logits that the same engine gives in Node', async () => {
    const data = Uint8Array.from({ length: 40 * 30 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 7) % 256));
    const png = encode({ width: 40, height: 30, data, channels: 4 });
    const { imageId } = await frame.evaluate((file) => enginePage.embed(file), base64(png));
    const answer = await frame.evaluate((id) => enginePage.segment(id, 12, 9), imageId);

    const inNode = await Segmenter.load({ pack: await compiledPack('fp16') });
    const node = await inNode.embed({ width: 40, height: 30, data });
    const expected = await inNode.segment(node.imageId, {
      points: [{ x: 12, y: 9, label: 1 }],
      box: null,
      previousLogits: null,
    });
    const shown = expected.candidates.map(({ logits }) => inNode.withoutDust(node.imageId, logits));
    await inNode.dispose();
    expect(answer).toMatchObject({ defaultIndex: expected.defaultIndex, bySize: expected.bySize });
    for (const [token, packed] of answer.logits.entries()) {
      const logits = new Float32Array(Uint8Array.from(Buffer.from(packed, 'base64')).buffer);
      const worst = logits.reduce((max, logit, i) => Math.max(max, Math.abs(logit - shown[token]![i]!)), 0);
      expect(worst).toBeLessThan(1e-4);
    }

    const tiles = await frame.evaluate((id) => enginePage.cutLeftHalf(id, 16), imageId);
    for (const { png, imageRect } of tiles) {
      const tile = await sharp(Buffer.from(png, 'base64')).raw().toBuffer();
      for (let i = 0; i < imageRect.width * imageRect.height; i++) {
        if (tile[i * 4 + 3] !== 255) continue;
        const source =
          ((imageRect.y + Math.floor(i / imageRect.width)) * 40 + imageRect.x + (i % imageRect.width)) * 4;
        expect(Array.from(tile.subarray(i * 4, i * 4 + 3))).toEqual(
          Array.from(data.subarray(source, source + 3)),
        );
      }
    }
    expect(tiles.length).toBeGreaterThan(1);
  });

  it('applies the EXIF orientation, and reads GIF and WebP', async () => {
    const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: '#c40' } });
    const turned = await picture.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const embed = (file: Uint8Array) => frame.evaluate((f) => enginePage.embed(f), base64(file));
    expect((await embed(turned)).imageSizePx).toEqual({ width: 30, height: 40 });
    for (const format of ['gif', 'webp'] as const) {
      const file = await picture.clone().toFormat(format).toBuffer();
      expect((await embed(file)).imageSizePx).toEqual({ width: 40, height: 30 });
    }
  });

  it('refuses damaged and foreign files, and goes on', async () => {
    const bowl = readFileSync(new URL('../../samples/bowl.jpg', import.meta.url));
    for (const file of [bowl.subarray(0, 400), Buffer.from('GIF89a'), Buffer.from('%PDF-1.7')]) {
      expect(await frame.evaluate((f) => enginePage.failureOf(() => enginePage.embed(f)), base64(file))).toBe(
        'image-unreadable',
      );
    }
    const embedded = await frame.evaluate((f) => enginePage.embed(f), base64(bowl));
    expect(embedded.imageSizePx).toEqual({ width: 1600, height: 1082 });
    expect(pageErrors).toEqual([]);
  });
});
