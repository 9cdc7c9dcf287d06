import type { Size } from '../../shared/affine.ts';
import { LOGITS_SIDE } from '../../shared/engine-contract.ts';

const WORDS_PER_ROW = LOGITS_SIDE / 32;

/** The cells of the 256 grid that are inside a mask, a bit each: overlaps of many pairs take a millisecond so. */
export interface CellBits {
  /** [256 x 8], row-major. */
  words: Uint32Array;
  areaCells: number;
  /** Rows with a cell inside: from `firstRow` up to but without `endRow`. */
  firstRow: number;
  endRow: number;
}

/**
 * @param logits [256 x 256], row-major; > 0 is inside
 * @param sizeCells the part of the grid that the image covers; the rest is left out
 */
export function cellBits(logits: Float32Array, sizeCells: Size): CellBits {
  const words = new Uint32Array(LOGITS_SIDE * WORDS_PER_ROW);
  let areaCells = 0;
  let firstRow = sizeCells.height;
  let endRow = 0;
  for (let y = 0; y < sizeCells.height; y++) {
    for (let x = 0; x < sizeCells.width; x++) {
      if (!(logits[y * LOGITS_SIDE + x]! > 0)) continue;
      words[y * WORDS_PER_ROW + (x >> 5)]! |= 1 << (x & 31);
      areaCells++;
      firstRow = Math.min(firstRow, y);
      endRow = y + 1;
    }
  }
  return { words, areaCells, firstRow, endRow };
}

/** How many cells are inside both masks. */
export function sharedCells(a: CellBits, b: CellBits): number {
  const start = Math.max(a.firstRow, b.firstRow) * WORDS_PER_ROW;
  const end = Math.min(a.endRow, b.endRow) * WORDS_PER_ROW;
  let count = 0;
  for (let i = start; i < end; i++) count += countBits(a.words[i]! & b.words[i]!);
  return count;
}

/** Ones in a 32-bit word (Warren, Hacker's Delight, 2nd edition, section 5-1). */
function countBits(word: number): number {
  let sums = word - ((word >>> 1) & 0x55555555);
  sums = (sums & 0x33333333) + ((sums >>> 2) & 0x33333333);
  return Math.imul((sums + (sums >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Intersection over union, 0..1; NaN when both are empty. */
export function cellIou(a: CellBits, b: CellBits): number {
  const common = sharedCells(a, b);
  return common / (a.areaCells + b.areaCells - common);
}
