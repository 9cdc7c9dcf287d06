import type { Size } from '../../shared/affine.ts';

/**
 * Squared Euclidean distance of each pixel to the nearest pixel outside of the mask, exact; what lies beyond the
 * border counts as outside. Distances within columns first, then lower envelopes of parabolas within rows (Felzenszwalb
 * & Huttenlocher, "Distance Transforms of Sampled Functions", 2012), run by run: what lies outside costs nothing.
 * @param mask [height x width], row-major, 0 is outside
 * @returns [height x width], 0 outside of the mask
 */
export function squaredDistances(mask: Uint8Array, { width, height }: Size): Float64Array {
  const distances = squaredColumnDistances(mask, { width, height });
  const replaceRun = createRunPass(width);
  for (let row = 0; row < width * height; row += width) {
    for (let x = 0; x < width; x++) {
      if (!mask[row + x]) continue;
      const first = x;
      while (x < width && mask[row + x]) x++;
      replaceRun(distances, row + first, x - first);
    }
  }
  return distances;
}

function squaredColumnDistances(mask: Uint8Array, { width, height }: Size): Float64Array {
  const distances = new Float64Array(width * height);
  for (let i = 0; i < distances.length; i++) {
    if (mask[i]) distances[i] = i < width ? 1 : distances[i - width]! + 1;
  }
  for (let i = distances.length - 1; i >= 0; i--) {
    const below = i + width < distances.length ? distances[i + width]! : 0;
    if (distances[i]! > below) distances[i] = below + 1;
  }
  for (let i = 0; i < distances.length; i++) distances[i]! *= distances[i]!;
  return distances;
}

/** Replaces each value f(p) of a run by min over q of (p - q)^2 + f(q), with f = 0 just outside of its two ends. */
type RunPass = (values: Float64Array, first: number, length: number) => void;

function createRunPass(maxLength: number): RunPass {
  const heights = new Float64Array(maxLength + 2);
  /** Apexes of the parabolas that make up the envelope, left to right, and where each begins to be lowest. */
  const apexes = new Int32Array(maxLength + 2);
  const starts = new Float64Array(maxLength + 2);

  return (values, first, length) => {
    for (let i = 0; i < length; i++) heights[i + 1] = values[first + i]!;
    heights[length + 1] = 0;

    let last = 0;
    apexes[0] = 0;
    starts[0] = -Infinity;
    for (let q = 1; q < length + 2; q++) {
      let crossing = crossingOf(heights, apexes[last]!, q);
      while (crossing <= starts[last]!) crossing = crossingOf(heights, apexes[--last]!, q);
      apexes[++last] = q;
      starts[last] = crossing;
    }

    let current = 0;
    for (let i = 0; i < length; i++) {
      const p = i + 1;
      while (current < last && starts[current + 1]! < p) current++;
      const q = apexes[current]!;
      values[first + i] = (p - q) * (p - q) + heights[q]!;
    }
  };
}

/** Where the parabola of apex q falls below that of apex p < q. */
function crossingOf(heights: Float64Array, p: number, q: number): number {
  return (heights[q]! + q * q - heights[p]! - p * p) / (2 * (q - p));
}
