import type { Point } from '../../shared/affine.ts';
import { signedArea } from './closed-polyline.ts';

/**
 * A closed polyline from the point that is furthest from its centroid on, and in the direction in which it gets away from
 * that point faster: so that a turned or mirrored shape is worked on in the same order, and comes out the same.
 */
export function canonicalLoop(points: readonly Point[]): { points: Point[]; isReversed: boolean } {
  const { x, y } = centroidOf(points);
  let start = 0;
  let furthest = -1;
  points.forEach((point, i) => {
    const squared = (point.x - x) ** 2 + (point.y - y) ** 2;
    if (squared > furthest) [furthest, start] = [squared, i];
  });
  const turned = [...points.slice(start), ...points.slice(0, start)];
  const first = turned[0]!;
  let forwards = 0;
  turned.forEach((point, i) => {
    if (i === 0) return;
    const squared = (point.x - first.x) ** 2 + (point.y - first.y) ** 2;
    forwards += (turned.length / 2 - i) * squared;
  });
  if (forwards >= 0) return { points: turned, isReversed: false };
  return { points: [first, ...turned.slice(1).reverse()], isReversed: true };
}

function centroidOf(points: readonly Point[]): Point {
  const twiceArea = 2 * signedArea(points);
  const first = points[0]!;
  // From the first point, so that no precision is lost far from the origin.
  let x = 0;
  let y = 0;
  points.forEach((a, i) => {
    const b = points[(i + 1) % points.length]!;
    const [ax, ay, bx, by] = [a.x - first.x, a.y - first.y, b.x - first.x, b.y - first.y];
    const cross = ax * by - bx * ay;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  });
  if (!(Math.abs(twiceArea) > 0)) return first;
  return { x: first.x + x / (3 * twiceArea), y: first.y + y / (3 * twiceArea) };
}
