import type { Point } from '../../shared/affine.ts';
import { distanceInside, isOnBorder, type ConvexClip } from '../matte/convex-clip.ts';
import { arcBetween, distance, mix, pointAtArc, type ClosedPolyline } from './closed-polyline.ts';
import { angleAt, deviationFromChord, fitLine, intersectLines, type Line } from './line-fit.ts';

export interface Corner {
  /** Index of the point of the contour at which the corner is. */
  index: number;
  /** Where the outline should turn; off the contour when the corner was sharpened. */
  vertex: Point;
  /** Length of contour on both sides that only rounds the corner off, in pixels; 0 when it was not sharpened. */
  roundedPx: number;
}

/** A corner turns by at least this much. */
const MIN_TURN = (50 * Math.PI) / 180;
/** Length of the chords between which a turn is measured, in logit cells. */
const CHORD_CELLS = 2;
/** Share of its turn that a corner still makes between chords of half the length; an arc makes one half. */
const MIN_SHARPNESS = 0.7;

/** How far a side of a corner is looked at for sharpening, along the contour, in logit cells. */
const SIDE_CELLS = 3;
/** The bilinear surface rounds a corner off over about this far to each side, in logit cells. */
const ROUNDED_CELLS = 0.75;
/** A side is straight when it is within this of a line, in logit cells. */
const STRAIGHT_CELLS = 0.1;
/** Sides that open less than this meet nowhere in particular. */
const MIN_OPENING = (25 * Math.PI) / 180;
/**
 * Largest radius of that rounding, and how far the contour may lie off such a rounding, in logit cells. On shapes with
 * sharp corners at all angles to the grid the radius comes to 0.7 and the rest is within 0.25; what is rounder than
 * this is round by itself.
 */
const MAX_ROUNDING_RADIUS_CELLS = 0.9;
const ROUNDING_SLACK_CELLS = 0.25;

/**
 * Corners of a contour in the order of its points: where the mask itself turns sharply, and where the outline meets,
 * follows or leaves the border of the clip. A corner between straight sides is moved to where the sides meet, which
 * undoes the rounding of the grid.
 * @param cellPx side of a logit cell in image pixels
 */
export function findCorners(line: ClosedPolyline, clip: ConvexClip, cellPx: number): Corner[] {
  const { points, arcs, perimeter } = line;
  const chordPx = Math.min(CHORD_CELLS * cellPx, perimeter / 8);
  const corners = findBorderCorners(points, clip);
  const turns = points.map((_, i) => turnAt(line, i, 0.75 * chordPx));
  const candidates = points.flatMap((point, i) => {
    if (turns[i]! < MIN_SHARPNESS * MIN_TURN || isOnBorder(clip, point)) return [];
    const corner = sharpenedCorner(line, i, cellPx, clip) ?? plainCorner(line, i, chordPx);
    return corner ? [corner] : [];
  });
  // The sharpest first; each keeps its neighbourhood free of others.
  for (const corner of candidates.sort((a, b) => turns[b.index]! - turns[a.index]!)) {
    const isFree = corners.every(
      (other) => arcBetween(line, arcs[corner.index]!, arcs[other.index]!) >= chordPx,
    );
    if (isFree) corners.push(corner);
  }
  return corners.sort((a, b) => a.index - b.index);
}

function plainCorner(line: ClosedPolyline, index: number, chordPx: number): Corner | null {
  const turn = turnAt(line, index, chordPx);
  const isCorner = turn >= MIN_TURN && turnAt(line, index, chordPx / 2) >= MIN_SHARPNESS * turn;
  return isCorner ? { index, vertex: line.points[index]!, roundedPx: 0 } : null;
}

/** Change of direction at a point between chords of the given length along the contour, 0..pi. */
function turnAt(line: ClosedPolyline, index: number, armPx: number): number {
  const arc = line.arcs[index]!;
  return Math.PI - angleAt(line.points[index]!, pointAtArc(line, arc - armPx), pointAtArc(line, arc + armPx));
}

/** Points on the border whose two neighbours do not continue along the same straight stretch of border. */
function findBorderCorners(points: readonly Point[], clip: ConvexClip): Corner[] {
  const at = (i: number): Point => points[(i + points.length) % points.length]!;
  const runsAlongBorder = points.map((point, i) =>
    [point, at(i + 1), mix(point, at(i + 1), 0.5)].every((p) => isOnBorder(clip, p)),
  );
  return points.flatMap((vertex, index) => {
    const comes = runsAlongBorder[(index + points.length - 1) % points.length]!;
    const goes = runsAlongBorder[index]!;
    const goesStraightOn = comes && goes && isOnBorder(clip, mix(at(index - 1), at(index + 1), 0.5));
    return (comes || goes) && !goesStraightOn ? [{ index, vertex, roundedPx: 0 }] : [];
  });
}

/** @returns null unless a sharp corner between two straight sides would have been rounded off to this contour */
function sharpenedCorner(
  line: ClosedPolyline,
  index: number,
  cellPx: number,
  clip: ConvexClip,
): Corner | null {
  const point = line.points[index]!;
  const sidePx = Math.min(SIDE_CELLS * cellPx, line.perimeter / 8);
  // A small contour, whose sides are looked at over less, has to be sharper in proportion.
  const unitPx = sidePx / SIDE_CELLS;
  const roundedPx = ROUNDED_CELLS * unitPx;
  const samples = [-1, 1].map((direction) =>
    [0, 0.25, 0.5, 0.75, 1].map((t) =>
      pointAtArc(line, line.arcs[index]! + direction * (roundedPx + t * (sidePx - roundedPx))),
    ),
  ) as [Point[], Point[]];
  if (samples.some((side) => deviationFromChord(side) > STRAIGHT_CELLS * cellPx)) return null;
  const [before, after] = samples.map(fitLine) as [Line, Line];
  const vertex = intersectLines(before, after);
  if (!vertex) return null;

  const opening = angleAt(vertex, before.point, after.point);
  if (opening < MIN_OPENING || Math.PI - opening < MIN_TURN) return null;
  const isBetweenSides = [before, after].every((side) => angleAt(vertex, point, side.point) < opening);
  // A circle of radius 1 that touches both sides stays this far from where they meet.
  const retreat = 1 / Math.sin(opening / 2) - 1;
  const limitPx = (MAX_ROUNDING_RADIUS_CELLS * retreat + ROUNDING_SLACK_CELLS) * unitPx;
  const isRounding = isBetweenSides && distance(point, vertex) <= limitPx;
  return isRounding && distanceInside(clip, vertex.x, vertex.y) >= 0 ? { index, vertex, roundedPx } : null;
}
