import { cubicAt } from './cubic.ts';
import { cubicBetween } from './run-nodes.ts';
import type { RunFit } from './refine-nodes.ts';

const PIECES = 32;

/**
 * Largest distance of the samples from the curves, in pixels. Looks at all pieces of a curve for each sample: the parameters
 * that fitting keeps may be those of a place that is only nearest around there.
 */
export function runDeviationPx({ run, nodes, segments }: RunFit): number {
  const { xs, ys } = run;
  let largestSquared = 0;
  segments.forEach(({ samples }, k) => {
    const cubic = cubicBetween(nodes[k]!, nodes[(k + 1) % nodes.length]!);
    for (let p = 0; p <= PIECES; p++) {
      const { x, y } = cubicAt(cubic, p / PIECES);
      pieceXs[p] = x;
      pieceYs[p] = y;
    }
    for (const i of samples) {
      largestSquared = Math.max(largestSquared, squaredDistanceToPieces(xs[i]!, ys[i]!));
    }
  });
  return Math.sqrt(largestSquared);
}

const pieceXs = new Float64Array(PIECES + 1);
const pieceYs = new Float64Array(PIECES + 1);

function squaredDistanceToPieces(x: number, y: number): number {
  let nearest = Infinity;
  for (let p = 0; p < PIECES; p++) {
    const fromX = x - pieceXs[p]!;
    const fromY = y - pieceYs[p]!;
    const dx = pieceXs[p + 1]! - pieceXs[p]!;
    const dy = pieceYs[p + 1]! - pieceYs[p]!;
    const squared = dx * dx + dy * dy;
    const t = squared > 0 ? Math.min(Math.max((fromX * dx + fromY * dy) / squared, 0), 1) : 0;
    const apartX = fromX - t * dx;
    const apartY = fromY - t * dy;
    nearest = Math.min(nearest, apartX * apartX + apartY * apartY);
  }
  return nearest;
}
