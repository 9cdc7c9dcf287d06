import { MAX_STEPS, stepsBetween, type ContourRun } from './contour-run.ts';

const STEPS = 12;
const ROUNDS = 3;
/** What is off by more than this many tolerances after a round stays off. */
const HOPELESS = 8;

export interface Handles {
  out: number;
  in: number;
  /** Largest distance of a sample over what is allowed there. */
  worst: number;
}

/** Samples from the first one on, and where on the cubic they are nearest to it. */
const sampleXs = new Float64Array(MAX_STEPS);
const sampleYs = new Float64Array(MAX_STEPS);
const parameters = new Float64Array(MAX_STEPS);

/**
 * The lengths of the two handles with which a cubic from sample `from` to sample `to` fits the samples between best, given
 * the directions at both ends: least squares and better parameters in turn (Schneider, "An Algorithm for Automatically
 * Fitting Digitized Curves", Graphics Gems, 1990).
 */
export function fitHandles(
  { xs, ys, arcs, tolerancePx }: ContourRun,
  from: number,
  to: number,
  startDirection: number,
  endDirection: number,
): Handles {
  const arc = arcs[to]! - arcs[from]!;
  if (!(arc > 0)) return { out: 0, in: 0, worst: 0 };
  const startX = Math.cos(startDirection);
  const startY = Math.sin(startDirection);
  const endX = -Math.cos(endDirection);
  const endY = -Math.sin(endDirection);
  const chordX = xs[to]! - xs[from]!;
  const chordY = ys[to]! - ys[from]!;
  const count = stepsBetween(from, to, STEPS);
  for (let k = 1; k < count; k++) {
    const i = from + Math.round(((to - from) * k) / count);
    sampleXs[k] = xs[i]! - xs[from]!;
    sampleYs[k] = ys[i]! - ys[from]!;
    parameters[k] = (arcs[i]! - arcs[from]!) / arc;
  }
  const cosine = startX * endX + startY * endY;
  const third = Math.hypot(chordX, chordY) / 3;
  const best: Handles = { out: third, in: third, worst: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    let c00 = 0;
    let c01 = 0;
    let c11 = 0;
    let r0 = 0;
    let r1 = 0;
    for (let k = 1; k < count; k++) {
      const t = parameters[k]!;
      const s = 1 - t;
      const b1 = 3 * t * s * s;
      const b2 = 3 * t * t * s;
      const b23 = t * t * t + b2;
      const restX = sampleXs[k]! - b23 * chordX;
      const restY = sampleYs[k]! - b23 * chordY;
      c00 += b1 * b1;
      c01 += b1 * b2;
      c11 += b2 * b2;
      r0 += b1 * (startX * restX + startY * restY);
      r1 += b2 * (endX * restX + endY * restY);
    }
    c01 *= cosine;
    const determinant = c00 * c11 - c01 * c01;
    let out = (r0 * c11 - r1 * c01) / determinant;
    let into = (c00 * r1 - c01 * r0) / determinant;
    // Handles that point backwards or are longer than the run make loops and cusps.
    if (!(out > 0.02 * arc && into > 0.02 * arc && out + into < arc)) out = into = third;
    // The cubic from its start on, in powers of t.
    const linearX = 3 * out * startX;
    const linearY = 3 * out * startY;
    const squareX = 3 * (chordX + into * endX) - 2 * linearX;
    const squareY = 3 * (chordY + into * endY) - 2 * linearY;
    const cubeX = chordX - linearX - squareX;
    const cubeY = chordY - linearY - squareY;
    const isLastRound = round === ROUNDS - 1;
    let worstSquared = 0;
    for (let k = 1; k < count; k++) {
      const t = parameters[k]!;
      const apartX = ((cubeX * t + squareX) * t + linearX) * t - sampleXs[k]!;
      const apartY = ((cubeY * t + squareY) * t + linearY) * t - sampleYs[k]!;
      const dx = (3 * cubeX * t + 2 * squareX) * t + linearX;
      const dy = (3 * cubeY * t + 2 * squareY) * t + linearY;
      const squared = dx * dx + dy * dy;
      if (!(squared > 1e-12)) continue;
      // Better parameters take the part along the curve away, up to a point; after the last round there are none.
      const across = apartX * dy - apartY * dx;
      const apartSquared = isLastRound ? apartX * apartX + apartY * apartY : (across * across) / squared;
      if (apartSquared > worstSquared) worstSquared = apartSquared;
      parameters[k] = Math.min(Math.max(t - (apartX * dx + apartY * dy) / squared, 0), 1);
    }
    const worst = Math.sqrt(worstSquared) / tolerancePx;
    if (worst < best.worst) {
      best.out = out;
      best.in = into;
      best.worst = worst;
    }
    if (worst > HOPELESS) break;
  }
  return best;
}
