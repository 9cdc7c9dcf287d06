import type { Cubic } from './cubic.ts';
import type { ContourRun } from './contour-run.ts';

/** A node of the outline along a run. Its two handles lie on one line, but for the ends of an open run. */
export interface RunNode {
  /** The sample of the run that it is at, or near. */
  sample: number;
  x: number;
  y: number;
  /** Of the outline here, in radians. */
  direction: number;
  /** Lengths of the handles backwards and forwards, in pixels. */
  in: number;
  out: number;
}

/** More than a quarter turn takes another node, as anyone drawing by hand would say; some more, where it is no full quarter. */
export const MAX_TURN = (110 * Math.PI) / 180;

/** Fewest nodes of a loop without corners. */
export const MIN_LOOP_NODES = 4;

export function cubicBetween(a: RunNode, b: RunNode): Cubic {
  return [
    { x: a.x, y: a.y },
    { x: a.x + a.out * Math.cos(a.direction), y: a.y + a.out * Math.sin(a.direction) },
    { x: b.x - b.in * Math.cos(b.direction), y: b.y - b.in * Math.sin(b.direction) },
    { x: b.x, y: b.y },
  ];
}

/** The samples from one node to the next, the second past the end of a loop where it wraps. */
export function samplesBetween({ last, isClosed }: ContourRun, a: RunNode, b: RunNode): [number, number] {
  return [a.sample, isClosed && b.sample <= a.sample ? b.sample + last : b.sample];
}
