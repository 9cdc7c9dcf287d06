import type { Point } from '../../shared/affine.ts';
import type { ConvexClip } from '../matte/convex-clip.ts';
import { createClosedPolyline, signedArea, type ClosedPolyline } from './closed-polyline.ts';
import { findCorners, type Corner } from './find-corners.ts';
import { fitCubics, tangentAt, type Cubic, type FitOptions } from './fit-cubics.ts';
import { deviationFromChord } from './line-fit.ts';
import type { Outline } from './path-data.ts';

/** Between two corners, a run within this share of the tolerance from its chord is a line. */
const STRAIGHT_SHARE = 0.5;
/** A cubic whose control points are this close to its chord is a line, in pixels. */
const FLAT_PX = 0.05;

/**
 * A closed contour as lines and cubics: cut at its corners, each run between two corners fitted by itself.
 * @param points in image space, the first not repeated
 * @param clip nothing of the outline lies outside
 * @param cellPx side of a logit cell in image pixels
 * @param tolerancePx largest distance from the contour, in image pixels, but at sharpened corners (find-corners.ts)
 */
export function fitOutline(
  points: readonly Point[],
  clip: ConvexClip,
  cellPx: number,
  tolerancePx: number,
): Outline {
  const line = createClosedPolyline(points);
  // A shape that is hardly wider than the tolerance would collapse onto a line, or cross itself.
  const meanWidthPx = (2 * Math.abs(signedArea(points))) / line.perimeter;
  const options = { tolerancePx: Math.min(tolerancePx, meanWidthPx / 4), tangentPx: cellPx, clip };
  const corners = findCorners(line, clip, cellPx);
  if (corners.length === 0) return smoothOutline(line, options);
  const segments = corners.flatMap((from, k) =>
    fitRun(line, from, corners[(k + 1) % corners.length]!, options),
  );
  return { start: corners[0]!.vertex, segments };
}

/** Without corners the outline is two runs, as one that ends where it starts has no chord to begin with. */
function smoothOutline({ points, perimeter, arcs }: ClosedPolyline, options: FitOptions): Outline {
  const half = arcs.findIndex((arc) => arc >= perimeter / 2);
  const thrice = [...points, ...points, ...points];
  const tangent = (index: number): Point => tangentAt(thrice, points.length + index, options.tangentPx);
  const opposite = ({ x, y }: Point): Point => ({ x: -x, y: -y });
  const segments = [
    ...fitCubics(points.slice(0, half + 1), tangent(0), opposite(tangent(half)), options),
    ...fitCubics([...points.slice(half), points[0]!], tangent(half), opposite(tangent(0)), options),
  ].map(toSegment);
  return { start: points[0]!, segments };
}

function fitRun(line: ClosedPolyline, from: Corner, to: Corner, options: FitOptions): Outline['segments'] {
  const run = [from.vertex, ...pointsBetween(line, from, to), to.vertex];
  if (deviationFromChord(run) <= STRAIGHT_SHARE * options.tolerancePx) return [[to.vertex]];
  const start = tangentAt(run, 0, options.tangentPx);
  const end = tangentAt(run, run.length - 1, options.tangentPx);
  return fitCubics(run, start, { x: -end.x, y: -end.y }, options).map(toSegment);
}

/** The points of the contour from one corner to the next, less those that only round the two off. */
function pointsBetween({ points, arcs, perimeter }: ClosedPolyline, from: Corner, to: Corner): Point[] {
  const fromArc = arcs[from.index]!;
  const toArc = arcs[to.index]! + (to.index <= from.index ? perimeter : 0);
  const between: Point[] = [];
  const count = (to.index - from.index + points.length) % points.length || points.length;
  for (let k = 1; k < count; k++) {
    const index = from.index + k;
    const arc = arcs[index % points.length]! + (index >= points.length ? perimeter : 0);
    if (arc - fromArc > from.roundedPx && toArc - arc > to.roundedPx)
      between.push(points[index % points.length]!);
  }
  return between;
}

function toSegment(cubic: Cubic): Outline['segments'][number] {
  const [start, control1, control2, end] = cubic;
  const isFlat = [control1, control2].every(
    (control) => deviationFromChord([start, control, end]) <= FLAT_PX,
  );
  return isFlat ? [end] : [control1, control2, end];
}
