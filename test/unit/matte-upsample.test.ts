import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { upsampleLogits } from '../../src/inference/matte/upsample-logits.ts';
import type { MaskGeometry } from '../../src/inference/matte/mask-geometry.ts';
import { sharedFolder } from '../shared-folder.ts';
import { referenceMasks } from './reference-masks.ts';
import { geometryOf } from './synthetic-logits.ts';

/** Bilinear resize as torch's F.interpolate defines it (align_corners=False, no antialias), written plainly. */
function resize(source: Float64Array, width: number, height: number, toWidth: number, toHeight: number) {
  const out = new Float64Array(toWidth * toHeight);
  for (let y = 0; y < toHeight; y++) {
    for (let x = 0; x < toWidth; x++) {
      const sx = Math.max(((x + 0.5) * width) / toWidth - 0.5, 0);
      const sy = Math.max(((y + 0.5) * height) / toHeight - 0.5, 0);
      const [x0, y0] = [Math.floor(sx), Math.floor(sy)];
      const [x1, y1] = [Math.min(x0 + 1, width - 1), Math.min(y0 + 1, height - 1)];
      const top = source[y0 * width + x0]! * (1 - sx + x0) + source[y0 * width + x1]! * (sx - x0);
      const bottom = source[y1 * width + x0]! * (1 - sx + x0) + source[y1 * width + x1]! * (sx - x0);
      out[y * toWidth + x] = top * (1 - sy + y0) + bottom * (sy - y0);
    }
  }
  return out;
}

/** The reference's way: to the 1024 square, crop the padding, to the image. */
function inTwoSteps(logits: Float32Array, { modelSizePx, imageSizePx }: MaskGeometry): Float64Array {
  const square = resize(Float64Array.from(logits), 256, 256, 1024, 1024);
  const { width, height } = modelSizePx;
  const cropped = new Float64Array(width * height);
  for (let y = 0; y < height; y++) cropped.set(square.subarray(y * 1024, y * 1024 + width), y * width);
  return resize(cropped, width, height, imageSizePx.width, imageSizePx.height);
}

function randomLogits(seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: 65536 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * 20;
  });
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

describe('upsampleLogits', () => {
  it.each([
    [1024, 1024],
    [1500, 1000],
    [333, 500],
    [64, 48],
    [1200, 3],
    [1, 1],
  ])('equals the two bilinear steps at %i x %i', (width, height) => {
    const geometry = geometryOf(width, height);
    const logits = randomLogits(width * height);
    expect(largestDifference(upsampleLogits(logits, geometry), inTwoSteps(logits, geometry))).toBeLessThan(
      1e-5,
    );
  });

  it('gives for a rect the same as for the whole image', () => {
    const geometry = geometryOf(300, 200);
    const logits = randomLogits(7);
    const whole = upsampleLogits(logits, geometry);
    const side = (max: number) =>
      fc
        .tuple(fc.nat(max - 1), fc.nat(max - 1))
        .map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1] as const);
    fc.assert(
      fc.property(side(300), side(200), ([left, right], [top, bottom]) => {
        const rect = { x: left, y: top, width: right - left, height: bottom - top };
        const part = upsampleLogits(logits, geometry, rect);
        for (let y = 0; y < rect.height; y++) {
          const row = whole.subarray((top + y) * 300 + left, (top + y) * 300 + right);
          expect(part.subarray(y * rect.width, (y + 1) * rect.width)).toEqual(row);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('refuses logits of another size', () => {
    expect(() => upsampleLogits(new Float32Array(1000), geometryOf(10, 10))).toThrow(RangeError);
  });
});

const reference = sharedFolder('reference');
describe.skipIf(reference.missing)(`upsampleLogits and the reference${reference.label}`, () => {
  it('gives the same masks but for a few pixels of float rounding', async () => {
    for (const { name, geometry, logits, readMask } of referenceMasks()) {
      const expected = await readMask();
      const actual = upsampleLogits(logits, geometry);
      expect(actual.length).toBe(expected.length);
      const wrong = actual.reduce((sum, logit, i) => sum + (logit > 0 === expected[i]! > 127 ? 0 : 1), 0);
      expect(wrong, name).toBeLessThanOrEqual(5);
    }
  });
});
