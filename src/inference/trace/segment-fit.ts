import { stepsBetween, type ContourRun } from './contour-run.ts';
import { samplesBetween, type RunNode } from './run-nodes.ts';

const STEPS = 24;

/** One cubic beside the samples that it stands for, with the parameters at which it is nearest to them. */
export interface SegmentFit {
  from: number;
  to: number;
  samples: Int32Array;
  parameters: Float64Array;
}

export function startSegmentFit(run: ContourRun, a: RunNode, b: RunNode): SegmentFit {
  const [from, to] = samplesBetween(run, a, b);
  const count = Math.max(stepsBetween(from, to, STEPS), 1);
  const samples = new Int32Array(count + 1);
  const parameters = new Float64Array(count + 1);
  for (let k = 0; k <= count; k++) {
    samples[k] = from + Math.round(((to - from) * k) / count);
    parameters[k] = k / count;
  }
  const fit = { from, to, samples, parameters };
  measure(run, fit, a, b, 0, null, false);
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

/** The unknowns that a segment has a say in: of the node that is to move x, y, direction and handle, and the far handle. */
const UNKNOWNS_BEFORE = [0, 1, 2, 3, 5];
const UNKNOWNS_AFTER = [0, 1, 2, 4, 6];
const row = new Float64Array(UNKNOWNS_AFTER.length);

/**
 * Distances of the samples from the cubic, across it; the parameters come a Newton step nearer.
 * @param peakWeight how much more large distances count
 * @param equations receives what this segment adds, when given
 * @param isAfter whether `a` is the node that is to move, else `b`
 */
export function measure(
  { xs, ys, tolerancePx }: ContourRun,
  { samples, parameters }: SegmentFit,
  a: RunNode,
  b: RunNode,
  peakWeight: number,
  equations: NormalEquations | null,
  isAfter: boolean,
): Misfit {
  // Both handles point away from their node.
  const outX = Math.cos(a.direction);
  const outY = Math.sin(a.direction);
  const inX = -Math.cos(b.direction);
  const inY = -Math.sin(b.direction);
  // The cubic from its start on, in powers of t.
  const chordX = b.x - a.x;
  const chordY = b.y - a.y;
  const linearX = 3 * a.out * outX;
  const linearY = 3 * a.out * outY;
  const squareX = 3 * (chordX + b.in * inX) - 2 * linearX;
  const squareY = 3 * (chordY + b.in * inY) - 2 * linearY;
  const cubeX = chordX - linearX - squareX;
  const cubeY = chordY - linearY - squareY;
  const lastSample = samples.length - 1;
  let cost = 0;
  let worst = 0;
  for (let k = 0; k <= lastSample; k++) {
    const sampleX = xs[samples[k]!]! - a.x;
    const sampleY = ys[samples[k]!]! - a.y;
    let t = parameters[k]!;
    let apartX = ((cubeX * t + squareX) * t + linearX) * t - sampleX;
    let apartY = ((cubeY * t + squareY) * t + linearY) * t - sampleY;
    let dx = (3 * cubeX * t + 2 * squareX) * t + linearX;
    let dy = (3 * cubeY * t + 2 * squareY) * t + linearY;
    const squared = dx * dx + dy * dy;
    const bent = squared + apartX * (6 * cubeX * t + 2 * squareX) + apartY * (6 * cubeY * t + 2 * squareY);
    // Where the curve bends around the sample the second derivative misleads.
    const slope = bent > 0.3 * squared ? bent : squared;
    if (slope > 1e-12) {
      t = Math.min(Math.max(t - (apartX * dx + apartY * dy) / slope, 0), 1);
      parameters[k] = t;
      apartX = ((cubeX * t + squareX) * t + linearX) * t - sampleX;
      apartY = ((cubeY * t + squareY) * t + linearY) * t - sampleY;
      dx = (3 * cubeX * t + 2 * squareX) * t + linearX;
      dy = (3 * cubeY * t + 2 * squareY) * t + linearY;
    }
    const length = Math.sqrt(dx * dx + dy * dy);
    if (!(length > 1e-9)) continue;
    const nx = -dy / (length * tolerancePx);
    const ny = dx / (length * tolerancePx);
    const e = nx * apartX + ny * apartY;
    const squaredE = e * e;
    cost += squaredE + peakWeight * squaredE * squaredE;
    // At its ends a segment has a sample for each node, which may have slid along the contour.
    const isEnd = k === 0 || k === lastSample;
    const off = isEnd ? Math.abs(e) : Math.sqrt(apartX * apartX + apartY * apartY) / tolerancePx;
    if (off > worst) worst = off;
    if (!equations) continue;
    const s = 1 - t;
    const b1 = 3 * s * s * t;
    const b2 = 3 * s * t * t;
    const acrossOut = b1 * (outX * nx + outY * ny);
    const acrossIn = b2 * (inX * nx + inY * ny);
    const share = isAfter ? s * s * s + b1 : t * t * t + b2;
    row[0] = share * nx;
    row[1] = share * ny;
    row[2] = isAfter ? b1 * a.out * (outX * ny - outY * nx) : b2 * b.in * (inX * ny - inY * nx);
    row[3] = isAfter ? acrossOut : acrossIn;
    row[4] = isAfter ? acrossIn : acrossOut;
    addRow(equations, isAfter ? UNKNOWNS_AFTER : UNKNOWNS_BEFORE, e, 1 + 2 * peakWeight * squaredE);
  }
  return { cost, worst };
}

function addRow(
  { matrix, gradient }: NormalEquations,
  unknowns: readonly number[],
  e: number,
  weight: number,
): void {
  for (let u = 0; u < row.length; u++) {
    const weighted = weight * row[u]!;
    gradient[unknowns[u]!]! += weighted * e;
    for (let v = 0; v <= u; v++) matrix[unknowns[u]! * UNKNOWNS + unknowns[v]!]! += weighted * row[v]!;
  }
}
