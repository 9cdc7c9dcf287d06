import { describe, expect, it } from 'vitest';
import { clipPolygon, isConvex } from '../../src/plugin/figma/convex-polygon.ts';
import { flattenPath, parsePath } from '../../src/plugin/figma/path-mapping.ts';

const SQUARE = [
  { x: 0, y: 0 },
  { x: 10, y: 0 },
  { x: 10, y: 10 },
  { x: 0, y: 10 },
];
const area = (polygon: readonly { x: number; y: number }[]) =>
  Math.abs(
    polygon.reduce((sum, { x, y }, i) => {
      const next = polygon[(i + 1) % polygon.length]!;
      return sum + x * next.y - next.x * y;
    }, 0),
  ) / 2;

describe('an outline', () => {
  it('is convex or not, whichever way round it runs', () => {
    const dented = [SQUARE[0]!, SQUARE[1]!, { x: 4, y: 5 }, SQUARE[2]!, SQUARE[3]!];
    const pentagram = [0, 2, 4, 1, 3].map((i) => ({
      x: Math.sin((i * 2 * Math.PI) / 5),
      y: Math.cos((i * 2 * Math.PI) / 5),
    }));
    for (const turned of [(p: typeof SQUARE) => p, (p: typeof SQUARE) => [...p].reverse()]) {
      expect(isConvex(turned(SQUARE))).toBe(true);
      expect(isConvex(turned(dented))).toBe(false);
      expect(isConvex(turned(pentagram))).toBe(false);
    }
  });

  it('is cut by another, whichever way round that runs', () => {
    const shifted = SQUARE.map(({ x, y }) => ({ x: x + 4, y: y + 7 }));
    expect(area(clipPolygon(SQUARE, shifted))).toBeCloseTo(18);
    expect(area(clipPolygon(SQUARE, [...shifted].reverse()))).toBeCloseTo(18);
    expect(
      clipPolygon(
        SQUARE,
        SQUARE.map(({ x, y }) => ({ x: x + 40, y })),
      ).length,
    ).toBeLessThan(3);
  });

  it('is read as Figma writes it, and its curves are followed to the tolerance', () => {
    const k = 0.5522847498 * 50;
    const data = `M100 50C100 ${50 + k} ${50 + k} 100 50 100C${50 - k} 100 0 ${50 + k} 0 50C0 ${50 - k} ${50 - k} 0 50 0C${50 + k} 0 100 ${50 - k} 100 50Z`;
    for (const tolerance of [0.01, 0.25, 2]) {
      const [circle, ...others] = flattenPath(parsePath({ windingRule: 'NONZERO', data }), tolerance);
      expect(others).toEqual([]);
      expect(isConvex(circle!)).toBe(true);
      circle!.forEach((point, i) => {
        const next = circle![(i + 1) % circle!.length]!;
        const middle = Math.hypot((point.x + next.x) / 2 - 50, (point.y + next.y) / 2 - 50);
        expect(50 - middle).toBeLessThan(tolerance + 0.02);
      });
    }
  });
});
