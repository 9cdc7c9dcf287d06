import type { ConvexClip } from '../matte/convex-clip.ts';
import type { ContourRun } from './contour-run.ts';
import type { RunNode } from './run-nodes.ts';
import {
  measure,
  startSegmentFit,
  UNKNOWNS,
  type Misfit,
  type NormalEquations,
  type SegmentFit,
} from './segment-fit.ts';
import { roomWithin } from './room-within.ts';

/** The nodes of a run with, per segment, how well it fits; segment k leads from node k to the next. */
export interface RunFit {
  run: ContourRun;
  nodes: RunNode[];
  segments: SegmentFit[];
  /** What nothing may leave; null where it is not near. */
  clip: ConvexClip | null;
}

export function segmentCount({ run, nodes }: Pick<RunFit, 'run' | 'nodes'>): number {
  return run.isClosed ? nodes.length : nodes.length - 1;
}

export function startRunFit(run: ContourRun, nodes: RunNode[], clip: ConvexClip | null): RunFit {
  const fit: RunFit = { run, nodes, segments: [], clip };
  for (let k = 0; k < segmentCount(fit); k++) {
    fit.segments.push(startSegmentFit(run, nodes[k]!, nodes[(k + 1) % nodes.length]!));
  }
  return fit;
}

export function segmentMisfit({ run, nodes, segments }: RunFit, k: number, peakWeight: number): Misfit {
  return measure(run, segments[k]!, nodes[k]!, nodes[(k + 1) % nodes.length]!, peakWeight, null, false);
}

const equations: NormalEquations = {
  matrix: new Float64Array(UNKNOWNS * UNKNOWNS),
  gradient: new Float64Array(UNKNOWNS),
};
const DAMPING = 0.03;
/**
 * About how far a step goes at most: nodes and handles by a share of the contour between the nodes, and in radians. Along a
 * straight contour distances do not hold a node, and it would go anywhere.
 */
const MAX_STEP_SHARE = 0.1;
const MAX_STEP_TURN = 0.3;
/** Handles stay longer than this share of the chord, and shorter than all of the contour between the nodes. */
const MIN_HANDLE = 0.04;

/**
 * One Levenberg-Marquardt step for one node: its place, its direction, its handles and the far handles of the two segments
 * beside it, so that both follow their samples as closely as they can. The ends of an open run stay where they are.
 */
export function improveNode(fit: RunFit, k: number, peakWeight: number): void {
  const { run, nodes, segments } = fit;
  const node = nodes[k]!;
  const count = segmentCount(fit);
  const beforeIndex = run.isClosed ? (k + count - 1) % count : k - 1;
  const before = segments[beforeIndex];
  const after = segments[k];
  const previous = before && nodes[beforeIndex]!;
  const next = after && nodes[(k + 1) % nodes.length]!;
  equations.matrix.fill(0);
  equations.gradient.fill(0);
  let cost = 0;
  if (before) cost += measure(run, before, previous!, node, peakWeight, equations, false).cost;
  if (after) cost += measure(run, after, node, next!, peakWeight, equations, true).cost;
  const beforeStep = before ? MAX_STEP_SHARE * arcOf(run, before) : Infinity;
  const afterStep = after ? MAX_STEP_SHARE * arcOf(run, after) : Infinity;
  const nodeStep = Math.min(beforeStep, afterStep);
  [nodeStep, nodeStep, MAX_STEP_TURN, beforeStep, afterStep, beforeStep, afterStep].forEach(restrain);
  const isEnd = !before || !after;
  if (isEnd) hold(0, 1);
  const step = solve(equations);
  if (!step) return;
  const kept = { ...node };
  const keptOut = previous?.out ?? 0;
  const keptIn = next?.in ?? 0;
  const turn = Math.min(Math.max(step[2]!, -MAX_STEP_TURN), MAX_STEP_TURN);
  node.x += step[0]!;
  node.y += step[1]!;
  node.direction += turn;
  if (before) node.in += step[3]!;
  if (after) node.out += step[4]!;
  if (previous) previous.out += step[5]!;
  if (next) next.in += step[6]!;
  if (previous) limitHandles(fit, beforeIndex, previous, node);
  if (next) limitHandles(fit, k, node, next);
  let newCost = 0;
  if (before) newCost += measure(run, before, previous!, node, peakWeight, null, false).cost;
  if (after) newCost += measure(run, after, node, next!, peakWeight, null, true).cost;
  if (newCost <= cost) return;
  Object.assign(node, kept);
  if (previous) previous.out = keptOut;
  if (next) next.in = keptIn;
}

/** Adds the square of an unknown's step, over that of the largest, to what is to be least. */
function restrain(largestStep: number, unknown: number): void {
  equations.matrix[unknown * UNKNOWNS + unknown]! += largestStep ** -2;
}

/** Takes unknowns out of the equations. */
function hold(...unknowns: number[]): void {
  for (const u of unknowns) {
    equations.gradient[u] = 0;
    for (let v = 0; v < UNKNOWNS; v++) {
      equations.matrix[u * UNKNOWNS + v] = 0;
      equations.matrix[v * UNKNOWNS + u] = 0;
    }
  }
}

function arcOf({ arcs }: ContourRun, { from, to }: SegmentFit): number {
  return arcs[to]! - arcs[from]!;
}

function limitHandles({ run, segments, clip }: RunFit, k: number, a: RunNode, b: RunNode): void {
  const arc = arcOf(run, segments[k]!);
  const chord = Math.hypot(b.x - a.x, b.y - a.y);
  const least = MIN_HANDLE * chord;
  a.out = Math.min(Math.max(a.out, least), 0.8 * arc);
  b.in = Math.min(Math.max(b.in, least), 0.8 * arc);
  const excess = (a.out + b.in) / Math.max(arc, 1e-9);
  if (excess > 1) {
    a.out /= excess;
    b.in /= excess;
  }
  if (!clip) return;
  for (const node of [a, b]) moveInside(clip, node);
  a.out = Math.min(a.out, roomWithin(clip, a, Math.cos(a.direction), Math.sin(a.direction)));
  b.in = Math.min(b.in, roomWithin(clip, b, -Math.cos(b.direction), -Math.sin(b.direction)));
}

function moveInside({ halfPlanes }: ConvexClip, node: RunNode): void {
  for (const { normalX, normalY, offset } of halfPlanes) {
    const distance = normalX * node.x + normalY * node.y + offset;
    if (distance >= 0) continue;
    node.x -= distance * normalX;
    node.y -= distance * normalY;
  }
}

const factor = new Float64Array(UNKNOWNS * UNKNOWNS);
const solution = new Float64Array(UNKNOWNS);

/** Cholesky. @returns the step down, null when the equations say nothing */
function solve({ matrix, gradient }: NormalEquations): Float64Array | null {
  for (let u = 0; u < UNKNOWNS; u++) {
    for (let v = 0; v <= u; v++) {
      let sum = matrix[u * UNKNOWNS + v]!;
      if (u === v) sum += DAMPING * sum + 1e-9;
      for (let w = 0; w < v; w++) sum -= factor[u * UNKNOWNS + w]! * factor[v * UNKNOWNS + w]!;
      if (u === v) {
        if (!(sum > 0)) return null;
        factor[u * UNKNOWNS + u] = Math.sqrt(sum);
      } else {
        factor[u * UNKNOWNS + v] = sum / factor[v * UNKNOWNS + v]!;
      }
    }
  }
  for (let u = 0; u < UNKNOWNS; u++) {
    let sum = -gradient[u]!;
    for (let v = 0; v < u; v++) sum -= factor[u * UNKNOWNS + v]! * solution[v]!;
    solution[u] = sum / factor[u * UNKNOWNS + u]!;
  }
  for (let u = UNKNOWNS - 1; u >= 0; u--) {
    let sum = solution[u]!;
    for (let v = u + 1; v < UNKNOWNS; v++) sum -= factor[v * UNKNOWNS + u]! * solution[v]!;
    solution[u] = sum / factor[u * UNKNOWNS + u]!;
  }
  return solution;
}

/** The node stands for the sample that it is nearest to: that is where the two segments share out their samples. */
export function settleSamples(fit: RunFit): void {
  const { run, nodes, segments } = fit;
  const count = segmentCount(fit);
  const { xs, ys, last, isClosed } = run;
  nodes.forEach((node, k) => {
    if (!isClosed && (k === 0 || k === nodes.length - 1)) return;
    const before = segments[(k + count - 1) % count]!;
    const after = segments[k]!;
    const reach = Math.max(1, Math.min(before.to - before.from, after.to - after.from) >> 2);
    let nearest = node.sample;
    let least = Infinity;
    for (let i = node.sample - reach; i <= node.sample + reach; i++) {
      const at = isClosed ? (i + last) % last : i;
      const apart = (xs[at]! - node.x) ** 2 + (ys[at]! - node.y) ** 2;
      if (apart < least) [least, nearest] = [apart, at];
    }
    node.sample = nearest;
  });
  for (let k = 0; k < count; k++) {
    const [a, b] = [nodes[k]!, nodes[(k + 1) % nodes.length]!];
    const { from, to } = segments[k]!;
    const isSame = a.sample === from && (b.sample === to || b.sample + last === to);
    if (!isSame) segments[k] = startSegmentFit(run, a, b);
  }
}
