import type { Size } from '../../shared/affine.ts';
import { FEATURES, HEAD_SIDE, LOCAL_FEATURES, PLACES, RADII, type HeadWeights } from './head-shape.ts';

/** Cells from the border that count as the border. */
const RING_CELLS = 2;
const EMBEDDING_SIDE = 2 * HEAD_SIDE;
const CHANNELS = 256;

/**
 * Logits that a cell belongs to what the image is about: a projection of the embedding, its means over squares of several sizes, over
 * the image and along its border, and where the cell lies, go through two hidden layers. A few hundredths of a second.
 * Which is left and which is right it cannot tell. How it was trained: models/subject-head.
 * @param embedding [256 x 64 x 64]
 * @param size of the image on the head's grid, at most 32 x 32
 * @returns [32 x 32], row-major; 0 beyond the image
 */
export function runSubjectHead(weights: HeadWeights, embedding: Float32Array, size: Size): Float32Array {
  const features = projected(weights, embedding, size);
  const local = RADII.map((radius) => squareMeans(features, size, radius));
  const shared = weights.hiddenBias.slice();
  const isBorder = (x: number, y: number) =>
    Math.min(x, y, size.width - 1 - x, size.height - 1 - y) < RING_CELLS;
  addProduct(
    shared,
    weights.whole,
    meanOver(features, size, () => true),
  );
  addProduct(shared, weights.ring, meanOver(features, size, isBorder));
  const logits = new Float32Array(HEAD_SIDE * HEAD_SIDE);
  const seen = new Float32Array(LOCAL_FEATURES);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const cell = y * HEAD_SIDE + x;
      local.forEach((means, r) =>
        seen.set(means.subarray(cell * FEATURES, (cell + 1) * FEATURES), r * FEATURES),
      );
      const hidden = shared.slice();
      addProduct(hidden, weights.local, seen);
      addProduct(hidden, weights.place, placeOf(x, y, size));
      const second = weights.secondBias.slice();
      addProduct(second, weights.second, positive(hidden));
      const out = weights.outBias.slice();
      addProduct(out, weights.out, positive(second));
      logits[cell] = out[0]!;
    }
  }
  return logits;
}

/** @returns [cells, FEATURES] */
function projected(weights: HeadWeights, embedding: Float32Array, { width, height }: Size): Float32Array {
  const features = new Float32Array(HEAD_SIDE * HEAD_SIDE * FEATURES);
  const channels = new Float32Array(CHANNELS);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < CHANNELS; c++) {
        const at = (c * EMBEDDING_SIDE + 2 * y) * EMBEDDING_SIDE + 2 * x;
        const [above, below] = [at, at + EMBEDDING_SIDE];
        channels[c] =
          (embedding[above]! + embedding[above + 1]! + embedding[below]! + embedding[below + 1]!) / 4;
      }
      const cell = weights.projectBias.slice();
      addProduct(cell, weights.project, channels);
      features.set(positive(cell), (y * HEAD_SIDE + x) * FEATURES);
    }
  }
  return features;
}

/** Over squares around each cell, cut off at the border of the image. */
function squareMeans(features: Float32Array, { width, height }: Size, radius: number): Float32Array {
  if (radius === 0) return features;
  const means = new Float32Array(features.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(x - radius, 0), Math.min(x + radius, width - 1)];
      const [top, bottom] = [Math.max(y - radius, 0), Math.min(y + radius, height - 1)];
      const share = 1 / ((right - left + 1) * (bottom - top + 1));
      const to = (y * HEAD_SIDE + x) * FEATURES;
      for (let row = top; row <= bottom; row++) {
        for (let column = left; column <= right; column++) {
          const from = (row * HEAD_SIDE + column) * FEATURES;
          for (let f = 0; f < FEATURES; f++) means[to + f]! += share * features[from + f]!;
        }
      }
    }
  }
  return means;
}

function meanOver(
  features: Float32Array,
  { width, height }: Size,
  counts: (x: number, y: number) => boolean,
): Float32Array {
  const sums = new Float32Array(FEATURES);
  let count = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!counts(x, y)) continue;
      count++;
      for (let f = 0; f < FEATURES; f++) sums[f]! += features[(y * HEAD_SIDE + x) * FEATURES + f]!;
    }
  }
  return sums.map((sum) => sum / count);
}

/** Offsets from the middle, their squares, and the distance to the border, each 0..1 but y, which is -1..1. */
function placeOf(x: number, y: number, { width, height }: Size): Float32Array {
  const u = (x + 0.5) / width - 0.5;
  const v = (y + 0.5) / height - 0.5;
  const place = [
    2 * Math.abs(u),
    2 * v,
    4 * u * u,
    4 * v * v,
    2 * Math.min(0.5 - Math.abs(u), 0.5 - Math.abs(v)),
  ];
  return Float32Array.from(place.slice(0, PLACES));
}

/** @param matrix [target.length, vector.length], row-major */
function addProduct(target: Float32Array, matrix: Float32Array, vector: Float32Array): void {
  const columns = vector.length;
  for (let row = 0; row < target.length; row++) {
    let sum = 0;
    for (let i = 0; i < columns; i++) sum += matrix[row * columns + i]! * vector[i]!;
    target[row]! += sum;
  }
}

function positive(values: Float32Array): Float32Array {
  return values.map((value) => Math.max(value, 0));
}
