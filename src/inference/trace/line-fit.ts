import type { Point } from '../../shared/affine.ts';

export interface Line {
  point: Point;
  /** Unit vector. */
  direction: Point;
}

export function lineThrough(a: Point, b: Point): Line {
  const angle = Math.atan2(b.y - a.y, b.x - a.x);
  return { point: a, direction: { x: Math.cos(angle), y: Math.sin(angle) } };
}

/** The line with the least squared distances to the points, through their centroid. */
export function fitLine(points: readonly Point[]): Line {
  const centroid = { x: 0, y: 0 };
  for (const { x, y } of points) {
    centroid.x += x / points.length;
    centroid.y += y / points.length;
  }
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const { x, y } of points) {
    xx += (x - centroid.x) ** 2;
    xy += (x - centroid.x) * (y - centroid.y);
    yy += (y - centroid.y) ** 2;
  }
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  return { point: centroid, direction: { x: Math.cos(angle), y: Math.sin(angle) } };
}

/** @returns null when the lines are within about 6 degrees of parallel, where a meeting point means nothing */
export function intersectLines(a: Line, b: Line): Point | null {
  const cross = a.direction.x * b.direction.y - a.direction.y * b.direction.x;
  if (Math.abs(cross) < 0.1) return null;
  const along = ((b.point.x - a.point.x) * b.direction.y - (b.point.y - a.point.y) * b.direction.x) / cross;
  return { x: a.point.x + along * a.direction.x, y: a.point.y + along * a.direction.y };
}

/** The angle at `vertex` between the directions to two points, 0..pi. */
export function angleAt(vertex: Point, a: Point, b: Point): number {
  const [ax, ay, bx, by] = [a.x - vertex.x, a.y - vertex.y, b.x - vertex.x, b.y - vertex.y];
  return Math.abs(Math.atan2(ax * by - ay * bx, ax * bx + ay * by));
}

/** Largest distance of the points from the segment between the first and the last of them. */
export function deviationFromChord(points: readonly Point[]): number {
  const from = points[0]!;
  const to = points[points.length - 1]!;
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const squared = dx * dx + dy * dy;
  let largest = 0;
  for (const { x, y } of points) {
    const t = squared > 0 ? Math.min(Math.max(((x - from.x) * dx + (y - from.y) * dy) / squared, 0), 1) : 0;
    largest = Math.max(largest, Math.hypot(x - from.x - t * dx, y - from.y - t * dy));
  }
  return largest;
}
