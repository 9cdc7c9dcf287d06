import { fitHandles } from './fit-handles.ts';
import { improveNode, segmentCount, segmentMisfit, settleSamples, type RunFit } from './refine-nodes.ts';
import { MAX_TURN, MIN_LOOP_NODES, samplesBetween, type RunNode } from './run-nodes.ts';
import { startSegmentFit } from './segment-fit.ts';

/** A node without which the rest, as it stands, is off by more than this many tolerances is not tried. */
const HOPELESS = 4;
const TRIAL_SWEEPS = 3;
const PEAK_WEIGHT = 1;

/** Takes out nodes, the least needed first, as long as those that stay can move so that all is within the tolerance. */
export function mergeNodes(fit: RunFit): void {
  // Nodes that a trial could not do without. One that moves becomes another object, and is tried again.
  const needed = new Set<RunNode>();
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    const order = fit.nodes
      .map((node, k) => ({ node, worst: needed.has(node) ? Infinity : misfitWithout(fit, k) }))
      .filter(({ worst }) => worst < HOPELESS)
      .sort((a, b) => a.worst - b.worst);
    for (const { node } of order) {
      const k = fit.nodes.indexOf(node);
      // Those that a trial has moved are others: they get their turn in the next round.
      if (k === -1 || misfitWithout(fit, k) >= HOPELESS) continue;
      if (tryWithout(fit, k)) isChanged = true;
      else needed.add(node);
    }
    if (isChanged) settleSamples(fit);
  }
}

/** @returns Infinity for a node that has to stay */
function misfitWithout({ run, nodes }: RunFit, k: number): number {
  const { isClosed, directions } = run;
  if (isClosed ? nodes.length <= MIN_LOOP_NODES : k === 0 || k === nodes.length - 1) return Infinity;
  const previous = nodes[(k + nodes.length - 1) % nodes.length]!;
  const next = nodes[(k + 1) % nodes.length]!;
  const [from, to] = samplesBetween(run, previous, next);
  if (Math.abs(directions[to]! - directions[from]!) > MAX_TURN) return Infinity;
  return fitHandles(run, from, to, previous.direction, next.direction).worst;
}

function tryWithout(fit: RunFit, k: number): boolean {
  const kept = { nodes: fit.nodes, segments: fit.segments };
  const count = fit.nodes.length;
  const trial: RunFit = { ...fit, nodes: kept.nodes.slice(), segments: kept.segments.slice() };
  // Only these change.
  const previousIndex = (k + count - 1) % count;
  for (const i of [-2, -1, 1, 2]) {
    const at = (k + i + count) % count;
    trial.nodes[at] = { ...kept.nodes[at]! };
  }
  const previous = trial.nodes[previousIndex]!;
  const next = trial.nodes[(k + 1) % count]!;
  const [from, to] = samplesBetween(fit.run, previous, next);
  const handles = fitHandles(fit.run, from, to, previous.direction, next.direction);
  previous.out = handles.out;
  next.in = handles.in;
  trial.nodes.splice(k, 1);
  trial.segments.splice(k, 1);
  const merged = k === 0 ? trial.nodes.length - 1 : k - 1;
  trial.segments[merged] = startSegmentFit(fit.run, previous, next);
  const total = segmentCount(trial);
  const nodeCount = trial.nodes.length;
  const wrap = (i: number): number | null =>
    fit.run.isClosed ? (i + nodeCount) % nodeCount : i >= 0 && i < nodeCount ? i : null;
  const wrapSegment = (i: number): number | null =>
    fit.run.isClosed ? (i + total) % total : i >= 0 && i < total ? i : null;
  // Parameters of segments beside the merged one move in trials: they are copied, too.
  for (const i of [merged - 2, merged - 1, merged + 1, merged + 2]) {
    const s = wrapSegment(i);
    if (s === null || s === merged) continue;
    const segment = trial.segments[s]!;
    trial.segments[s] = { ...segment, parameters: segment.parameters.slice() };
  }
  const near = [merged - 1, merged, merged + 1].flatMap((i) => wrapSegment(i) ?? []);
  for (let sweep = 0; sweep < TRIAL_SWEEPS; sweep++) {
    for (const i of [merged, merged + 1]) {
      const n = wrap(i);
      if (n !== null) improveNode(trial, n, PEAK_WEIGHT);
    }
    const worst = Math.max(...near.map((s) => segmentMisfit(trial, s, 0).worst));
    if (worst <= 1) {
      fit.nodes = trial.nodes;
      fit.segments = trial.segments;
      return true;
    }
    // Far off after a step: it comes down by about a half per step.
    if (worst > 2 ** (TRIAL_SWEEPS - sweep)) return false;
  }
  return false;
}
