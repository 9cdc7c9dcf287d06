import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point } from '../../src/shared/affine.ts';
import type { ImagePath } from '../../src/shared/host-contract.ts';
import { upsampleLogits } from '../../src/inference/matte/upsample-logits.ts';
import { tracePaths } from './trace-paths.ts';
import { blobLogits, randomBlobs } from './random-blobs.ts';
import {
  areaOf,
  maskOfLogits,
  disagreement,
  outlineLength,
  parsePath,
  PATH_GRAMMAR,
  renderPaths,
  samplePoints,
} from './render-path.ts';
import { geometryOf } from './synthetic-logits.ts';

const geometry = geometryOf(512, 512);

/** A shape that is its own mirror image has two best outlines, each the mirror image of the other. */
const lopsidedBlobs = randomBlobs.filter((bumps) => bumps.length > 2);
const tolerances = fc.constantFrom(0.75, 2, 5.3);
const MAP_RUNS = { numRuns: 12, seed: 20260101, unbiased: true, endOnFailure: true };

describe('traceMask on random blobs', () => {
  it('fills the mask, the same under both winding rules', () => {
    fc.assert(
      fc.property(randomBlobs, fc.constantFrom(0.25, 0.5, 1), (bumps, tolerancePx) => {
        const logits = blobLogits(bumps);
        const paths = tracePaths(logits, geometry, null, tolerancePx);
        const mask = maskOfLogits(upsampleLogits(logits, geometry));
        const area = areaOf(mask);
        expect(paths.length > 0).toBe(area > 0);
        if (area === 0) return;
        expect(paths[0]!.data).toMatch(PATH_GRAMMAR);
        const nonzero = renderPaths(paths, geometry.imageSizePx, 'NONZERO');
        expect(disagreement(nonzero, mask)).toBeLessThan(0.75 * tolerancePx * outlineLength(paths) + 10);
        expect(Buffer.compare(renderPaths(paths, geometry.imageSizePx, 'EVENODD'), nonzero)).toBe(0);
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });

  it('stays within the tolerance of the edge, but where it puts corners back', () => {
    fc.assert(
      fc.property(randomBlobs, (bumps) => {
        const logits = blobLogits(bumps);
        const samples = tracePaths(logits, geometry, null, 1)
          .flatMap((path) => parsePath(path.data))
          .flatMap((subpath) => samplePoints(subpath, 10));
        const logit = upsampleLogits(logits, geometry);
        const isInside = (x: number, y: number) =>
          x >= 0 && y >= 0 && x < 512 && y < 512 && logit[Math.floor(y) * 512 + Math.floor(x)]! > 0;
        // Within 2 px of each point of the outline, there are pixels of either kind.
        const ring = Array.from({ length: 16 }, (_, k) => (k * Math.PI) / 8);
        const lost = samples.filter(({ x, y }) => {
          const kinds = [0.7, 2].flatMap((r) =>
            ring.map((angle) => isInside(x + r * Math.cos(angle), y + r * Math.sin(angle))),
          );
          return new Set(kinds).size < 2;
        });
        expect(lost).toEqual([]);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it.each([
    ['mirrored', (x: number, y: number) => ({ x: 255 - x, y }), ({ x, y }: Point) => ({ x: 512 - x, y })],
    [
      'turned by 90 degrees',
      (x: number, y: number) => ({ x: 255 - y, y: x }),
      ({ x, y }: Point) => ({ x: 512 - y, y: x }),
    ],
    [
      'turned by 180 degrees',
      (x: number, y: number) => ({ x: 255 - x, y: 255 - y }),
      ({ x, y }: Point) => ({ x: 512 - x, y: 512 - y }),
    ],
  ])('comes out the same within 0.1 px when the mask is %s', (_, mapCell, mapPoint) => {
    fc.assert(
      fc.property(lopsidedBlobs, tolerances, (bumps, tolerancePx) => {
        const logits = blobLogits(bumps);
        const mapped = new Float32Array(65536);
        logits.forEach((logit, i) => {
          const { x, y } = mapCell(i % 256, Math.floor(i / 256));
          mapped[y * 256 + x] = logit;
        });
        const there = curvesOf(tracePaths(logits, geometry, null, tolerancePx));
        const here = curvesOf(tracePaths(mapped, geometry, null, tolerancePx));
        expect(
          apart(
            here,
            there.map((curve) => curve.map(mapPoint)),
          ),
        ).toBeLessThan(0.1);
      }),
      MAP_RUNS,
    );
  });

  it('comes out the same within 0.1 px when image and tolerance are twice as large', () => {
    fc.assert(
      fc.property(lopsidedBlobs, tolerances, (bumps, tolerancePx) => {
        const logits = blobLogits(bumps);
        const once = curvesOf(tracePaths(logits, geometry, null, tolerancePx));
        const twice = curvesOf(tracePaths(logits, geometryOf(1024, 1024), null, 2 * tolerancePx));
        const doubled = once.map((curve) => curve.map(({ x, y }) => ({ x: 2 * x, y: 2 * y })));
        expect(apart(twice, doubled)).toBeLessThan(0.1);
      }),
      MAP_RUNS,
    );
  });
});

function curvesOf(paths: readonly ImagePath[]): Point[][] {
  return paths.flatMap(({ data }) => parsePath(data)).map((subpath) => samplePoints(subpath, 32));
}

/** Hausdorff distance of closed polylines. */
function apart(a: readonly Point[][], b: readonly Point[][]): number {
  const oneWay = (from: readonly Point[][], to: readonly Point[][]) =>
    from.flat().reduce((largest, point) => Math.max(largest, distanceTo(to, point)), 0);
  return Math.max(oneWay(a, b), oneWay(b, a));
}

function distanceTo(curves: readonly Point[][], { x, y }: Point): number {
  let nearest = Infinity;
  for (const curve of curves) {
    curve.forEach((a, i) => {
      const b = curve[(i + 1) % curve.length]!;
      const [dx, dy, fromX, fromY] = [b.x - a.x, b.y - a.y, x - a.x, y - a.y];
      const squared = dx * dx + dy * dy;
      const t = squared > 0 ? Math.min(Math.max((fromX * dx + fromY * dy) / squared, 0), 1) : 0;
      nearest = Math.min(nearest, Math.hypot(fromX - t * dx, fromY - t * dy));
    });
  }
  return nearest;
}
