import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundsOfPaths, formatPath, mapPath, parsePath } from '../../src/plugin/figma/path-mapping.ts';
import { applyAffine, type Affine, type Point } from '../../src/shared/affine.ts';
import { parsePathData } from '../host/document/path-data.ts';

const number = fc.double({ min: -5000, max: 5000, noNaN: true, noDefaultInfinity: true });
const point = fc.record({ x: number, y: number });
const cubic = fc.tuple(point, point, point);
const outline = fc.record({ start: point, curves: fc.array(cubic, { minLength: 1, maxLength: 8 }) });

function write({ start, curves }: { start: Point; curves: [Point, Point, Point][] }) {
  const xy = ({ x, y }: Point) => `${x} ${y}`;
  const data = [`M ${xy(start)}`, ...curves.map((points) => `C ${points.map(xy).join(' ')}`), 'Z'].join(' ');
  return { windingRule: 'EVENODD' as const, data };
}

describe('an outline on its way to Figma', () => {
  it('keeps to the grammar of vectorPaths, exponents in what came in or not', () => {
    fc.assert(
      fc.property(outline, ({ start, curves }) => {
        const tiny = { ...start, x: start.x * 1e-9 };
        const { data, windingRule } = formatPath(parsePath(write({ start: tiny, curves })));
        const commands = parsePathData(data);
        expect(windingRule).toBe('EVENODD');
        expect(commands.map(({ letter }) => letter).join('')).toBe(`M${'C'.repeat(curves.length)}Z`);
        const [first] = commands[0]!.points;
        expect(Math.abs(first!.x - tiny.x)).toBeLessThanOrEqual(0.0005 + 1e-9);
        expect(Math.abs(first!.y - tiny.y)).toBeLessThanOrEqual(0.0005 + 1e-9);
      }),
    );
  });

  it('is as large as its curves are when they are walked along', () => {
    fc.assert(
      fc.property(outline, (shape) => {
        const { x, y, width, height } = boundsOfPaths([parsePath(write(shape))]);
        const walked = walk(shape);
        const [xs, ys] = [walked.map((p) => p.x), walked.map((p) => p.y)];
        const sampled = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
        // The walk may step over an extreme, but only by a little, and never finds one outside.
        const slack = 10;
        [x - sampled[0]!, y - sampled[1]!, sampled[2]! - (x + width), sampled[3]! - (y + height)].forEach(
          (excess) => {
            expect(excess).toBeLessThanOrEqual(1e-6);
            expect(excess).toBeGreaterThanOrEqual(-slack);
          },
        );
      }),
    );
  });

  it('is mapped point by point', () => {
    const map: Affine = [
      [0, -2, 10],
      [3, 0, 20],
    ];
    const mapped = mapPath(parsePath({ windingRule: 'NONZERO', data: 'M 1 2 L 3 4 C 5 6 7 8 9 10 Z' }), map);
    const expected = [1, 3, 5, 7, 9].map((x) => applyAffine(map, { x, y: x + 1 }));
    expect(mapped.commands.flatMap(({ points }) => points)).toEqual(expected);
  });
});

function walk({ start, curves }: { start: Point; curves: [Point, Point, Point][] }): Point[] {
  const points: Point[] = [start];
  let from = start;
  for (const [a, b, to] of curves) {
    for (let i = 1; i <= 200; i++) points.push(deCasteljau([from, a, b, to], i / 200));
    from = to;
  }
  return points;
}

/** Repeated halving between neighbours, which shares no formula with the code under test. */
function deCasteljau(points: Point[], t: number): Point {
  if (points.length === 1) return points[0]!;
  const between = points.slice(1).map((to, i) => {
    const from = points[i]!;
    return { x: from.x + t * (to.x - from.x), y: from.y + t * (to.y - from.y) };
  });
  return deCasteljau(between, t);
}
