import type { Point } from '../../shared/affine.ts';
import type { ConvexClip } from '../matte/convex-clip.ts';
import { canonicalLoop } from './canonical-loop.ts';
import { createClosedPolyline, signedArea } from './closed-polyline.ts';
import { closedRun, openRun, type ContourRun } from './contour-run.ts';
import { findCorners } from './find-corners.ts';
import { fitRun } from './fit-run.ts';
import { deviationFromChord } from './line-fit.ts';
import { reverseOutline, type Outline } from './path-data.ts';
import { segmentCount, type RunFit } from './refine-nodes.ts';
import { runDeviationPx } from './run-deviation.ts';
import { cubicBetween } from './run-nodes.ts';

export interface FitOptions {
  /** Side of the smallest thing that the field can tell, in image pixels: a logit cell, or a pixel of a matte. */
  cellPx: number;
  /** Largest distance from the contour, in image pixels, but at sharpened corners (find-corners.ts). */
  tolerancePx: number;
  /** Nothing of the outline lies outside. */
  clip: ConvexClip;
}

/** A cubic whose control points are this close to its chord is a line, in cells. */
const FLAT_CELLS = 0.02;
const SAMPLES_PER_CELL = 2;
/** A shape that is hardly wider than the tolerance would collapse onto a line, or cross itself. */
const WIDTH_SHARE = 0.25;

/**
 * A closed contour as lines and cubics: cut at its corners, each run between two corners fitted by itself.
 * @param points in image space, the first not repeated
 */
export function fitOutline(
  points: readonly Point[],
  options: FitOptions,
): { outline: Outline; maxDeviationPx: number } {
  const { cellPx, clip } = options;
  const loop = canonicalLoop(points);
  const line = createClosedPolyline(loop.points);
  const meanWidthPx = (2 * Math.abs(signedArea(points))) / line.perimeter;
  const tolerancePx = Math.min(options.tolerancePx, WIDTH_SHARE * meanWidthPx);
  const stepPx = Math.min(cellPx / SAMPLES_PER_CELL, line.perimeter / 32);
  const tangentPx = Math.max(cellPx, 2 * tolerancePx);
  const candidateStep = Math.max(2, Math.round(Math.max(1.5 * cellPx, 1.5 * tolerancePx) / stepPx));
  const corners = findCorners(line, clip, cellPx);
  const runs: ContourRun[] =
    corners.length === 0
      ? [closedRun(line, stepPx, tolerancePx, tangentPx)]
      : corners.map((from, k) =>
          openRun(line, from, corners[(k + 1) % corners.length]!, stepPx, tolerancePx, tangentPx),
        );
  const segments: (readonly [Point] | readonly [Point, Point, Point])[] = [];
  let start: Point | null = null;
  let maxDeviationPx = 0;
  for (const run of runs) {
    start ??= { x: run.xs[0]!, y: run.ys[0]! };
    const bulgePx = bulgeOf(run);
    if (bulgePx <= tolerancePx) {
      maxDeviationPx = Math.max(maxDeviationPx, bulgePx);
      segments.push([{ x: run.xs[run.last]!, y: run.ys[run.last]! }]);
      continue;
    }
    const fit = fitRun(run, clip, candidateStep);
    maxDeviationPx = Math.max(maxDeviationPx, runDeviationPx(fit));
    if (run.isClosed) start = { x: fit.nodes[0]!.x, y: fit.nodes[0]!.y };
    segments.push(...segmentsOf(fit, FLAT_CELLS * cellPx));
  }
  const outline = { start: start!, segments };
  return { outline: loop.isReversed ? reverseOutline(outline) : outline, maxDeviationPx };
}

/** Largest distance from the chord; a loop has none. */
function bulgeOf({ xs, ys, isClosed }: ContourRun): number {
  return isClosed ? Infinity : deviationFromChord(Array.from(xs, (x, i) => ({ x, y: ys[i]! })));
}

function segmentsOf(fit: RunFit, flatPx: number): Outline['segments'] {
  const { nodes } = fit;
  return Array.from({ length: segmentCount(fit) }, (_, k) => {
    const [start, control1, control2, end] = cubicBetween(nodes[k]!, nodes[(k + 1) % nodes.length]!);
    const isFlat = [control1, control2].every(
      (control) => deviationFromChord([start, control, end]) <= flatPx,
    );
    return isFlat ? ([end] as const) : ([control1, control2, end] as const);
  });
}
