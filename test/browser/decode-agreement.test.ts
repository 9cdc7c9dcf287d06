import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sharpImageCodec } from '../../src/plugin/cli/sharp-image-codec.ts';
import { readImageHeader } from '../../src/shared/image-header.ts';
import { asFile, testPicture, toJpeg, withOrientation } from '../host/fidelity/test-picture.ts';
import { launchChromium } from './chromium.ts';

/** The tests of results decode with one library, the plugin with the browser: they must see the same picture. */
let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await launchChromium();
  page = await browser.newPage();
});
afterAll(() => browser?.close());

async function decodeInPage(file: Uint8Array) {
  const base64 = Buffer.from(file).toString('base64');
  const { width, height, pixels } = await page.evaluate(async (data) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]), { imageOrientation: 'from-image' });
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const image = context.getImageData(0, 0, bitmap.width, bitmap.height);
    return { width: image.width, height: image.height, pixels: Array.from(image.data) };
  }, base64);
  return { width, height, data: Uint8Array.from(pixels) };
}

const SIZE = { width: 60, height: 44 };
const PNG = testPicture(SIZE);
const EXACT = 1;
/** Decoders round differently. */
const JPEG = 3;
/** Browsers convert CMYK without a profile, the library with one. */
const CMYK = 60;

const FILES: [name: string, make: () => Uint8Array | Promise<Uint8Array>, tolerance: number][] = [
  ['PNG', () => PNG, EXACT],
  ['PNG with transparency', () => testPicture(SIZE, (u) => (u < 0.5 ? 255 : 0)), EXACT],
  ['16-bit PNG', () => asFile(PNG, (image) => image.toColourspace('rgb16').png()), EXACT],
  ['interlaced PNG', () => asFile(PNG, (image) => image.png({ progressive: true })), EXACT],
  ['GIF', () => asFile(PNG, (image) => image.gif()), EXACT],
  ['WebP', () => asFile(PNG, (image) => image.webp({ lossless: true })), EXACT],
  ['JPEG', () => asFile(PNG, toJpeg), JPEG],
  ['progressive JPEG', () => asFile(PNG, (image) => toJpeg(image).jpeg({ progressive: true })), JPEG],
  ['CMYK JPEG', () => asFile(PNG, (image) => toJpeg(image).toColourspace('cmyk')), CMYK],
  ...[2, 3, 4, 5, 6, 7, 8].map((orientation): (typeof FILES)[number] => [
    `EXIF orientation ${orientation}`,
    () => withOrientation(PNG, orientation),
    JPEG,
  ]),
];

it.each(FILES)('browser and library decode the same: %s', async (name, make, tolerance) => {
  const file = await make();
  const { format, orientation } = readImageHeader(file);
  expect(orientation).toBe(Number(/orientation (\d)/.exec(name)?.[1] ?? 1));
  const [inPage, inNode] = [await decodeInPage(file), await sharpImageCodec.decode(file, format)];
  // Upright, whatever way round it is stored.
  expect([inPage.width, inPage.height]).toEqual([SIZE.width, SIZE.height]);
  expect([inNode.width, inNode.height]).toEqual([SIZE.width, SIZE.height]);
  let sum = 0;
  let visible = 0;
  for (let i = 0; i < inPage.data.length; i += 4) {
    expect(inPage.data[i + 3]).toBe(inNode.data[i + 3]);
    if (inPage.data[i + 3] === 0) continue;
    visible++;
    for (let c = i; c < i + 3; c++) sum += Math.abs(inPage.data[c]! - inNode.data[c]!);
  }
  expect(sum / visible / 3).toBeLessThan(tolerance);
});
