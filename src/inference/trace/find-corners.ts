import type { Point } from '../../shared/affine.ts';
import { distanceInside, isOnBorder, type ConvexClip } from '../matte/convex-clip.ts';
import { arcBetween, distance, mix, pointAtArc, type ClosedPolyline } from './closed-polyline.ts';
import { intersectLines, fitLine } from './line-fit.ts';

export interface Corner {
  /** Index of the point of the contour at which the corner is. */
  index: number;
  /** Where the outline should turn; off the contour when the corner was sharpened. */
  vertex: Point;
  /** Length of contour on both sides that only rounds the corner off, in pixels; 0 when it was not sharpened. */
  roundedPx: number;
}

/** A corner turns by at least this much between its two arms. */
const MIN_TURN = (50 * Math.PI) / 180;
/** Share of that turn that a corner still makes between arms of half the length; an arc makes one half. */
const MIN_SHARPNESS = 0.7;
/** Length of an arm, in logit cells. */
const ARM_CELLS = 2;
/** The bilinear surface rounds a corner off over about this far to each side, in logit cells. */
const ROUNDED_CELLS = 0.75;
/** Furthest that a corner is moved out of its rounding, in logit cells: a right angle needs 0.3. */
const MAX_SHARPENING_CELLS = 0.5;

/**
 * Corners of a contour in the order of its points: where the mask itself turns sharply, and where the outline meets,
 * follows or leaves the border of the clip.
 * @param cellPx side of a logit cell in image pixels
 */
export function findCorners(line: ClosedPolyline, clip: ConvexClip, cellPx: number): Corner[] {
  const { points, arcs, perimeter } = line;
  const armPx = Math.min(ARM_CELLS * cellPx, perimeter / 8);
  const turns = points.map((_, i) => turnAt(line, i, armPx / 2));
  const borderCorners = findBorderCorners(points, clip);
  const candidates = points.flatMap((point, i) => {
    if (turns[i]! < MIN_SHARPNESS * MIN_TURN || isOnBorder(clip, point)) return [];
    const turn = turnAt(line, i, armPx);
    return turn >= MIN_TURN && turns[i]! >= MIN_SHARPNESS * turn ? [i] : [];
  });

  // The sharpest first; each keeps its neighbourhood free of others.
  const taken = [...borderCorners];
  for (const i of candidates.sort((a, b) => turns[b]! - turns[a]!)) {
    if (taken.every((other) => arcBetween(line, arcs[i]!, arcs[other]!) >= armPx)) taken.push(i);
  }
  const isBorderCorner = new Set(borderCorners);
  return taken
    .sort((a, b) => a - b)
    .map((index) =>
      isBorderCorner.has(index)
        ? { index, vertex: points[index]!, roundedPx: 0 }
        : sharpen(line, index, armPx, cellPx, clip),
    );
}

/** Change of direction at a point between arms of the given length along the contour, 0..pi. */
function turnAt(line: ClosedPolyline, index: number, armPx: number): number {
  const point = line.points[index]!;
  const before = pointAtArc(line, line.arcs[index]! - armPx);
  const after = pointAtArc(line, line.arcs[index]! + armPx);
  const inX = point.x - before.x;
  const inY = point.y - before.y;
  const outX = after.x - point.x;
  const outY = after.y - point.y;
  return Math.abs(Math.atan2(inX * outY - inY * outX, inX * outX + inY * outY));
}

/** Points on the border whose two neighbours do not continue along the same straight stretch of border. */
function findBorderCorners(points: readonly Point[], clip: ConvexClip): number[] {
  const runsAlongBorder = points.map((point, i) => {
    const next = points[(i + 1) % points.length]!;
    return isOnBorder(clip, point) && isOnBorder(clip, next) && isOnBorder(clip, mix(point, next, 0.5));
  });
  return points.flatMap((_, i) => {
    const comes = runsAlongBorder[(i + points.length - 1) % points.length]!;
    const goes = runsAlongBorder[i]!;
    if (!comes && !goes) return [];
    if (comes !== goes) return [i];
    const previous = points[(i + points.length - 1) % points.length]!;
    const next = points[(i + 1) % points.length]!;
    return isOnBorder(clip, mix(previous, next, 0.5)) ? [] : [i];
  });
}

/** Puts a corner where the straight continuations of its two sides meet. */
function sharpen(
  line: ClosedPolyline,
  index: number,
  armPx: number,
  cellPx: number,
  clip: ConvexClip,
): Corner {
  const point = line.points[index]!;
  const roundedPx = Math.min(ROUNDED_CELLS * cellPx, armPx / 2);
  const side = (direction: 1 | -1) =>
    fitLine(
      [0, 0.25, 0.5, 0.75, 1].map((t) =>
        pointAtArc(line, line.arcs[index]! + direction * (roundedPx + t * (armPx - roundedPx))),
      ),
    );
  const meeting = intersectLines(side(-1), side(1));
  if (!meeting) return { index, vertex: point, roundedPx: 0 };
  const moved = distance(point, meeting);
  const limit = MAX_SHARPENING_CELLS * cellPx;
  const vertex = moved > limit ? mix(point, meeting, limit / moved) : meeting;
  if (distanceInside(clip, vertex.x, vertex.y) < 0) return { index, vertex: point, roundedPx: 0 };
  return { index, vertex, roundedPx };
}
