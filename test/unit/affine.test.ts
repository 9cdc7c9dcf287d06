import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyAffine,
  determinant,
  invert,
  multiply,
  rectCorners,
  rotation,
  scaling,
  translation,
  type Affine,
  type Point,
} from '../../src/shared/affine.ts';

const number = fc.double({ min: -1000, max: 1000, noNaN: true });
const factor = fc.oneof(
  fc.double({ min: 0.1, max: 10, noNaN: true }),
  fc.double({ min: -10, max: -0.1, noNaN: true }),
);
const point = fc.record({ x: number, y: number });
const map = fc
  .tuple(number, number, fc.double({ min: -360, max: 360, noNaN: true }), factor, factor)
  .map(([x, y, degrees, sx, sy]) => multiply(translation(x, y), rotation(degrees), scaling(sx, sy)));

function expectClose(actual: Point, expected: Point, tolerance = 1e-6): void {
  expect(Math.hypot(actual.x - expected.x, actual.y - expected.y)).toBeLessThan(tolerance);
}

describe('affine maps', () => {
  it('compose as functions do, the last argument first', () => {
    fc.assert(
      fc.property(map, map, point, (bToC, aToB, a) => {
        expectClose(applyAffine(multiply(bToC, aToB), a), applyAffine(bToC, applyAffine(aToB, a)), 1e-4);
      }),
    );
  });

  it('undo themselves by their inverse', () => {
    fc.assert(
      fc.property(map, point, (aToB, a) => expectClose(applyAffine(invert(aToB), applyAffine(aToB, a)), a)),
    );
  });

  it('scale areas by their determinant, negative when they mirror', () => {
    fc.assert(
      fc.property(map, (aToB) => {
        const [a, b, c, d] = rectCorners({ x: 3, y: -2, width: 1, height: 1 }).map((p) =>
          applyAffine(aToB, p),
        );
        const ring = [a!, b!, c!, d!];
        const area = ring.reduce((sum, p, i) => {
          const q = ring[(i + 1) % 4]!;
          return sum + (p.x * q.y - q.x * p.y) / 2;
        }, 0);
        expect(area).toBeCloseTo(determinant(aToB), 5);
      }),
    );
  });

  it('turn +x towards +y', () => {
    expectClose(applyAffine(rotation(90), { x: 1, y: 0 }), { x: 0, y: 1 });
    expectClose(applyAffine(rotation(180), { x: 1, y: 0 }), { x: -1, y: 0 });
  });

  it.each([
    ['flat', scaling(1, 0)],
    ['not a number', scaling(NaN, 1)],
    ['infinite', scaling(Infinity, 1)],
  ] satisfies [string, Affine][])('have no inverse when they are %s', (_, flat) => {
    expect(() => invert(flat)).toThrow(RangeError);
  });
});
