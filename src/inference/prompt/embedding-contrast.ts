import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import type { BitMask } from '../mask/bit-mask.ts';

/** Mask cells along a side of an embedding's cell. */
const CELLS = 4;
const EMBEDDING_SIDE = LOGITS_SIDE / CELLS;
/** How far the ring around a mask reaches, in cells of the embedding: 32 model pixels. */
const RING_CELLS = 2;

/** Cells of the embedding, and what part of each belongs to something: the parts come to 1. */
interface Region {
  cells: Uint16Array;
  weights: Float32Array;
}

/**
 * How differently the network sees a mask and what lies around it: the distance between the mean embeddings of the two. Parts of a
 * thing lie among their like, whole things do not.
 * @param mask on the cells of the image
 * @param embedding [256 x 64 x 64]
 * @returns >= 0, about 1; 0 when there is nothing inside or around
 */
export function embeddingContrast(mask: BitMask, embedding: Float32Array): number {
  const [inside, ring] = regionsOf(mask);
  if (inside.cells.length === 0 || ring.cells.length === 0) return 0;
  let squared = 0;
  for (let from = 0; from < embedding.length; from += EMBEDDING_SIDE ** 2) {
    const plane = embedding.subarray(from, from + EMBEDDING_SIDE ** 2);
    squared += (meanOf(plane, inside) - meanOf(plane, ring)) ** 2;
  }
  return Math.sqrt(squared);
}

function regionsOf(mask: BitMask): [inside: Region, ring: Region] {
  const width = Math.ceil(mask.width / CELLS);
  const inside = sharesOf(mask, width);
  const near = largestInWindow(largestInWindow(inside, width, 1), width, width);
  const ring = near.map((share, i) => share - inside[i]!);
  return [regionOf(inside, width), regionOf(ring, width)];
}

function regionOf(shares: Float32Array, width: number): Region {
  const cells = new Uint16Array(shares.length);
  const weights = new Float32Array(shares.length);
  let [count, total] = [0, 0];
  for (let i = 0; i < shares.length; i++) {
    if (shares[i] === 0) continue;
    cells[count] = Math.floor(i / width) * EMBEDDING_SIDE + (i % width);
    weights[count++] = shares[i]!;
    total += shares[i]!;
  }
  for (let i = 0; i < count; i++) weights[i]! /= total;
  return { cells: cells.subarray(0, count), weights: weights.subarray(0, count) };
}

/** Per cell of the embedding how much of it is inside, 0..1. */
function sharesOf(mask: BitMask, width: number): Float32Array {
  const shares = new Float32Array(width * Math.ceil(mask.height / CELLS));
  for (let y = 0; y < mask.height; y++) {
    const row = Math.floor(y / CELLS) * width;
    for (let x = 0; x < mask.width; x++) {
      shares[row + Math.floor(x / CELLS)]! += mask.data[y * mask.width + x]! / CELLS ** 2;
    }
  }
  return shares;
}

/** At each cell the largest value within the ring's reach along one axis: in steps of 1 along rows, of the width along columns. */
function largestInWindow(values: Float32Array, width: number, step: number): Float32Array {
  const largest = values.slice();
  for (let i = 0; i < values.length; i++) {
    const position = step === 1 ? i % width : i;
    const end = step === 1 ? width : values.length;
    for (let k = 1; k <= RING_CELLS; k++) {
      if (position - k * step >= 0) largest[i] = Math.max(largest[i]!, values[i - k * step]!);
      if (position + k * step < end) largest[i] = Math.max(largest[i]!, values[i + k * step]!);
    }
  }
  return largest;
}

function meanOf(plane: Float32Array, { cells, weights }: Region): number {
  let sum = 0;
  for (let i = 0; i < cells.length; i++) sum += weights[i]! * plane[cells[i]!]!;
  return sum;
}
