import type { Point } from '../../shared/affine.ts';

/** A dent of fewer radians is a rounding error. */
const MAX_DENT = 0.01;

/** Whether a closed polygon goes round once and always turns the same way. */
export function isConvex(polygon: readonly Point[]): boolean {
  const turns = polygon.map((point, i) => {
    const before = polygon[(i + polygon.length - 1) % polygon.length] as Point;
    const after = polygon[(i + 1) % polygon.length] as Point;
    const [inX, inY, outX, outY] = [
      point.x - before.x,
      point.y - before.y,
      after.x - point.x,
      after.y - point.y,
    ];
    return Math.atan2(inX * outY - inY * outX, inX * outX + inY * outY);
  });
  const total = turns.reduce((sum, turn) => sum + turn, 0);
  const isOnce = Math.abs(Math.abs(total) - 2 * Math.PI) < MAX_DENT;
  return isOnce && turns.every((turn) => turn * Math.sign(total) > -MAX_DENT);
}

/**
 * What of a polygon lies inside a convex one (Sutherland and Hodgman, 1974).
 * @returns fewer than three corners when they share no area
 */
export function clipPolygon(polygon: readonly Point[], convex: readonly Point[]): Point[] {
  const winding = Math.sign(signedArea(convex));
  let kept = [...polygon];
  convex.forEach((from, i) => {
    const to = convex[(i + 1) % convex.length] as Point;
    const inside: Point[] = [];
    kept.forEach((point, at) => {
      const previous = kept[(at + kept.length - 1) % kept.length] as Point;
      const [before, here] = [winding * side(previous, from, to), winding * side(point, from, to)];
      if (before < 0 !== here < 0) inside.push(between(previous, point, before / (before - here)));
      if (here >= 0) inside.push(point);
    });
    kept = inside;
  });
  return kept;
}

/** Twice the area; positive when the corners run clockwise on a canvas, whose y axis points down. */
function signedArea(polygon: readonly Point[]): number {
  return polygon.reduce((sum, from, i) => {
    const to = polygon[(i + 1) % polygon.length] as Point;
    return sum + from.x * to.y - to.x * from.y;
  }, 0);
}

/** Positive on the right of the edge. */
function side(point: Point, from: Point, to: Point): number {
  return (to.x - from.x) * (point.y - from.y) - (to.y - from.y) * (point.x - from.x);
}

function between(a: Point, b: Point, t: number): Point {
  return { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) };
}
