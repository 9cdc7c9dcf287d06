import type { Point } from '../../shared/affine.ts';

/** A closed polyline with its arc length, so that one can walk along it by distance. */
export interface ClosedPolyline {
  points: readonly Point[];
  /** Distance along the line from point 0 to each point. */
  arcs: Float64Array;
  perimeter: number;
}

export function createClosedPolyline(points: readonly Point[]): ClosedPolyline {
  const arcs = new Float64Array(points.length);
  for (let i = 1; i < points.length; i++) arcs[i] = arcs[i - 1]! + distance(points[i - 1]!, points[i]!);
  const perimeter = arcs[points.length - 1]! + distance(points[points.length - 1]!, points[0]!);
  return { points, arcs, perimeter };
}

/** The point at a distance along the line; any distance is taken modulo the perimeter. */
export function pointAtArc({ points, arcs, perimeter }: ClosedPolyline, arc: number): Point {
  const wrapped = arc - Math.floor(arc / perimeter) * perimeter;
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (arcs[middle]! <= wrapped) low = middle;
    else high = middle - 1;
  }
  const from = points[low]!;
  const to = points[(low + 1) % points.length]!;
  const step = (arcs[low + 1] ?? perimeter) - arcs[low]!;
  return mix(from, to, step > 0 ? (wrapped - arcs[low]!) / step : 0);
}

/** Distance between two places on the line, the shorter way round. */
export function arcBetween({ perimeter }: ClosedPolyline, arcA: number, arcB: number): number {
  const apart = Math.abs(arcA - arcB) % perimeter;
  return Math.min(apart, perimeter - apart);
}

/** Twice the signed area over the plane with y down: > 0 clockwise on the screen. */
export function signedArea(points: readonly Point[]): number {
  let twice = 0;
  for (let i = 0; i < points.length; i++) {
    const from = points[i]!;
    const to = points[(i + 1) % points.length]!;
    twice += from.x * to.y - to.x * from.y;
  }
  return twice / 2;
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

export function mix(a: Point, b: Point, fraction: number): Point {
  return { x: a.x + (b.x - a.x) * fraction, y: a.y + (b.y - a.y) * fraction };
}
