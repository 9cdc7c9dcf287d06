import type { ConvexClip } from '../matte/convex-clip.ts';
import { distanceInside } from '../matte/convex-clip.ts';
import type { ContourRun } from './contour-run.ts';
import { mergeNodes } from './merge-nodes.ts';
import { improveNode, settleSamples, startRunFit, type RunFit } from './refine-nodes.ts';
import { runDeviationPx } from './run-deviation.ts';
import { splitRun } from './split-run.ts';

const SWEEPS = 3;
const FINAL_SWEEPS = 2;

/**
 * Nodes for a run: first where a shortest path puts them, then each is moved to where the curves fit best, then as many are
 * taken out as the others can do without.
 * @param candidateStep samples between the places that are tried first
 */
export function fitRun(run: ContourRun, clip: ConvexClip, candidateStep: number): RunFit {
  const nodes = splitRun(run, candidateStep);
  if (run.isClosed) nodes[0]!.in = nodes.pop()!.in;
  const fit = startRunFit(run, nodes, isNearBorder(run, clip) ? clip : null);
  sweep(fit, SWEEPS, 1);
  mergeNodes(fit);
  polish(fit);
  return fit;
}

function sweep(fit: RunFit, count: number, peakWeight: number): void {
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < fit.nodes.length; k++) improveNode(fit, k, peakWeight);
    settleSamples(fit);
  }
}

/** The mean deviation comes down as far as the largest allows. */
function polish(fit: RunFit): void {
  const kept = { nodes: fit.nodes.map((node) => ({ ...node })), segments: fit.segments.slice() };
  const before = runDeviationPx(fit);
  sweep(fit, FINAL_SWEEPS, 0.1);
  if (runDeviationPx(fit) <= Math.max(before, fit.run.tolerancePx)) return;
  Object.assign(fit, kept);
}

function isNearBorder({ xs, ys, tolerancePx }: ContourRun, clip: ConvexClip): boolean {
  const room = 4 * tolerancePx;
  for (let i = 0; i < xs.length; i++) if (distanceInside(clip, xs[i]!, ys[i]!) < room) return true;
  return false;
}
