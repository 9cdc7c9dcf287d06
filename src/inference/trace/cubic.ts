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

/** One Newton step towards the parameter at which the curve is nearest to the point, within 0..1. */
export function nearerParameter([p0, p1, p2, p3]: Cubic, x: number, y: number, t: number): number {
  const s = 1 - t;
  const [b0, b1, b2, b3] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
  const apartX = b0 * p0.x + b1 * p1.x + b2 * p2.x + b3 * p3.x - x;
  const apartY = b0 * p0.y + b1 * p1.y + b2 * p2.y + b3 * p3.y - y;
  const [d0, d1, d2] = [3 * s * s, 6 * s * t, 3 * t * t];
  const x1 = d0 * (p1.x - p0.x) + d1 * (p2.x - p1.x) + d2 * (p3.x - p2.x);
  const y1 = d0 * (p1.y - p0.y) + d1 * (p2.y - p1.y) + d2 * (p3.y - p2.y);
  const x2 = 6 * (s * (p2.x - 2 * p1.x + p0.x) + t * (p3.x - 2 * p2.x + p1.x));
  const y2 = 6 * (s * (p2.y - 2 * p1.y + p0.y) + t * (p3.y - 2 * p2.y + p1.y));
  const slope = x1 * x1 + y1 * y1 + apartX * x2 + apartY * y2;
  // Where the curve bends around the point the second derivative misleads: Gauss-Newton's slope does not.
  const safeSlope = slope > 0 ? slope : x1 * x1 + y1 * y1;
  if (!(safeSlope > 1e-12)) return t;
  return Math.min(Math.max(t - (apartX * x1 + apartY * y1) / safeSlope, 0), 1);
}
