import type { ContourRun } from './contour-run.ts';
import { fitHandles } from './fit-handles.ts';
import { MAX_TURN, type RunNode } from './run-nodes.ts';

/** Candidates that a cubic may fail at in a row before longer ones are no longer tried. */
const MAX_FAILURES = 2;
/** What a cubic costs beside its node when it uses up all that is allowed: of two ways with as many nodes, the closer one. */
const DEVIATION_COST = 0.25;
/** A step to the next candidate is always possible, at a price. */
const MISFIT_COST = 4;

/**
 * Where to put nodes on a run so that as few cubics as possible stay within the tolerance: the shortest way through the
 * graph of all cubics between candidate samples, by dynamic programming.
 * @param candidateStep samples between candidates
 * @returns from the first sample to the last; both are the same node of a closed run
 */
export function splitRun(run: ContourRun, candidateStep: number): RunNode[] {
  const { xs, ys, directions, last } = run;
  const count = Math.max(Math.round(last / candidateStep), run.isClosed ? 8 : 2);
  const candidates = Int32Array.from({ length: count + 1 }, (_, k) => Math.round((last * k) / count));
  const ways: Ways = {
    costs: new Float64Array(count + 1).fill(Infinity),
    cameFrom: new Int32Array(count + 1),
  };
  ways.costs[0] = 0;
  for (let from = 0; from < count; from++) goOn(run, candidates, ways, from);
  const path = [count];
  while (path[0]! > 0) path.unshift(ways.cameFrom[path[0]!]!);
  const nodes: RunNode[] = path.map((k) => {
    const i = candidates[k]!;
    return { sample: i, x: xs[i]!, y: ys[i]!, direction: directions[i]!, in: 0, out: 0 };
  });
  for (let k = 1; k < nodes.length; k++) {
    const [a, b] = [nodes[k - 1]!, nodes[k]!];
    const handles = fitHandles(run, a.sample, b.sample, a.direction, b.direction);
    a.out = handles.out;
    b.in = handles.in;
  }
  return nodes;
}

/** Per candidate: the cost of the shortest way to it so far, and the candidate before it on that way. */
interface Ways {
  costs: Float64Array;
  cameFrom: Int32Array;
}

/** Tries the cubics from one candidate to those after it. */
function goOn(run: ContourRun, candidates: Int32Array, { costs, cameFrom }: Ways, from: number): void {
  const { directions } = run;
  const i = candidates[from]!;
  let failures = 0;
  for (let to = from + 1; to < candidates.length && failures <= MAX_FAILURES; to++) {
    // Even a perfect fit would be no shorter way.
    if (costs[from]! + 1 >= costs[to]!) continue;
    const j = candidates[to]!;
    const isStep = to === from + 1;
    if (!isStep && Math.abs(directions[j]! - directions[i]!) > MAX_TURN) {
      failures++;
      continue;
    }
    const { worst } = fitHandles(run, i, j, directions[i]!, directions[j]!);
    failures = worst > 1 ? failures + 1 : 0;
    if (worst > 1 && !isStep) continue;
    const cost = costs[from]! + 1 + DEVIATION_COST * worst * worst + (worst > 1 ? MISFIT_COST : 0);
    if (cost < costs[to]!) {
      costs[to] = cost;
      cameFrom[to] = from;
    }
  }
}
