import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { cutoutPng } from '../../src/inference/cutout-tiles.ts';
import { splitRect } from '../../src/inference/matte/split-rect.ts';

const rect = fc.record({
  x: fc.integer({ min: 0, max: 50 }),
  y: fc.integer({ min: 0, max: 50 }),
  width: fc.integer({ min: 1, max: 40 }),
  height: fc.integer({ min: 1, max: 40 }),
});

describe('splitting a rect into tiles', () => {
  it('covers each pixel once with tiles that are small enough', () => {
    fc.assert(
      fc.property(rect, fc.integer({ min: 1, max: 45 }), (whole, maxSidePx) => {
        const covered = new Map<string, number>();
        for (const tile of splitRect(whole, maxSidePx)) {
          expect(Math.max(tile.width, tile.height)).toBeLessThanOrEqual(maxSidePx);
          for (let y = tile.y; y < tile.y + tile.height; y++) {
            for (let x = tile.x; x < tile.x + tile.width; x++)
              covered.set(`${x},${y}`, (covered.get(`${x},${y}`) ?? 0) + 1);
          }
        }
        expect(covered.size).toBe(whole.width * whole.height);
        expect([...covered.values()].every((count) => count === 1)).toBe(true);
        expect(covered.has(`${whole.x},${whole.y}`)).toBe(true);
      }),
    );
  });

  it('leaves a rect that fits in one piece', () => {
    const whole = { x: 3, y: 4, width: 4096, height: 10 };
    expect(splitRect(whole, 4096)).toEqual([whole]);
    expect(splitRect(whole, Infinity)).toEqual([whole]);
    expect(splitRect(whole, 4095).map(({ width }) => width)).toEqual([2048, 2048]);
  });
});

describe('a cutout', () => {
  const image = {
    width: 12,
    height: 9,
    data: Uint8Array.from({ length: 12 * 9 * 4 }, (_, i) => (i * 97 + (i >> 2) * 31) % 256),
  };
  const imageRect = { x: 2, y: 3, width: 7, height: 5 };
  const alpha = Uint8Array.from({ length: 35 }, (_, i) => (i * 53) % 256);

  it('has the image’s own colours and the product of both alphas, as an independent decoder reads it', async () => {
    for (const tile of [imageRect, { x: 4, y: 5, width: 3, height: 2 }]) {
      const png = cutoutPng(image, { alpha, imageRect }, tile, 'image')!;
      const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width: tile.width, height: tile.height, channels: 4 });
      for (let y = 0; y < tile.height; y++) {
        for (let x = 0; x < tile.width; x++) {
          const source = ((tile.y + y) * image.width + tile.x + x) * 4;
          const matteAlpha = alpha[(tile.y + y - imageRect.y) * imageRect.width + tile.x + x - imageRect.x]!;
          const expectedAlpha = Math.round((matteAlpha * image.data[source + 3]!) / 255);
          const colour = expectedAlpha ? Array.from(image.data.slice(source, source + 3)) : [0, 0, 0];
          const target = (y * tile.width + x) * 4;
          expect(Array.from(data.subarray(target, target + 4))).toEqual([...colour, expectedAlpha]);
        }
      }
    }
  });

  it('has no tile where nothing is visible', () => {
    expect(cutoutPng(image, { alpha: new Uint8Array(35), imageRect }, imageRect, 'image')).toBeNull();
    const clear = { ...image, data: new Uint8Array(image.data.length) };
    expect(cutoutPng(clear, { alpha, imageRect }, imageRect, 'image')).toBeNull();
  });
});
