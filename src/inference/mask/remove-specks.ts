import type { Size } from '../../shared/affine.ts';
import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import { bitMaskOfLogits } from './bit-mask.ts';
import { labelRegions } from './regions.ts';
import { saddleLogit } from './saddle.ts';

/** Islands and holes above this many cells of the 256 grid are always kept: 24 cells are 39 x 39 px of a 2048 px image. */
export const MAX_SPECK_CELLS = 24;
/** ... and so are those above this share of the largest island, so that a small object keeps its small parts. */
const MAX_SPECK_SHARE = 0.01;

/** Logit that a removed speck gets, with the sign of its surroundings. */
const FILL_LOGIT = 1;

/**
 * Removes dust: tiny islands, then tiny holes. Everything else keeps its logits and thus its outline.
 * @param logits [256 x 256], row-major
 * @param sizeCells the part of the grid that the image covers; the rest is left as it is
 * @returns `logits` itself when there is nothing to remove, else a copy
 */
export function removeSpecks(logits: Float32Array, sizeCells: Size): Float32Array {
  const labelled = label(logits, sizeCells);
  const withoutIslands = flipTinyRegions(logits, sizeCells, labelled, 1);
  // An island in a tiny hole must be gone before the hole is measured, or both would just swap.
  const relabelled = withoutIslands === logits ? labelled : label(withoutIslands, sizeCells);
  return flipTinyRegions(withoutIslands, sizeCells, relabelled, 0);
}

type Labelled = ReturnType<typeof labelRegions>;

function label(logits: Float32Array, sizeCells: Size): Labelled {
  const mask = bitMaskOfLogits(logits, sizeCells);
  const { width } = mask;
  const logitAt = (x: number, y: number): number => logits[y * LOGITS_SIDE + x]!;
  return labelRegions(mask, (cellA, cellB) => {
    const [ax, bx] = [cellA % width, cellB % width];
    const [ay, by] = [Math.floor(cellA / width), Math.floor(cellB / width)];
    const joinsInside = saddleLogit(logitAt(ax, ay), logitAt(bx, ay), logitAt(bx, by), logitAt(ax, by)) > 0;
    return joinsInside === (mask.data[cellA] === 1);
  });
}

function flipTinyRegions(
  logits: Float32Array,
  { width }: Size,
  { labels, regions }: Labelled,
  value: 0 | 1,
): Float32Array {
  const largestIsland = regions.reduce((max, r) => (r.value === 1 ? Math.max(max, r.area) : max), 0);
  const maxSpeckCells = Math.min(MAX_SPECK_CELLS, largestIsland * MAX_SPECK_SHARE);
  const isSpeck = Uint8Array.from(regions, (r) => Number(r.value === value && r.area <= maxSpeckCells));
  if (!isSpeck.includes(1)) return logits;
  const cleaned = logits.slice();
  for (let rowStart = 0, y = 0; rowStart < labels.length; rowStart += width, y++) {
    for (let x = 0; x < width; x++) {
      if (isSpeck[labels[rowStart + x]!])
        cleaned[y * LOGITS_SIDE + x] = value === 1 ? -FILL_LOGIT : FILL_LOGIT;
    }
  }
  return cleaned;
}
