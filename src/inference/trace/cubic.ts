import type { Point } from '../../shared/affine.ts';

/** Start, two control points, end. */
export type Cubic = readonly [Point, Point, Point, Point];

export function cubicAt([p0, p1, p2, p3]: Cubic, t: number): Point {
  const s = 1 - t;
  const b0 = s * s * s;
  const b1 = 3 * s * s * t;
  const b2 = 3 * s * t * t;
  const b3 = t * t * t;
  return {
    x: b0 * p0.x + b1 * p1.x + b2 * p2.x + b3 * p3.x,
    y: b0 * p0.y + b1 * p1.y + b2 * p2.y + b3 * p3.y,
  };
}
