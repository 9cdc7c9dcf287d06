import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskContours } from '../../src/ui/canvas/mask-contours.ts';

const SIDE = 256;
const WHOLE = { width: 1024, height: 1024 };

/** Logits from a function of the model point at each cell's centre. */
function logitsOf(at: (x: number, y: number) => number): Float32Array {
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) =>
    at((i % SIDE) * 4 + 2, Math.floor(i / SIDE) * 4 + 2),
  );
}

/** Even-odd crossings of a ray to the right. */
function isCovered(contours: Float32Array[], x: number, y: number): boolean {
  let crossings = 0;
  for (const points of contours) {
    for (let i = 0; i < points.length; i += 2) {
      const [ax, ay] = [points[i]!, points[i + 1]!];
      const [bx, by] = [points[(i + 2) % points.length]!, points[(i + 3) % points.length]!];
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) crossings++;
    }
  }
  return crossings % 2 === 1;
}

describe('mask contours', () => {
  it('follows a disc to a fraction of a cell, scaled to the image', () => {
    const logits = logitsOf((x, y) => 200 - Math.hypot(x - 400, y - 300));
    const contours = maskContours(logits, { width: 1024, height: 768 }, { width: 2048, height: 1536 });
    expect(contours).toHaveLength(1);
    const [points] = contours;
    for (let i = 0; i < points!.length; i += 2) {
      expect(Math.abs(Math.hypot(points![i]! - 800, points![i + 1]! - 600) - 400)).toBeLessThan(0.5);
    }
  });

  it('gives a ring two outlines', () => {
    const logits = logitsOf((x, y) => 60 - Math.abs(Math.hypot(x - 512, y - 512) - 200));
    expect(maskContours(logits, WHOLE, WHOLE)).toHaveLength(2);
  });

  it('carries a mask past the border that it touches, whatever the padding holds', () => {
    const logits = logitsOf((_x, y) => (y < 600 ? 3 : -9));
    const contours = maskContours(logits, { width: 1024, height: 600 }, { width: 1024, height: 600 });
    for (const [x, y] of [
      [0, 0],
      [1024, 0],
      [0, 600],
      [1024, 600],
    ]) {
      expect(isCovered(contours, x!, y!)).toBe(true);
    }
  });

  it('is empty for an empty mask', () => {
    expect(maskContours(new Float32Array(SIDE * SIDE).fill(-1), WHOLE, WHOLE)).toEqual([]);
  });

  it('covers exactly the cells whose logit is positive, noise and saddles included', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 64, maxLength: 64 }), (noise) => {
        const logits = new Float32Array(SIDE * SIDE).fill(-1);
        noise.forEach((value, i) => (logits[((i >> 3) + 100) * SIDE + (i & 7) + 100] = value));
        const contours = maskContours(logits, WHOLE, WHOLE);
        noise.forEach((value, i) => {
          if (value === 0) return; // the outline runs through it
          const covered = isCovered(contours, ((i & 7) + 100) * 4 + 2, ((i >> 3) + 100) * 4 + 2 + 1e-3);
          expect(covered).toBe(value > 0);
        });
      }),
      { numRuns: 60 },
    );
  });
});
