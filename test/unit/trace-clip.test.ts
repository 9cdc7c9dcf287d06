import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point } from '../../src/shared/affine.ts';
import { upsampleLogits } from '../../src/inference/matte/upsample-logits.ts';
import { tracePaths } from './trace-paths.ts';
import { blobLogits, randomBlobs } from './random-blobs.ts';
import { disagreement, outlineLength, parsePath, renderPaths, samplePoints } from './render-path.ts';
import { box, circle, geometryOf, logitsOf } from './synthetic-logits.ts';

const geometry = geometryOf(480, 360);

/** Distance to the nearest edge line of a convex polygon that runs clockwise on the screen, > 0 inside. */
function distanceInside(polygon: readonly Point[], { x, y }: Point): number {
  const distances = polygon.map((a, i) => {
    const b = polygon[(i + 1) % polygon.length]!;
    return ((b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x)) / Math.hypot(b.x - a.x, b.y - a.y);
  });
  return Math.min(...distances);
}

/** A rotated, possibly sheared layer over the image, often partly off it, as in Figma. */
const quads = fc
  .record({
    x: fc.double({ min: 50, max: 430, noNaN: true }),
    y: fc.double({ min: 50, max: 310, noNaN: true }),
    angle: fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
    shear: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    width: fc.double({ min: 30, max: 400, noNaN: true }),
    height: fc.double({ min: 30, max: 300, noNaN: true }),
  })
  .map(({ x, y, angle, shear, width, height }) =>
    [
      [-0.5, -0.5],
      [0.5, -0.5],
      [0.5, 0.5],
      [-0.5, 0.5],
    ].map(([u, v]) => {
      const [across, down] = [u! * width + shear * v! * height, v! * height];
      return {
        x: x + Math.cos(angle) * across - Math.sin(angle) * down,
        y: y + Math.sin(angle) * across + Math.cos(angle) * down,
      };
    }),
  );

/** Pixels that differ from the expected although all within 3 px of them are alike: two logit cells are 3.75 px. */
function farFromEdge(actual: ArrayLike<number>, expected: ArrayLike<number>): number[] {
  const isAlike = (i: number) => {
    const [x, y] = [i % 480, Math.floor(i / 480)];
    for (let v = Math.max(y - 3, 0); v <= Math.min(y + 3, 359); v++) {
      for (let u = Math.max(x - 3, 0); u <= Math.min(x + 3, 479); u++) {
        if (expected[v * 480 + u] !== expected[i]) return false;
      }
    }
    return true;
  };
  return Array.from(expected, (_, i) => i).filter(
    (i) => actual[i]! >= 128 !== expected[i]! >= 128 && isAlike(i),
  );
}

describe('traceMask with a clip', () => {
  it('never reaches outside of the polygon or the image, and fills what is inside', () => {
    fc.assert(
      fc.property(randomBlobs, quads, (bumps, quad) => {
        const logits = blobLogits(bumps);
        const paths = tracePaths(logits, geometry, quad, 0.5);
        const points = paths
          .flatMap((path) => parsePath(path.data))
          .flatMap((subpath) => samplePoints(subpath));
        const room = points.map((point) =>
          Math.min(distanceInside(quad, point), point.x, point.y, 480 - point.x, 360 - point.y),
        );
        // Numbers are rounded to 0.01.
        expect(Math.min(...room)).toBeGreaterThan(-0.01);
        const expected = upsampleLogits(logits, geometry).map((logit, i) => {
          const isVisible = distanceInside(quad, { x: (i % 480) + 0.5, y: Math.floor(i / 480) + 0.5 }) > 0;
          return logit > 0 && isVisible ? 255 : 0;
        });
        const actual = renderPaths(paths, geometry.imageSizePx);
        expect(disagreement(actual, expected)).toBeLessThan(0.3 * outlineLength(paths) + 10);
        // The allowance above could hide a small region that is missing as a whole.
        expect(farFromEdge(actual, expected)).toEqual([]);
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });

  it('changes nothing when the polygon contains the image', () => {
    const around = [
      { x: -300, y: 100 },
      { x: 300, y: -300 },
      { x: 900, y: 200 },
      { x: 200, y: 800 },
    ];
    fc.assert(
      fc.property(randomBlobs, (bumps) => {
        const logits = blobLogits(bumps);
        expect(tracePaths(logits, geometry, around, 1)).toEqual(tracePaths(logits, geometry, null, 1));
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });

  it('is the polygon itself, corner by corner, where the mask covers all of it', () => {
    const quad = [
      { x: 100.25, y: 20.5 },
      { x: 400.75, y: 110 },
      { x: 310, y: 330.5 },
      { x: 40, y: 200 },
    ];
    const [path] = tracePaths(logitsOf(box(-500, -500, 2000, 2000)), geometry, quad, 1);
    const [subpath] = parsePath(path!.data);
    const corners = [subpath!.start, ...subpath!.segments.map(([end]) => end!)];
    const byX = (a: Point, b: Point) => a.x - b.x;
    expect(corners.sort(byX)).toEqual([...quad].sort(byX));
  });

  it('is empty when the polygon has no area or misses the mask', () => {
    const logits = logitsOf(circle(300, 300, 200));
    const at = (x: number, y: number) => ({ x, y });
    expect(tracePaths(logits, geometry, [at(0, 0), at(100, 100), at(200, 200)], 1)).toEqual([]);
    expect(tracePaths(logits, geometry, [at(300, 0), at(480, 0), at(480, 360)], 1)).toEqual([]);
    expect(tracePaths(logits, geometry, [at(600, 0), at(800, 0), at(800, 360)], 1)).toEqual([]);
  });
});
