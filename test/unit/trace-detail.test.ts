import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point } from '../../src/shared/affine.ts';
import { removeSpecks } from '../../src/inference/mask/remove-specks.ts';
import { alphaMatte } from '../../src/inference/matte/alpha-matte.ts';
import { upsampleLogits } from '../../src/inference/matte/upsample-logits.ts';
import { outlineLimits } from '../../src/inference/trace/outline-detail.ts';
import { traceMask, traceMatte } from '../../src/inference/trace/trace-mask.ts';
import { blobLogits, randomBlobs } from './random-blobs.ts';
import {
  disagreement,
  maskOfLogits,
  outlineLength,
  parsePath,
  renderPaths,
  samplePoints,
} from './render-path.ts';
import {
  both,
  box,
  circle,
  geometryOf,
  logitsOf,
  polygon,
  star,
  turned,
  without,
  type Shape,
} from './synthetic-logits.ts';

/** Edges of mattes are about this wide, in pixels: nothing smaller is told apart. */
const MATTE_CELL_PX = 2;

const geometry = geometryOf(1024, 1024);

function distance(from: readonly Point[], to: readonly Point[]): number {
  return Math.max(...from.map((p) => Math.min(...to.map((q) => Math.hypot(p.x - q.x, p.y - q.y)))));
}

describe.each([0.5, 1])('traceMask at a detail of %d', (detail) => {
  it.each([
    ['square', box(300, 300, 700, 700), 4],
    ['square turned by 20 degrees', turned(box(300, 300, 700, 700), 20, 512, 512), 4],
    ['star', star(512, 512, 330), 10],
    ['letter L', both(box(300, 200, 420, 800), box(300, 680, 700, 800)), 6],
    ['letter T', both(box(200, 200, 800, 320), box(440, 200, 560, 800)), 8],
    ['frame', without(box(200, 200, 800, 800), box(350, 350, 650, 650)), 8],
  ])('draws a %s with its corners and lines only', (_, shape, corners) => {
    const { paths, nodeCount } = traceMask(logitsOf(shape), geometry, null, { detail });
    expect(nodeCount).toBe(corners);
    expect(paths[0]!.data).not.toContain('C');
  });

  it('draws a circle with 4 to 8 nodes', () => {
    for (const radius of [60, 150, 400]) {
      const { nodeCount } = traceMask(logitsOf(circle(512, 512, radius)), geometry, null, { detail });
      expect(nodeCount).toBeGreaterThanOrEqual(4);
      expect(nodeCount).toBeLessThanOrEqual(8);
    }
  });

  it('counts the nodes that the path has, and fills the mask as its deviation promises', () => {
    fc.assert(
      fc.property(randomBlobs, (bumps) => {
        const logits = blobLogits(bumps);
        const { paths, nodeCount, maxDeviationPx } = traceMask(logits, geometry, null, { detail });
        if (paths.length === 0) return;
        const segments = parsePath(paths[0]!.data).map((subpath) => subpath.segments);
        const closing = paths[0]!.data.split('Z').filter((part) => part.trim() && !/C [^LC]*$/.test(part));
        expect(nodeCount).toBe(segments.flat().length + closing.length);
        const mask = maskOfLogits(upsampleLogits(logits, geometry));
        const coverage = renderPaths(paths, geometry.imageSizePx);
        expect(disagreement(coverage, mask)).toBeLessThan(
          (maxDeviationPx + 0.5) * outlineLength(paths) + 100,
        );
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });
});

/** A polygon whose convex corners are round. */
const roundPolygons = fc
  .record({
    angle: fc.double({ min: 0, max: 6, noNaN: true }),
    radii: fc.array(fc.double({ min: 60, max: 270, noNaN: true }), { minLength: 3, maxLength: 8 }),
    roundPx: fc.constantFrom(6, 10, 20),
  })
  .map(({ angle, radii, roundPx }): Shape => {
    const corners = radii.map((radius, i) => {
      const direction = angle + (2 * Math.PI * i) / radii.length;
      return { x: 320 + radius * Math.cos(direction), y: 320 + radius * Math.sin(direction) };
    });
    const sharp = polygon(corners);
    return (x, y) => sharp(x, y) + roundPx;
  });

describe('traceMatte', () => {
  it('follows where alpha is half', () => {
    const logits = logitsOf(without(circle(512, 512, 300), circle(560, 520, 120)));
    const matte = alphaMatte(logits, geometry, null)!;
    const { paths, nodeCount } = traceMatte(
      matte,
      geometry.imageSizePx,
      null,
      outlineLimits({ detail: 0.5 }, 1),
      MATTE_CELL_PX,
    );
    const mask = maskOfLogits(upsampleLogits(logits, geometry));
    expect(disagreement(renderPaths(paths, geometry.imageSizePx), mask)).toBeLessThan(outlineLength(paths));
    expect(nodeCount).toBeLessThanOrEqual(16);
  });

  it.each([0.3, 0.5])('keeps to long straight sides and small round corners, at a detail of %d', (detail) => {
    const { tolerancePx } = outlineLimits({ detail }, 1);
    fc.assert(
      fc.property(roundPolygons, (shape) => {
        const alpha = Uint8Array.from({ length: 640 ** 2 }, (_, i) => {
          const distancePx = shape((i % 640) + 0.5, Math.floor(i / 640) + 0.5);
          return Math.round(255 * Math.min(Math.max(distancePx + 0.5, 0), 1));
        });
        const size = { width: 640, height: 640 };
        const matte = { alpha, imageRect: { x: 0, y: 0, ...size } };
        const { paths, maxDeviationPx } = traceMatte(
          matte,
          size,
          null,
          outlineLimits({ detail }, 1),
          MATTE_CELL_PX,
        );
        const points = paths
          .flatMap(({ data }) => parsePath(data))
          .flatMap((subpath) => samplePoints(subpath, 60));
        const furthestPx = Math.max(...points.map(({ x, y }) => Math.abs(shape(x, y))));
        expect(furthestPx).toBeLessThan(1.5 * tolerancePx);
        expect(maxDeviationPx).toBeLessThan(1.5 * tolerancePx);
      }),
      { numRuns: 15, seed: 20260101, endOnFailure: true },
    );
  });
});

describe('traceMask', () => {
  it('scales with the image, from the size on at which a model pixel is the unit', () => {
    const logits = logitsOf(star(512, 512, 330));
    const points = [1024, 2048].map((side) =>
      traceMask(logits, geometryOf(side, side), null, { detail: 0.5 })
        .paths.flatMap(({ data }) => parsePath(data))
        .flatMap((subpath) =>
          samplePoints(subpath, 4).map(({ x, y }) => ({ x: (x * 1024) / side, y: (y * 1024) / side })),
        ),
    );
    expect(distance(points[0]!, points[1]!)).toBeLessThan(0.1);
  });

  it('draws a leaky mask with thousands of specks with less than 300 nodes', () => {
    let seed = 1;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const logits = logitsOf(circle(512, 512, 300)).map((logit) => (random() < 0.12 ? -logit : logit));
    const cleaned = removeSpecks(logits, { width: 256, height: 256 });
    const { nodeCount } = traceMask(cleaned, geometry, null, { detail: 0.5 });
    expect(nodeCount).toBeLessThan(300);
  });

  it('leaves out more of the small islands at less detail', () => {
    const logits = logitsOf(both(circle(400, 400, 200), circle(800, 800, 12)));
    const islands = [0, 1].map(
      (detail) => parsePath(traceMask(logits, geometry, null, { detail }).paths[0]!.data).length,
    );
    expect(islands).toEqual([1, 2]);
  });
});
