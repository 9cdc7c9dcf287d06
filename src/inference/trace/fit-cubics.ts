import type { Point } from '../../shared/affine.ts';
import type { ConvexClip } from '../matte/convex-clip.ts';
import { distance } from './closed-polyline.ts';

/** Start, two control points, end. */
export type Cubic = readonly [Point, Point, Point, Point];

export interface FitOptions {
  /** Largest distance of a point from the curve, in pixels. */
  tolerancePx: number;
  /** Length along the points over which a tangent is measured, in pixels. */
  tangentPx: number;
  /** Control points stay within, and so does the curve. */
  clip: ConvexClip;
}

/** Beyond this multiple of the tolerance, better parameters do not rescue a curve: split at once. */
const HOPELESS = 4;
const REPARAMETRIZATIONS = 6;

/**
 * Fits cubic Beziers to an open run of points, smooth where one ends and the next begins, after P. J. Schneider, "An
 * Algorithm for Automatically Fitting Digitized Curves", Graphics Gems, 1990: least squares for the lengths of the
 * two handles, Newton steps for the parameters, and a split at the worst point where that does not suffice.
 * @param points at least two; the curves go exactly through the first and the last
 * @param startTangent unit vector into the run at its first point
 * @param endTangent unit vector into the run at its last point
 */
export function fitCubics(
  points: readonly Point[],
  startTangent: Point,
  endTangent: Point,
  options: FitOptions,
): Cubic[] {
  if (points.length === 2) return [heuristicCubic(points, startTangent, endTangent, options.clip)];
  let parameters = chordLengthParameters(points);
  let best: { cubic: Cubic; worst: Deviation } | null = null;
  for (let i = 0; i <= REPARAMETRIZATIONS; i++) {
    const cubic = leastSquaresCubic(points, parameters, startTangent, endTangent, options.clip);
    const worst = worstPoint(points, parameters, cubic);
    if (!best || worst.distancePx < best.worst.distancePx) best = { cubic, worst };
    if (worst.distancePx > HOPELESS * options.tolerancePx) break;
    parameters = parameters.map((t, k) => newtonStep(cubic, points[k]!, t));
  }
  if (best!.worst.distancePx <= options.tolerancePx) return [best!.cubic];
  const split = best!.worst.index;
  const tangent = tangentAt(points, split, options.tangentPx);
  return [
    ...fitCubics(points.slice(0, split + 1), startTangent, { x: -tangent.x, y: -tangent.y }, options),
    ...fitCubics(points.slice(split), tangent, endTangent, options),
  ];
}

/** Direction at a point of a run, measured between the points about `spanPx` before and after it. */
export function tangentAt(points: readonly Point[], index: number, spanPx: number): Point {
  const reach = (step: 1 | -1): Point => {
    let i = index;
    let covered = 0;
    while (covered < spanPx && points[i + step]) {
      covered += distance(points[i]!, points[i + step]!);
      i += step;
    }
    return points[i]!;
  };
  return unit(reach(-1), reach(1));
}

function unit(from: Point, to: Point): Point {
  const length = distance(from, to);
  return length > 0 ? { x: (to.x - from.x) / length, y: (to.y - from.y) / length } : { x: 0, y: 0 };
}

function chordLengthParameters(points: readonly Point[]): number[] {
  let length = 0;
  const lengths = points.map((point, i) => (length += i === 0 ? 0 : distance(points[i - 1]!, point)));
  return lengths.map((l) => l / length);
}

function leastSquaresCubic(
  points: readonly Point[],
  parameters: readonly number[],
  startTangent: Point,
  endTangent: Point,
  clip: ConvexClip,
): Cubic {
  const first = points[0]!;
  const last = points[points.length - 1]!;
  const cosine = startTangent.x * endTangent.x + startTangent.y * endTangent.y;
  let c00 = 0;
  let c01 = 0;
  let c11 = 0;
  let x0 = 0;
  let x1 = 0;
  let length = 0;
  points.forEach((point, i) => {
    if (i > 0) length += distance(points[i - 1]!, point);
    const t = parameters[i]!;
    const s = 1 - t;
    const b1 = 3 * t * s * s;
    const b2 = 3 * t * t * s;
    const b01 = s * s * s + b1;
    const b23 = t * t * t + b2;
    const restX = point.x - b01 * first.x - b23 * last.x;
    const restY = point.y - b01 * first.y - b23 * last.y;
    c00 += b1 * b1;
    c01 += b1 * b2 * cosine;
    c11 += b2 * b2;
    x0 += b1 * (startTangent.x * restX + startTangent.y * restY);
    x1 += b2 * (endTangent.x * restX + endTangent.y * restY);
  });
  const determinant = c00 * c11 - c01 * c01;
  const startHandle = (x0 * c11 - x1 * c01) / determinant;
  const endHandle = (c00 * x1 - c01 * x0) / determinant;
  // Handles that point backwards or are longer than the run make loops and cusps.
  const isSound =
    startHandle > 1e-6 * length && endHandle > 1e-6 * length && startHandle + endHandle < length;
  if (!isSound) return heuristicCubic(points, startTangent, endTangent, clip);
  return cubicWithHandles(first, last, startTangent, endTangent, startHandle, endHandle, clip);
}

/** Handles of a third of the chord, when least squares has no sound answer. */
function heuristicCubic(
  points: readonly Point[],
  startTangent: Point,
  endTangent: Point,
  clip: ConvexClip,
): Cubic {
  const first = points[0]!;
  const last = points[points.length - 1]!;
  const handle = distance(first, last) / 3;
  return cubicWithHandles(first, last, startTangent, endTangent, handle, handle, clip);
}

function cubicWithHandles(
  first: Point,
  last: Point,
  startTangent: Point,
  endTangent: Point,
  startHandle: number,
  endHandle: number,
  clip: ConvexClip,
): Cubic {
  const start = Math.min(startHandle, roomWithin(clip, first, startTangent));
  const end = Math.min(endHandle, roomWithin(clip, last, endTangent));
  return [
    first,
    { x: first.x + start * startTangent.x, y: first.y + start * startTangent.y },
    { x: last.x + end * endTangent.x, y: last.y + end * endTangent.y },
    last,
  ];
}

/** How far one can go from a point in a direction before leaving the clip. */
function roomWithin({ halfPlanes }: ConvexClip, from: Point, direction: Point): number {
  let room = Infinity;
  for (const { normalX, normalY, offset } of halfPlanes) {
    const approach = -(normalX * direction.x + normalY * direction.y);
    if (approach <= 0) continue;
    room = Math.min(room, Math.max(normalX * from.x + normalY * from.y + offset, 0) / approach);
  }
  return room;
}

interface Deviation {
  index: number;
  distancePx: number;
}

function worstPoint(points: readonly Point[], parameters: readonly number[], cubic: Cubic): Deviation {
  let index = points.length >> 1;
  let distancePx = 0;
  for (let i = 1; i < points.length - 1; i++) {
    const apart = distance(points[i]!, cubicAt(cubic, parameters[i]!));
    if (apart > distancePx) {
      distancePx = apart;
      index = i;
    }
  }
  return { index, distancePx };
}

function cubicAt([p0, p1, p2, p3]: Cubic, t: number): Point {
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

/** One step towards the parameter at which the curve is nearest to the point. */
function newtonStep(cubic: Cubic, point: Point, t: number): number {
  const [p0, p1, p2, p3] = cubic;
  const at = cubicAt(cubic, t);
  const x1 = firstDerivative(p0.x, p1.x, p2.x, p3.x, t);
  const y1 = firstDerivative(p0.y, p1.y, p2.y, p3.y, t);
  const x2 = secondDerivative(p0.x, p1.x, p2.x, p3.x, t);
  const y2 = secondDerivative(p0.y, p1.y, p2.y, p3.y, t);
  const apartX = at.x - point.x;
  const apartY = at.y - point.y;
  const slope = x1 * x1 + y1 * y1 + apartX * x2 + apartY * y2;
  if (!(Math.abs(slope) > 1e-12)) return t;
  return Math.min(Math.max(t - (apartX * x1 + apartY * y1) / slope, 0), 1);
}

function firstDerivative(a: number, b: number, c: number, d: number, t: number): number {
  const s = 1 - t;
  return 3 * (s * s * (b - a) + 2 * s * t * (c - b) + t * t * (d - c));
}

function secondDerivative(a: number, b: number, c: number, d: number, t: number): number {
  return 6 * ((1 - t) * (c - 2 * b + a) + t * (d - 2 * c + b));
}
