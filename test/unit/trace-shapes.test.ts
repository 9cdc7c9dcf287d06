import { describe, expect, it } from 'vitest';
import { tracePaths } from './trace-paths.ts';
import { upsampleLogits } from '../../src/inference/matte/upsample-logits.ts';
import { sharedFolder } from '../shared-folder.ts';
import { referenceMasks } from './reference-masks.ts';
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
import {
  both,
  box,
  circle,
  geometryOf,
  logitsOf,
  star,
  turned,
  without,
  type Shape,
} from './synthetic-logits.ts';

const shapes: Record<string, Shape> = {
  circle: circle(500, 380, 260),
  'small circle': circle(500, 380, 22),
  box: box(250, 150, 800, 600),
  'turned box': turned(box(250, 150, 800, 600), 31, 512, 380),
  star: star(512, 400, 330),
  ring: without(circle(512, 384, 300), circle(560, 400, 120)),
  'island in a hole': both(
    without(circle(512, 384, 300), circle(512, 384, 180)),
    turned(box(450, 330, 570, 440), 20, 512, 384),
  ),
  'two that touch at a corner': both(box(200, 100, 500, 400), box(500, 400, 800, 700)),
  'over the border': both(circle(60, 100, 180), box(700, 500, 2000, 2000)),
  'all of the image': box(-500, -500, 2000, 2000),
};
/** Image sizes at a third, once and 1.5 times the model's scale, 4:3. */
const sizes = [
  [341, 256],
  [1024, 768],
  [1600, 1200],
] as const;
const cases = Object.keys(shapes).flatMap((name) =>
  sizes.map(([width, height]) => ({ name, width, height })),
);

describe('traceMask', () => {
  it.each(cases)('draws $name at $width x $height', ({ name, width, height }) => {
    const shape = shapes[name]!;
    const geometry = geometryOf(width, height);
    const logits = logitsOf(shape);
    const scale = width / 1024;
    const tolerancePx = Math.max(scale, 0.5);
    const paths = tracePaths(logits, geometry, null, tolerancePx);
    expect(paths).toHaveLength(1);
    expect(paths[0]!.data).toMatch(PATH_GRAMMAR);

    const mask = maskOfLogits(upsampleLogits(logits, geometry));
    const nonzero = renderPaths(paths, geometry.imageSizePx, 'NONZERO');
    const lengthPx = outlineLength(paths);
    expect(disagreement(nonzero, mask)).toBeLessThan(0.5 * tolerancePx * lengthPx + 4);
    expect(Math.abs(areaOf(nonzero) - areaOf(mask))).toBeLessThan(0.5 * tolerancePx * lengthPx);
    expect(Buffer.compare(renderPaths(paths, geometry.imageSizePx, 'EVENODD'), nonzero)).toBe(0);

    // Against the shape itself: the image's border is an edge, too.
    const framed = without(shape, (x, y) => -box(0, 0, 1024, 768)(x, y));
    const distances = parsePath(paths[0]!.data)
      .flatMap((subpath) => samplePoints(subpath))
      .map(({ x, y }) => Math.abs(framed(x / scale, y / scale) * scale));
    expect(Math.max(...distances)).toBeLessThan(tolerancePx + 0.5);
  });

  it('draws a circle with few segments', () => {
    for (const radius of [40, 120, 350]) {
      const [path] = tracePaths(logitsOf(circle(512, 400, radius)), geometryOf(1024, 768), null, 1);
      const [subpath] = parsePath(path!.data);
      expect(subpath!.segments.length).toBeLessThanOrEqual(8);
      const radii = samplePoints(subpath!).map(({ x, y }) => Math.hypot(x - 512, y - 400));
      expect(Math.max(...radii)).toBeLessThan(radius + 1);
      expect(Math.min(...radii)).toBeGreaterThan(radius - 1);
    }
  });

  it.each([0, 7, 31, 45, 78])(
    'keeps a rectangle turned by %i degrees four lines with sharp corners',
    (degrees) => {
      const shape = turned(box(312, 184, 712, 584), degrees, 512, 384);
      const [path] = tracePaths(logitsOf(shape), geometryOf(1024, 768), null, 1);
      const [subpath] = parsePath(path!.data);
      expect(subpath!.segments.map((segment) => segment.length)).toEqual([1, 1, 1]);
      const corners = [subpath!.start, ...subpath!.segments.map(([end]) => end!)];
      for (const { x, y } of corners) {
        // 200 model pixels from the centre along both of the square's axes.
        expect(Math.abs(Math.hypot(x - 512, y - 384) - 200 * Math.SQRT2)).toBeLessThan(1);
      }
    },
  );

  it('keeps the ten corners of a star', () => {
    const [path] = tracePaths(logitsOf(star(512, 400, 330)), geometryOf(1024, 768), null, 1);
    expect(parsePath(path!.data)[0]!.segments).toHaveLength(9);
  });

  it('follows the border exactly where the mask goes on beyond it', () => {
    const [path] = tracePaths(logitsOf(box(-500, 200, 2000, 600)), geometryOf(1500, 1125), null, 1);
    const xs = samplePoints(parsePath(path!.data)[0]!).map((point) => point.x);
    expect(Math.min(...xs)).toBe(0);
    expect(Math.max(...xs)).toBe(1500);
  });

  it('gives a hole the winding against its outline', () => {
    const [path] = tracePaths(logitsOf(shapes['ring']!), geometryOf(1024, 768), null, 1);
    const windings = parsePath(path!.data).map((subpath) => {
      const points = samplePoints(subpath);
      return Math.sign(
        points.reduce((sum, a, i) => {
          const b = points[(i + 1) % points.length]!;
          return sum + a.x * b.y - b.x * a.y;
        }, 0),
      );
    });
    expect(windings.sort()).toEqual([-1, 1]);
  });

  it('gives nothing for an empty mask, and something for the smallest', () => {
    expect(tracePaths(new Float32Array(65536).fill(-2), geometryOf(800, 600), null, 1)).toEqual([]);
    const dot = new Float32Array(65536).fill(-2);
    dot[50 * 256 + 50] = 3;
    expect(tracePaths(dot, geometryOf(64, 48), null, 20)[0]!.data).toMatch(PATH_GRAMMAR);
  });
});

const reference = sharedFolder('reference');
describe.skipIf(reference.missing)(`traceMask on real masks${reference.label}`, () => {
  it('covers the mask, the same under both winding rules', () => {
    const everyThird = referenceMasks().filter((_, i) => i % 3 === 0);
    for (const { name, geometry, logits } of everyThird) {
      const paths = tracePaths(logits, geometry, null, 1);
      expect(paths[0]!.data, name).toMatch(PATH_GRAMMAR);
      const nonzero = renderPaths(paths, geometry.imageSizePx, 'NONZERO');
      const evenodd = renderPaths(paths, geometry.imageSizePx, 'EVENODD');
      expect(Buffer.compare(evenodd, nonzero), name).toBe(0);
      const mask = maskOfLogits(upsampleLogits(logits, geometry));
      expect(disagreement(nonzero, mask), name).toBeLessThan(0.5 * outlineLength(paths));
    }
  });
});
