import type { ContourRun } from './contour-run.ts';

/** Samples that a fit looks at; more change nothing. */
const MAX_SAMPLES = 16;
const ROUNDS = 3;

export interface Handles {
  out: number;
  in: number;
  /** Largest distance of a sample over what is allowed there. */
  worst: number;
}

const parameters = new Float64Array(MAX_SAMPLES + 1);
const indices = new Int32Array(MAX_SAMPLES + 1);

/**
 * The lengths of the two handles with which a cubic from sample `from` to sample `to` fits the samples between best, given
 * the directions at both ends: least squares and better parameters in turn (Schneider, "An Algorithm for Automatically
 * Fitting Digitized Curves", Graphics Gems, 1990).
 */
export function fitHandles(
  { xs, ys, tolerances }: ContourRun,
  from: number,
  to: number,
  startDirection: number,
  endDirection: number,
): Handles {
  const x0 = xs[from]!;
  const y0 = ys[from]!;
  const x3 = xs[to]!;
  const y3 = ys[to]!;
  const startX = Math.cos(startDirection);
  const startY = Math.sin(startDirection);
  const endX = -Math.cos(endDirection);
  const endY = -Math.sin(endDirection);
  const count = Math.min(to - from, MAX_SAMPLES);
  let arc = 0;
  let px = x0;
  let py = y0;
  parameters[0] = 0;
  for (let k = 0; k <= count; k++) {
    const i = from + Math.round(((to - from) * k) / count);
    indices[k] = i;
    arc += Math.hypot(xs[i]! - px, ys[i]! - py);
    parameters[k] = arc;
    px = xs[i]!;
    py = ys[i]!;
  }
  if (!(arc > 0)) return { out: 0, in: 0, worst: 0 };
  for (let k = 0; k <= count; k++) parameters[k]! /= arc;
  const cosine = startX * endX + startY * endY;
  const third = Math.hypot(x3 - x0, y3 - y0) / 3;
  let best: Handles = { out: third, in: third, worst: Infinity };
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
      const b01 = s * s * s + b1;
      const b23 = t * t * t + b2;
      const restX = xs[indices[k]!]! - b01 * x0 - b23 * x3;
      const restY = ys[indices[k]!]! - b01 * y0 - b23 * y3;
      c00 += b1 * b1;
      c01 += b1 * b2 * cosine;
      c11 += b2 * b2;
      r0 += b1 * (startX * restX + startY * restY);
      r1 += b2 * (endX * restX + endY * restY);
    }
    const determinant = c00 * c11 - c01 * c01;
    let out = (r0 * c11 - r1 * c01) / determinant;
    let into = (c00 * r1 - c01 * r0) / determinant;
    // Handles that point backwards or are longer than the run make loops and cusps.
    if (!(out > 0.02 * arc && into > 0.02 * arc && out + into < arc)) out = into = third;
    const x1 = x0 + out * startX;
    const y1 = y0 + out * startY;
    const x2 = x3 + into * endX;
    const y2 = y3 + into * endY;
    let worst = 0;
    for (let k = 1; k < count; k++) {
      const t = parameters[k]!;
      const s = 1 - t;
      const b0 = s * s * s;
      const b1 = 3 * s * s * t;
      const b2 = 3 * s * t * t;
      const b3 = t * t * t;
      const apartX = b0 * x0 + b1 * x1 + b2 * x2 + b3 * x3 - xs[indices[k]!]!;
      const apartY = b0 * y0 + b1 * y1 + b2 * y2 + b3 * y3 - ys[indices[k]!]!;
      const dx = 3 * (s * s * (x1 - x0) + 2 * s * t * (x2 - x1) + t * t * (x3 - x2));
      const dy = 3 * (s * s * (y1 - y0) + 2 * s * t * (y2 - y1) + t * t * (y3 - y2));
      const squared = dx * dx + dy * dy;
      if (!(squared > 1e-12)) continue;
      const along = apartX * dx + apartY * dy;
      // Where the nearest point will be, the along part being what better parameters take away, up to a point.
      const across = Math.abs(apartX * dy - apartY * dx) / Math.sqrt(squared);
      const slipped = round === ROUNDS - 1 ? Math.sqrt(apartX * apartX + apartY * apartY) : across;
      worst = Math.max(worst, Math.max(across, slipped) / tolerances[indices[k]!]!);
      parameters[k] = Math.min(Math.max(t - along / squared, 0), 1);
    }
    if (worst < best.worst) best = { out, in: into, worst };
    if (worst > 8) break;
  }
  return best;
}
