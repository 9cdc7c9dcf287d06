import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfidentArea } from '../../src/inference/everything/confident-area.ts';
import { pointGrid, referenceNeighbours } from '../../src/inference/everything/point-grid.ts';
import { UnexplainedPoints } from '../../src/inference/everything/unexplained-points.ts';
import type { Point } from '../../src/shared/affine.ts';
import { circle, logitsOf } from './synthetic-logits.ts';

const imageSizePx = { width: 800, height: 400 };
const geometry = { imageSizePx, modelSizePx: { width: 1024, height: 512 } };
const MODEL_PX_PER_IMAGE_PX = 1.28;

const keyOf = ({ x, y }: Point) => `${x.toFixed(3)} ${y.toFixed(3)}`;

describe('the point grid', () => {
  it('has the centres of equal parts, row by row', () => {
    expect(pointGrid(2, imageSizePx)).toEqual([
      { x: 200, y: 100 },
      { x: 600, y: 100 },
      { x: 200, y: 300 },
      { x: 600, y: 300 },
    ]);
    expect(pointGrid(32, imageSizePx)).toHaveLength(1024);
  });
});

describe("the published code's second round", () => {
  it('surrounds each coarse point on a lattice of 32, without coming twice to any', () => {
    fc.assert(
      fc.property(fc.integer({ min: 32, max: 3000 }), fc.integer({ min: 32, max: 3000 }), (width, height) => {
        const coarse = pointGrid(8, { width, height });
        const points = referenceNeighbours(coarse, 32, { width, height });
        const keys = new Set(points.map(keyOf));
        expect(keys.size).toBe(points.length);
        for (const point of coarse) expect(keys.has(keyOf(point))).toBe(false);
        for (const { x, y } of points) expect(x >= 0 && y >= 0 && x < width && y < height).toBe(true);
        // Sides that 32 divides lose their last row or column (a slip of the code, kept).
        const along = (sidePx: number) => (sidePx % 32 === 0 ? 31 : 32);
        expect(points).toHaveLength(along(width) * along(height) - 64);
      }),
    );
  });
});

describe('the certain area', () => {
  it('covers where any region is certain, and nothing before there is one', () => {
    const area = new ConfidentArea(geometry, 8.5);
    expect(area.covers({ x: 100, y: 100 })).toBe(false);
    const circles = [
      [200, 200],
      [800, 300],
    ] as const;
    for (const [x, y] of circles) area.add(logitsOf(circle(x, y, 60)));
    for (const point of pointGrid(40, imageSizePx)) {
      const [x, y] = [point.x * MODEL_PX_PER_IMAGE_PX, point.y * MODEL_PX_PER_IMAGE_PX];
      // The logit is half the distance to the edge: 8.5 lies 17 model pixels inside.
      const inside = Math.max(...circles.map(([cx, cy]) => 60 - 17 - Math.hypot(x - cx, y - cy)));
      if (Math.abs(inside) > 3) expect(area.covers(point), keyOf(point)).toBe(inside > 0);
    }
  });
});

describe('unexplained points', () => {
  it('come one by one, each as far from all before as any that is left', () => {
    const points = pointGrid(8, imageSizePx);
    const unexplained = new UnexplainedPoints(points, geometry);
    const nearest = (point: Point, others: readonly Point[]) =>
      Math.min(...others.map(({ x, y }) => Math.hypot(x - point.x, y - point.y)));
    const taken = unexplained.take(1);
    while (unexplained.count > 0) {
      const [next] = unexplained.take(1) as [Point];
      const left = points.filter((point) => !taken.includes(point));
      expect(nearest(next, taken)).toBeCloseTo(Math.max(...left.map((point) => nearest(point, taken))), 6);
      taken.push(next);
    }
    expect(new Set(taken).size).toBe(64);
    expect(unexplained.take(1)).toEqual([]);
  });

  it('leave out what a region explains', () => {
    const points = pointGrid(32, imageSizePx);
    const unexplained = new UnexplainedPoints(points, geometry);
    const shape = circle(300, 300, 150);
    unexplained.explain(logitsOf(shape), 3);
    const asked = unexplained.take(2000);
    const depthOf = ({ x, y }: Point) => shape(x * MODEL_PX_PER_IMAGE_PX, y * MODEL_PX_PER_IMAGE_PX);
    // Logit 3 lies 6 model pixels inside; a cell is 4 wide.
    expect(asked.filter((point) => depthOf(point) > 10)).toEqual([]);
    expect(asked.filter((point) => depthOf(point) < 2)).toHaveLength(
      points.filter((point) => depthOf(point) < 2).length,
    );
  });
});
