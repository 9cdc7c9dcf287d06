import { cubicAt } from './cubic.ts';
import { deviationFromChord } from './line-fit.ts';
import { cubicBetween } from './run-nodes.ts';
import type { RunFit } from './refine-nodes.ts';

const PIECES = 32;

/**
 * Largest distance of the samples from the curves, in pixels. Looks at all pieces of a curve for each sample: the parameters
 * that fitting keeps may be those of a place that is only nearest around there.
 */
export function runDeviationPx({ run, nodes, segments }: RunFit): number {
  let largest = 0;
  segments.forEach(({ samples }, k) => {
    const cubic = cubicBetween(nodes[k]!, nodes[(k + 1) % nodes.length]!);
    const points = Array.from({ length: PIECES + 1 }, (_, i) => cubicAt(cubic, i / PIECES));
    for (const i of samples) {
      const sample = { x: run.xs[i]!, y: run.ys[i]! };
      let nearest = Infinity;
      for (let p = 0; p < PIECES; p++) {
        nearest = Math.min(nearest, deviationFromChord([points[p]!, sample, points[p + 1]!]));
      }
      largest = Math.max(largest, nearest);
    }
  });
  return largest;
}
