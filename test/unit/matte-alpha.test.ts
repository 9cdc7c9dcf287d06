import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point } from '../../src/shared/affine.ts';
import { alphaMatte } from '../../src/inference/matte/alpha-matte.ts';
import { upsampleLogits } from '../../src/inference/matte/upsample-logits.ts';
import { blobLogits, randomBlobs } from './random-blobs.ts';
import { box, circle, geometryOf, logitsOf, turned, without } from './synthetic-logits.ts';
import { wholeAlpha } from '../../src/inference/matte/matte.ts';

const sizes = fc.constantFrom([320, 200], [150, 220], [90, 90], [1300, 700]);

describe('alphaMatte', () => {
  it('is at least 128 exactly where the upsampled logit is above 0', () => {
    fc.assert(
      fc.property(randomBlobs, sizes, (bumps, [width, height]) => {
        const logits = blobLogits(bumps);
        const geometry = geometryOf(width!, height!);
        const upsampled = upsampleLogits(logits, geometry);
        const alpha = wholeAlpha(alphaMatte(logits, geometry, null), geometry.imageSizePx);
        expect(alpha.findIndex((a, i) => a >= 128 !== upsampled[i]! > 0)).toBe(-1);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('is trimmed to the smallest rect with alpha above 0', () => {
    fc.assert(
      fc.property(randomBlobs, sizes, (bumps, [width, height]) => {
        const logits = blobLogits(bumps);
        const matte = alphaMatte(logits, geometryOf(width!, height!), null);
        if (!matte) return;
        const { alpha, imageRect } = matte;
        expect(alpha.length).toBe(imageRect.width * imageRect.height);
        const isUsed = (x: number, y: number) => alpha[y * imageRect.width + x]! > 0;
        const xs = [...Array(imageRect.width).keys()];
        const ys = [...Array(imageRect.height).keys()];
        expect(xs.some((x) => isUsed(x, 0))).toBe(true);
        expect(xs.some((x) => isUsed(x, imageRect.height - 1))).toBe(true);
        expect(ys.some((y) => isUsed(0, y))).toBe(true);
        expect(ys.some((y) => isUsed(imageRect.width - 1, y))).toBe(true);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('covers a pixel as the shape does, solid inside, nothing outside', () => {
    // 2 image pixels for each model pixel.
    const geometry = geometryOf(2048, 1536);
    const shape = without(turned(box(200, 150, 800, 600), 17, 500, 400), circle(500, 400, 90));
    const alpha = wholeAlpha(alphaMatte(logitsOf(shape), geometry, null), geometry.imageSizePx);
    const corners = [
      [200, 150],
      [800, 150],
      [800, 600],
      [200, 600],
    ].map(([x, y]) => {
      const angle = (17 * Math.PI) / 180;
      return {
        x: 500 + Math.cos(angle) * (x! - 500) - Math.sin(angle) * (y! - 400),
        y: 400 + Math.sin(angle) * (x! - 500) + Math.cos(angle) * (y! - 400),
      };
    });
    let worst = 0;
    alpha.forEach((a, i) => {
      const [x, y] = [((i % 2048) + 0.5) / 2, (Math.floor(i / 2048) + 0.5) / 2];
      // The 256 grid rounds corners off, 4 model pixels to a cell.
      if (corners.some((corner) => Math.hypot(corner.x - x, corner.y - y) < 8)) return;
      const distancePx = 2 * shape(x, y);
      if (distancePx > 1.5 && a !== 255) throw new Error(`not solid at ${x}, ${y}: ${a}`);
      if (distancePx < -1.5 && a !== 0) throw new Error(`a ghost at ${x}, ${y}: ${a}`);
      worst = Math.max(worst, Math.abs(a / 255 - Math.min(Math.max(distancePx + 0.5, 0), 1)));
    });
    expect(worst).toBeLessThan(0.35);
  });

  it('leaves no ghost where the logits come near 0 without crossing it', () => {
    const logits = logitsOf(circle(300, 512, 200));
    for (let y = 0; y < 256; y++) logits.fill(-0.01, y * 256 + 180, y * 256 + 200);
    const geometry = geometryOf(512, 512);
    const matte = alphaMatte(logits, geometry, null)!;
    expect(matte.imageRect.x + matte.imageRect.width).toBeLessThan(260);
  });

  it('works on an image of 4096 x 4096', () => {
    const geometry = geometryOf(4096, 4096);
    const { alpha, imageRect } = alphaMatte(logitsOf(circle(512, 512, 400)), geometry, null)!;
    const areaPx = alpha.reduce((sum, a) => sum + a / 255, 0);
    expect(areaPx / (Math.PI * 1600 ** 2)).toBeCloseTo(1, 3);
    expect(Math.abs(imageRect.x - 448)).toBeLessThanOrEqual(1);
    expect(Math.abs(imageRect.width - 3200)).toBeLessThanOrEqual(2);
  });

  it('is null when nothing is inside', () => {
    const geometry = geometryOf(300, 200);
    expect(alphaMatte(new Float32Array(65536).fill(-1), geometry, null)).toBeNull();
    // Only the padding below the image is inside.
    expect(alphaMatte(logitsOf(box(0, 800, 1024, 1024)), geometry, null)).toBeNull();
  });
});

describe('alphaMatte with a clip', () => {
  const geometry = geometryOf(240, 160);
  const around: Point[] = [
    { x: -5, y: 80 },
    { x: 120, y: -300 },
    { x: 700, y: 80 },
    { x: 120, y: 600 },
  ];

  it('changes nothing when the polygon contains the image, whatever its winding', () => {
    fc.assert(
      fc.property(randomBlobs, fc.boolean(), (bumps, isReversed) => {
        const logits = blobLogits(bumps);
        const image: Point[] = [
          { x: 0, y: 0 },
          { x: 240, y: 0 },
          { x: 240, y: 160 },
          { x: 0, y: 160 },
        ];
        const free = alphaMatte(logits, geometry, null);
        for (const polygon of [image, around.map(({ x, y }) => ({ x: 3 * x - 240, y: 3 * y - 160 }))]) {
          expect(alphaMatte(logits, geometry, isReversed ? [...polygon].reverse() : polygon)).toEqual(free);
        }
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });

  it('keeps the inside as it is and leaves the outside out', () => {
    const coordinate = fc.record({
      x: fc.integer({ min: -80, max: 320 }),
      y: fc.integer({ min: -60, max: 220 }),
    });
    fc.assert(
      fc.property(randomBlobs, fc.tuple(coordinate, coordinate, coordinate), (bumps, triangle) => {
        const logits = blobLogits(bumps);
        const [a, b, c] = triangle;
        fc.pre(Math.abs((b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)) > 50);
        const free = wholeAlpha(alphaMatte(logits, geometry, null), geometry.imageSizePx);
        const clipped = wholeAlpha(alphaMatte(logits, geometry, triangle), geometry.imageSizePx);
        clipped.forEach((alpha, i) => {
          const distance = distanceFromEdges(triangle, (i % 240) + 0.5, Math.floor(i / 240) + 0.5);
          if (distance >= 0.5 && alpha !== free[i]) throw new Error(`changed inside at ${i}`);
          if (distance <= -0.5 && alpha !== 0) throw new Error(`left over outside at ${i}`);
          if (alpha > free[i]!) throw new Error(`more than the mask at ${i}`);
        });
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('is null when the polygon has no area or misses the mask', () => {
    const logits = logitsOf(circle(300, 300, 200));
    const at = (x: number, y: number) => ({ x, y });
    expect(alphaMatte(logits, geometry, [at(0, 0), at(100, 100), at(200, 200)])).toBeNull();
    expect(alphaMatte(logits, geometry, [at(200, 0), at(240, 0), at(240, 160)])).toBeNull();
    expect(alphaMatte(logits, geometry, [at(300, 0), at(400, 0), at(400, 160)])).toBeNull();
  });
});

/** The least signed distance from the lines of a triangle's edges, > 0 inside. */
function distanceFromEdges(triangle: readonly Point[], x: number, y: number): number {
  const distances = triangle.map((a, i) => {
    const b = triangle[(i + 1) % 3]!;
    const opposite = triangle[(i + 2) % 3]!;
    const side = (p: Point) => (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
    return (Math.sign(side(opposite)) * side({ x, y })) / Math.hypot(b.x - a.x, b.y - a.y);
  });
  return Math.min(...distances);
}
