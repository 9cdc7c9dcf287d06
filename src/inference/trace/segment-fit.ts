import type { ContourRun } from './contour-run.ts';
import { samplesBetween, type RunNode } from './run-nodes.ts';

/** Samples of one segment that are looked at. */
const MAX_SAMPLES = 32;

/** One cubic beside the samples that it stands for, with the parameters at which it is nearest to them. */
export interface SegmentFit {
  from: number;
  to: number;
  samples: Int32Array;
  parameters: Float64Array;
}

export function startSegmentFit(run: ContourRun, a: RunNode, b: RunNode): SegmentFit {
  const [from, to] = samplesBetween(run, a, b);
  const count = Math.max(Math.min(to - from, MAX_SAMPLES), 1);
  const samples = new Int32Array(count + 1);
  const parameters = new Float64Array(count + 1);
  for (let k = 0; k <= count; k++) {
    samples[k] = from + Math.round(((to - from) * k) / count);
    parameters[k] = k / count;
  }
  const fit = { from, to, samples, parameters };
  for (let round = 0; round < 3; round++) measure(run, fit, a, b, 0, null, false);
  return fit;
}

/** Parameters of a node and of the far handles of its two segments: x, y, direction, in, out, before's out, after's in. */
export const UNKNOWNS = 7;

/** Normal equations of one Gauss-Newton step. */
export interface NormalEquations {
  /** [7 x 7], the lower triangle. */
  matrix: Float64Array;
  gradient: Float64Array;
}

export interface Misfit {
  /** Sum over samples of e^2 + peakWeight e^4, with e the distance over the tolerance. */
  cost: number;
  /** Largest e. */
  worst: number;
}

const row = new Float64Array(UNKNOWNS);

/**
 * Distances of the samples from the cubic, across it; the parameters come a Newton step nearer.
 * @param peakWeight how much more large distances count
 * @param equations receives what this segment adds, when given
 * @param isAfter whether `a` is the node that is to move, else `b`
 */
export function measure(
  { xs, ys, tolerances }: ContourRun,
  { samples, parameters }: SegmentFit,
  a: RunNode,
  b: RunNode,
  peakWeight: number,
  equations: NormalEquations | null,
  isAfter: boolean,
): Misfit {
  const ax = Math.cos(a.direction);
  const ay = Math.sin(a.direction);
  const bx = Math.cos(b.direction);
  const by = Math.sin(b.direction);
  const x1 = a.x + a.out * ax;
  const y1 = a.y + a.out * ay;
  const x2 = b.x - b.in * bx;
  const y2 = b.y - b.in * by;
  let cost = 0;
  let worst = 0;
  for (let k = 0; k < samples.length; k++) {
    const i = samples[k]!;
    let t = parameters[k]!;
    let s = 1 - t;
    let b0 = s * s * s;
    let b1 = 3 * s * s * t;
    let b2 = 3 * s * t * t;
    let b3 = t * t * t;
    let apartX = b0 * a.x + b1 * x1 + b2 * x2 + b3 * b.x - xs[i]!;
    let apartY = b0 * a.y + b1 * y1 + b2 * y2 + b3 * b.y - ys[i]!;
    let dx = 3 * (s * s * (x1 - a.x) + 2 * s * t * (x2 - x1) + t * t * (b.x - x2));
    let dy = 3 * (s * s * (y1 - a.y) + 2 * s * t * (y2 - y1) + t * t * (b.y - y2));
    const ddx = 6 * (s * (x2 - 2 * x1 + a.x) + t * (b.x - 2 * x2 + x1));
    const ddy = 6 * (s * (y2 - 2 * y1 + a.y) + t * (b.y - 2 * y2 + y1));
    const squared = dx * dx + dy * dy;
    const bent = squared + apartX * ddx + apartY * ddy;
    // Where the curve bends around the sample the second derivative misleads.
    const slope = bent > 0.3 * squared ? bent : squared;
    if (slope > 1e-12) {
      t = Math.min(Math.max(t - (apartX * dx + apartY * dy) / slope, 0), 1);
      parameters[k] = t;
      s = 1 - t;
      b0 = s * s * s;
      b1 = 3 * s * s * t;
      b2 = 3 * s * t * t;
      b3 = t * t * t;
      apartX = b0 * a.x + b1 * x1 + b2 * x2 + b3 * b.x - xs[i]!;
      apartY = b0 * a.y + b1 * y1 + b2 * y2 + b3 * b.y - ys[i]!;
      dx = 3 * (s * s * (x1 - a.x) + 2 * s * t * (x2 - x1) + t * t * (b.x - x2));
      dy = 3 * (s * s * (y1 - a.y) + 2 * s * t * (y2 - y1) + t * t * (b.y - y2));
    }
    const length = Math.hypot(dx, dy);
    if (!(length > 1e-9)) continue;
    const tolerance = tolerances[i]!;
    const nx = -dy / length / tolerance;
    const ny = dx / length / tolerance;
    const e = nx * apartX + ny * apartY;
    const squaredE = e * e;
    cost += squaredE + peakWeight * squaredE * squaredE;
    // At its ends a segment has a sample for each node, which may have slid along the contour.
    const isEnd = k === 0 || k === samples.length - 1;
    worst = Math.max(worst, isEnd ? Math.abs(e) : Math.hypot(apartX, apartY) / tolerance);
    if (!equations) continue;
    if (isAfter) {
      row[0] = (b0 + b1) * nx;
      row[1] = (b0 + b1) * ny;
      row[2] = b1 * a.out * (ax * ny - ay * nx);
      row[3] = 0;
      row[4] = b1 * (ax * nx + ay * ny);
      row[5] = 0;
      row[6] = -b2 * (bx * nx + by * ny);
    } else {
      row[0] = (b2 + b3) * nx;
      row[1] = (b2 + b3) * ny;
      row[2] = -b2 * b.in * (bx * ny - by * nx);
      row[3] = -b2 * (bx * nx + by * ny);
      row[4] = 0;
      row[5] = b1 * (ax * nx + ay * ny);
      row[6] = 0;
    }
    const weight = 1 + 2 * peakWeight * squaredE;
    const { matrix, gradient } = equations;
    for (let u = 0; u < UNKNOWNS; u++) {
      const ru = weight * row[u]!;
      if (ru === 0) continue;
      gradient[u]! += ru * e;
      for (let v = 0; v <= u; v++) matrix[u * UNKNOWNS + v]! += ru * row[v]!;
    }
  }
  return { cost, worst };
}
