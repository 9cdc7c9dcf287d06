import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
    ['mirrored', (x: number, y: number) => ({ x: 255 - x, y })],
    ['turned by 90 degrees', (x: number, y: number) => ({ x: 255 - y, y: x })],
    ['turned by 180 degrees', (x: number, y: number) => ({ x: 255 - x, y: 255 - y })],
  ])('comes out the same when the mask is %s', (_, map) => {
    fc.assert(
      fc.property(randomBlobs, (bumps) => {
        const logits = blobLogits(bumps);
        const mapped = new Float32Array(65536);
        logits.forEach((logit, i) => {
          const { x, y } = map(i % 256, Math.floor(i / 256));
          mapped[y * 256 + x] = logit;
        });
        const paths = tracePaths(logits, geometry, null, 0.5);
        const there = renderPaths(paths, geometry.imageSizePx);
        const here = renderPaths(tracePaths(mapped, geometry, null, 0.5), geometry.imageSizePx);
        const moved = new Uint8Array(there.length);
        // Pixels 2x and 2x + 1 lie in cell x.
        there.forEach((coverage, i) => {
          const cell = map(((i % 512) - 0.5) / 2, (Math.floor(i / 512) - 0.5) / 2);
          moved[Math.round(2 * cell.y + 0.5) * 512 + Math.round(2 * cell.x + 0.5)] = coverage;
        });
        expect(disagreement(here, moved)).toBeLessThan(0.4 * outlineLength(paths) + 10);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });
});
