import type { Size } from '../../shared/affine.ts';
import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import { bitMaskOfLogits } from './bit-mask.ts';
import { regionRuns } from './regions.ts';
import { saddleLogit } from './saddle.ts';

/** Islands and holes above this many cells of the 256 grid are always kept: 24 cells are 39 x 39 px of a 2048 px image. */
export const MAX_SPECK_CELLS = 24;
/** ... and so are those above this share of the largest island, so that a small object keeps its small parts. */
export const MAX_SPECK_SHARE = 0.01;

/** Logit that a removed speck gets, with the sign of its surroundings. */
const FILL_LOGIT = 1;

/**
 * Removes dust: tiny islands, then tiny holes. Everything else keeps its logits and thus its outline.
 * @param logits [256 x 256], row-major
 * @param sizeCells the part of the grid that the image covers; the rest is left as it is
 * @returns `logits` itself when there is nothing to remove, else a copy
 */
export function removeSpecks(logits: Float32Array, sizeCells: Size): Float32Array {
  const parted = parts(logits, sizeCells);
  const withoutIslands = flipTinyRegions(logits, sizeCells, parted, 1);
  // An island in a tiny hole must be gone before the hole is measured, or both would just swap.
  const partedAgain = withoutIslands === logits ? parted : parts(withoutIslands, sizeCells);
  return flipTinyRegions(withoutIslands, sizeCells, partedAgain, 0);
}

type Parts = ReturnType<typeof regionRuns>;

function parts(logits: Float32Array, sizeCells: Size): Parts {
  const mask = bitMaskOfLogits(logits, sizeCells);
  const { width } = mask;
  const logitAt = (x: number, y: number): number => logits[y * LOGITS_SIDE + x]!;
  return regionRuns(mask, (cellA, cellB) => {
    const [ax, bx] = [cellA % width, cellB % width];
    const [ay, by] = [Math.floor(cellA / width), Math.floor(cellB / width)];
    const joinsInside = saddleLogit(logitAt(ax, ay), logitAt(bx, ay), logitAt(bx, by), logitAt(ax, by)) > 0;
    return joinsInside === (mask.data[cellA] === 1);
  });
}

function flipTinyRegions(
  logits: Float32Array,
  { width }: Size,
  { runs, regions }: Parts,
  value: 0 | 1,
): Float32Array {
  const largestIsland = regions.reduce((max, r) => (r.value === 1 ? Math.max(max, r.area) : max), 0);
  const maxSpeckCells = Math.min(MAX_SPECK_CELLS, largestIsland * MAX_SPECK_SHARE);
  const isSpeck = regions.map((r) => r.value === value && r.area <= maxSpeckCells);
  if (!isSpeck.includes(true)) return logits;
  const cleaned = logits.slice();
  for (const { start, end, region } of runs) {
    if (!isSpeck[region]) continue;
    const first = Math.floor(start / width) * LOGITS_SIDE + (start % width);
    cleaned.fill(value === 1 ? -FILL_LOGIT : FILL_LOGIT, first, first + end - start);
  }
  return cleaned;
}
