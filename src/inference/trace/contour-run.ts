import type { Point } from '../../shared/affine.ts';
import { pointAtArc, type ClosedPolyline } from './closed-polyline.ts';
import type { Corner } from './find-corners.ts';

/** A stretch of contour from one corner to the next, or all of a contour without corners, sampled at even distances. */
export interface ContourRun {
  xs: Float64Array;
  ys: Float64Array;
  /** Per sample: distance from the first along the samples, in pixels. */
  arcs: Float64Array;
  /** How far the outline may be off. */
  tolerancePx: number;
  /** Per sample: direction of the contour in radians, without jumps by full turns. */
  directions: Float64Array;
  /** Index of the last sample of an open run; of a closed one, of the sample that is the first again. */
  last: number;
  /** A closed run goes on smoothly where it ends: all arrays go round twice, so that no index needs wrapping. */
  isClosed: boolean;
}

/** In long stretches at least every so many samples are looked at: a round corner between straight sides is easily missed. */
const MAX_STRIDE = 4;
export const MAX_STEPS = 256;

/**
 * In how many steps to look at the samples from one to another.
 * @param usual as many as a stretch takes that is not long
 */
export function stepsBetween(from: number, to: number, usual: number): number {
  const wanted = Math.max(usual, Math.ceil((to - from) / MAX_STRIDE));
  return Math.min(to - from, wanted, MAX_STEPS);
}

/** Short runs get finer samples, so that there is something to fit. */
const MIN_SAMPLES = 12;

/** @param stepPx about how far samples are apart */
export function closedRun(line: ClosedPolyline, stepPx: number, tolerancePx: number, tangentPx: number) {
  return sampleRun(line, 0, line.perimeter, null, null, true, stepPx, tolerancePx, tangentPx);
}

/** The run between two corners; what only rounds them off is left out. */
export function openRun(
  line: ClosedPolyline,
  from: Corner,
  to: Corner,
  stepPx: number,
  tolerancePx: number,
  tangentPx: number,
): ContourRun {
  const start = line.arcs[from.index]!;
  const end = line.arcs[to.index]! + (to.index <= from.index ? line.perimeter : 0);
  // Two sharpened corners close to one another leave nothing between them: then a straight line.
  const isShort = end - start <= from.roundedPx + to.roundedPx;
  const middle = (start + end) / 2;
  return sampleRun(
    line,
    isShort ? middle : start + from.roundedPx,
    isShort ? middle : end - to.roundedPx,
    from.vertex,
    to.vertex,
    false,
    stepPx,
    tolerancePx,
    tangentPx,
  );
}

function sampleRun(
  line: ClosedPolyline,
  startArc: number,
  endArc: number,
  firstVertex: Point | null,
  lastVertex: Point | null,
  isClosed: boolean,
  stepPx: number,
  tolerancePx: number,
  tangentPx: number,
): ContourRun {
  const count = Math.max(Math.ceil((endArc - startArc) / stepPx), MIN_SAMPLES) + 1;
  const xs = new Float64Array(count);
  const ys = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const { x, y } = pointAtArc(line, startArc + ((endArc - startArc) * i) / (count - 1));
    xs[i] = x;
    ys[i] = y;
  }
  if (firstVertex && lastVertex) {
    [xs[0], ys[0]] = [firstVertex.x, firstVertex.y];
    [xs[count - 1], ys[count - 1]] = [lastVertex.x, lastVertex.y];
  } else {
    [xs[count - 1], ys[count - 1]] = [xs[0]!, ys[0]!];
  }
  const actualStepPx = Math.max((endArc - startArc) / (count - 1), 1e-9);
  const reach = Math.max(1, Math.min(Math.round(tangentPx / actualStepPx), count >> 3));
  const directions = directionsOf(xs, ys, isClosed, reach);
  const arcs = arcsOf(xs, ys);
  const last = count - 1;
  if (!isClosed) return { xs, ys, arcs, tolerancePx, directions, last, isClosed };
  const turn = directions[last]! - directions[0]!;
  return {
    xs: twice(xs, 0),
    ys: twice(ys, 0),
    arcs: twice(arcs, arcs[last]!),
    tolerancePx,
    directions: twice(directions, turn),
    last,
    isClosed,
  };
}

function arcsOf(xs: Float64Array, ys: Float64Array): Float64Array {
  const arcs = new Float64Array(xs.length);
  for (let i = 1; i < xs.length; i++) {
    arcs[i] = arcs[i - 1]! + Math.hypot(xs[i]! - xs[i - 1]!, ys[i]! - ys[i - 1]!);
  }
  return arcs;
}

/** @param rise what is added the second time round */
function twice(values: Float64Array, rise: number): Float64Array {
  const last = values.length - 1;
  return Float64Array.from({ length: 2 * last + 1 }, (_, i) =>
    i <= last ? values[i]! : values[i - last]! + rise,
  );
}

/** @param reach samples to both sides between which a direction is measured */
function directionsOf(xs: Float64Array, ys: Float64Array, isClosed: boolean, reach: number): Float64Array {
  const last = xs.length - 1;
  const directions = new Float64Array(xs.length);
  let previous = 0;
  for (let i = 0; i <= last; i++) {
    // Towards the end of an open run the span shrinks on both sides, so that it stays centred.
    const span = isClosed ? reach : Math.max(Math.min(reach, i, last - i), 1);
    const from = isClosed ? (i - span + last) % last : Math.max(i - span, 0);
    const to = isClosed ? (i + span) % last : Math.min(i + span, last);
    const direction = Math.atan2(ys[to]! - ys[from]!, xs[to]! - xs[from]!);
    const turn = direction - previous;
    previous = i === 0 ? direction : previous + turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI));
    directions[i] = previous;
  }
  if (!isClosed) extrapolateEnds(directions, reach);
  return directions;
}

/** At a corner a direction cannot be measured to both sides: it goes on turning as it does close by. */
function extrapolateEnds(directions: Float64Array, reach: number): void {
  const last = directions.length - 1;
  const inner = Math.min(reach, last >> 1);
  if (inner < 2) return;
  const far = Math.min(2 * inner, last >> 1);
  if (far <= inner) return;
  const startSlope = (directions[far]! - directions[inner]!) / (far - inner);
  const endSlope = (directions[last - inner]! - directions[last - far]!) / (far - inner);
  for (let i = 0; i < inner; i++) {
    directions[i] = directions[inner]! - startSlope * (inner - i);
    directions[last - i] = directions[last - inner]! + endSlope * (inner - i);
  }
}
