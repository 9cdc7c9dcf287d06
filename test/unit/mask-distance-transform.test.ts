import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { squaredDistances } from '../../src/inference/mask/distance-transform.ts';

const masks = fc
  .record({ width: fc.integer({ min: 1, max: 17 }), height: fc.integer({ min: 1, max: 13 }) })
  .chain(({ width, height }) =>
    fc.record({
      sizePx: fc.constant({ width, height }),
      // Mostly inside, so that distances get long.
      mask: fc
        .array(fc.integer({ min: 0, max: 6 }), { minLength: width * height, maxLength: width * height })
        .map((values) => Uint8Array.from(values, (value) => (value > 0 ? 1 : 0))),
    }),
  );

/** By definition: every pixel outside, those one step beyond the border included. */
function byBruteForce(mask: Uint8Array, { width, height }: { width: number; height: number }): number[] {
  const outside: [number, number][] = [];
  for (let y = -1; y <= height; y++) {
    for (let x = -1; x <= width; x++) {
      const isOnPicture = x >= 0 && y >= 0 && x < width && y < height;
      if (!isOnPicture || mask[y * width + x] === 0) outside.push([x, y]);
    }
  }
  return Array.from(mask, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return Math.min(...outside.map(([ox, oy]) => (ox - x) ** 2 + (oy - y) ** 2));
  });
}

describe('squaredDistances', () => {
  it('is the distance to the nearest pixel outside', () => {
    fc.assert(
      fc.property(masks, ({ mask, sizePx }) => {
        expect(Array.from(squaredDistances(mask, sizePx))).toEqual(byBruteForce(mask, sizePx));
      }),
      { numRuns: 300 },
    );
  });

  it('counts what lies beyond the border as outside', () => {
    const full = new Uint8Array(21 * 9).fill(1);
    const distances = squaredDistances(full, { width: 21, height: 9 });
    expect(distances[4 * 21 + 10]).toBe(25);
    expect(distances[0]).toBe(1);
  });
});
