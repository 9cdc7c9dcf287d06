import { GRID_CELLS, GRID_CHANNELS, GRID_SIDE } from './grid.ts';
import { FEATURES, HIDDEN, PLACES, RADII, type Parameters } from './head-shape.ts';

/** Cells from the border that count as the border. */
const RING_CELLS = 2;

/** The part of the grid that is image. */
export interface GridSize {
  width: number;
  height: number;
}

const LOCAL = RADII.length * FEATURES;

/** What a run left behind, for the way back. */
export interface Trace {
  size: GridSize;
  embedding: Float32Array;
  /** [cells, FEATURES] after the ReLU */
  features: Float32Array;
  /** [cells, RADII x FEATURES] */
  local: Float32Array;
  whole: Float32Array;
  ring: Float32Array;
  hidden: Float32Array;
  second: Float32Array;
  /** [cells]; of no meaning beyond the image */
  logits: Float32Array;
}

/**
 * Logits that a cell is the subject: a projection of the embedding, its means over squares of several sizes, over the image and along
 * its border, and where the cell lies, through two hidden layers.
 * @param embedding [1024, 256]
 */
export function runHead(weights: Parameters, embedding: Float32Array, size: GridSize): Trace {
  const features = new Float32Array(GRID_CELLS * FEATURES);
  forEachCell(size, (cell) => {
    for (let f = 0; f < FEATURES; f++) {
      const sum =
        weights.projectBias[f]! +
        dot(weights.project, f * GRID_CHANNELS, embedding, cell * GRID_CHANNELS, GRID_CHANNELS);
      features[cell * FEATURES + f] = sum > 0 ? sum : 0;
    }
  });
  const local = new Float32Array(GRID_CELLS * LOCAL);
  RADII.forEach((radius, r) => {
    const means = boxSums(features, size, radius);
    forEachCell(size, (cell, x, y) => {
      const share = 1 / boxCount(x, y, radius, size);
      for (let f = 0; f < FEATURES; f++)
        local[cell * LOCAL + r * FEATURES + f] = means[cell * FEATURES + f]! * share;
    });
  });
  const whole = meanWhere(features, size, () => true);
  const ring = meanWhere(features, size, (x, y) => isRing(x, y, size));
  const shared = Float32Array.from(weights.hiddenBias, (bias, h) => {
    let sum = bias;
    for (let f = 0; f < FEATURES; f++)
      sum += weights.whole[h * FEATURES + f]! * whole[f]! + weights.ring[h * FEATURES + f]! * ring[f]!;
    return sum;
  });
  const hidden = new Float32Array(GRID_CELLS * HIDDEN);
  const second = new Float32Array(GRID_CELLS * HIDDEN);
  const logits = new Float32Array(GRID_CELLS);
  forEachCell(size, (cell, x, y) => {
    const places = placesOf(x, y, size);
    for (let h = 0; h < HIDDEN; h++) {
      let sum = shared[h]! + dot(weights.local, h * LOCAL, local, cell * LOCAL, LOCAL);
      for (let i = 0; i < PLACES; i++) sum += weights.place[h * PLACES + i]! * places[i]!;
      hidden[cell * HIDDEN + h] = sum > 0 ? sum : 0;
    }
    let logit = weights.outBias[0]!;
    for (let s = 0; s < HIDDEN; s++) {
      const sum = weights.secondBias[s]! + dot(weights.second, s * HIDDEN, hidden, cell * HIDDEN, HIDDEN);
      second[cell * HIDDEN + s] = sum > 0 ? sum : 0;
      if (sum > 0) logit += weights.out[s]! * sum;
    }
    logits[cell] = logit;
  });
  return { size, embedding, features, local, whole, ring, hidden, second, logits };
}

/**
 * Adds the slopes of a loss by the parameters.
 * @param slopes [1024] of the loss by the logits
 */
export function addGradients(
  weights: Parameters,
  trace: Trace,
  slopes: Float32Array,
  gradients: Parameters,
): void {
  const { size, embedding, features, local, whole, ring, hidden, second } = trace;
  const localSlopes = new Float32Array(GRID_CELLS * LOCAL);
  const sharedSlopes = new Float32Array(HIDDEN);
  const secondSlopes = new Float32Array(HIDDEN);
  const hiddenSlopes = new Float32Array(HIDDEN);
  forEachCell(size, (cell, x, y) => {
    const slope = slopes[cell]!;
    if (slope === 0) return;
    gradients.outBias[0]! += slope;
    hiddenSlopes.fill(0);
    for (let s = 0; s < HIDDEN; s++) {
      const value = second[cell * HIDDEN + s]!;
      secondSlopes[s] = value > 0 ? slope * weights.out[s]! : 0;
      if (value <= 0) continue;
      gradients.out[s]! += slope * value;
      gradients.secondBias[s]! += secondSlopes[s]!;
      addScaled(gradients.second, s * HIDDEN, hidden, cell * HIDDEN, HIDDEN, secondSlopes[s]!);
      addScaled(hiddenSlopes, 0, weights.second, s * HIDDEN, HIDDEN, secondSlopes[s]!);
    }
    const places = placesOf(x, y, size);
    for (let h = 0; h < HIDDEN; h++) {
      if (hidden[cell * HIDDEN + h]! <= 0) continue;
      const own = hiddenSlopes[h]!;
      sharedSlopes[h]! += own;
      for (let i = 0; i < PLACES; i++) gradients.place[h * PLACES + i]! += own * places[i]!;
      addScaled(gradients.local, h * LOCAL, local, cell * LOCAL, LOCAL, own);
      addScaled(localSlopes, cell * LOCAL, weights.local, h * LOCAL, LOCAL, own);
    }
  });
  const featureSlopes = new Float32Array(GRID_CELLS * FEATURES);
  const wholeSlopes = new Float32Array(FEATURES);
  const ringSlopes = new Float32Array(FEATURES);
  for (let h = 0; h < HIDDEN; h++) {
    gradients.hiddenBias[h]! += sharedSlopes[h]!;
    for (let f = 0; f < FEATURES; f++) {
      const i = h * FEATURES + f;
      gradients.whole[i]! += sharedSlopes[h]! * whole[f]!;
      gradients.ring[i]! += sharedSlopes[h]! * ring[f]!;
      wholeSlopes[f]! += sharedSlopes[h]! * weights.whole[i]!;
      ringSlopes[f]! += sharedSlopes[h]! * weights.ring[i]!;
    }
  }
  let ringCount = 0;
  forEachCell(size, (_, x, y) => (ringCount += isRing(x, y, size) ? 1 : 0));
  const cellCount = size.width * size.height;
  RADII.forEach((radius, r) => {
    const spread = new Float32Array(GRID_CELLS * FEATURES);
    forEachCell(size, (cell, x, y) => {
      const share = 1 / boxCount(x, y, radius, size);
      for (let f = 0; f < FEATURES; f++)
        spread[cell * FEATURES + f] = localSlopes[cell * LOCAL + r * FEATURES + f]! * share;
    });
    const sums = boxSums(spread, size, radius);
    for (let i = 0; i < sums.length; i++) featureSlopes[i]! += sums[i]!;
  });
  forEachCell(size, (cell, x, y) => {
    const inRing = isRing(x, y, size);
    const from = cell * GRID_CHANNELS;
    for (let f = 0; f < FEATURES; f++) {
      if (features[cell * FEATURES + f]! <= 0) continue;
      const slope =
        featureSlopes[cell * FEATURES + f]! +
        wholeSlopes[f]! / cellCount +
        (inRing ? ringSlopes[f]! / ringCount : 0);
      gradients.projectBias[f]! += slope;
      addScaled(gradients.project, f * GRID_CHANNELS, embedding, from, GRID_CHANNELS, slope);
    }
  });
}

export function forEachCell(
  { width, height }: GridSize,
  visit: (cell: number, x: number, y: number) => void,
): void {
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) visit(y * GRID_SIDE + x, x, y);
}

/** Four sums at a time, since a processor can add four while it waits for one. */
function dot(a: Float32Array, aStart: number, b: Float32Array, bStart: number, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let i = 0; i < length; i += 4) {
    s0 += a[aStart + i]! * b[bStart + i]!;
    s1 += a[aStart + i + 1]! * b[bStart + i + 1]!;
    s2 += a[aStart + i + 2]! * b[bStart + i + 2]!;
    s3 += a[aStart + i + 3]! * b[bStart + i + 3]!;
  }
  return s0 + s1 + s2 + s3;
}

function addScaled(
  target: Float32Array,
  targetStart: number,
  source: Float32Array,
  sourceStart: number,
  length: number,
  factor: number,
): void {
  for (let i = 0; i < length; i++) target[targetStart + i]! += factor * source[sourceStart + i]!;
}

function placesOf(
  x: number,
  y: number,
  { width, height }: GridSize,
): [number, number, number, number, number] {
  const u = (x + 0.5) / width - 0.5;
  const v = (y + 0.5) / height - 0.5;
  return [2 * Math.abs(u), 2 * v, 4 * u * u, 4 * v * v, 2 * Math.min(0.5 - Math.abs(u), 0.5 - Math.abs(v))];
}

function isRing(x: number, y: number, { width, height }: GridSize): boolean {
  return Math.min(x, y, width - 1 - x, height - 1 - y) < RING_CELLS;
}

function meanWhere(
  features: Float32Array,
  size: GridSize,
  isIn: (x: number, y: number) => boolean,
): Float32Array {
  const sums = new Float32Array(FEATURES);
  let count = 0;
  forEachCell(size, (cell, x, y) => {
    if (!isIn(x, y)) return;
    count++;
    for (let f = 0; f < FEATURES; f++) sums[f]! += features[cell * FEATURES + f]!;
  });
  return sums.map((sum) => sum / count);
}

function boxCount(x: number, y: number, radius: number, { width, height }: GridSize): number {
  const along = (at: number, side: number) => Math.min(at + radius, side - 1) - Math.max(at - radius, 0) + 1;
  return along(x, width) * along(y, height);
}

/** Sums over squares, cut off at the border of the image. Its own transpose. */
function boxSums(values: Float32Array, { width, height }: GridSize, radius: number): Float32Array {
  if (radius === 0) return values;
  return slide(slide(values, width, height, 1, GRID_SIDE, radius), height, width, GRID_SIDE, 1, radius);
}

function slide(
  values: Float32Array,
  length: number,
  lines: number,
  step: number,
  lineStep: number,
  radius: number,
): Float32Array {
  const sums = new Float32Array(values.length);
  const running = new Float32Array(FEATURES);
  for (let line = 0; line < lines; line++) {
    running.fill(0);
    const add = (at: number, sign: number) => {
      const from = (line * lineStep + at * step) * FEATURES;
      for (let f = 0; f < FEATURES; f++) running[f]! += sign * values[from + f]!;
    };
    for (let at = 0; at < Math.min(radius, length); at++) add(at, 1);
    for (let at = 0; at < length; at++) {
      if (at + radius < length) add(at + radius, 1);
      if (at - radius - 1 >= 0) add(at - radius - 1, -1);
      sums.set(running, (line * lineStep + at * step) * FEATURES);
    }
  }
  return sums;
}
