import type { Size } from '../../shared/affine.ts';

/**
 * Squared Euclidean distance of each pixel to the nearest pixel outside of the mask, exact; what lies beyond the
 * border counts as outside. Distances within columns first, then lower envelopes of parabolas within rows (Felzenszwalb
 * & Huttenlocher, "Distance Transforms of Sampled Functions", 2012), run by run: what lies outside costs nothing.
 * @param mask [height x width], row-major, 0 is outside; sides below 65,536
 * @returns [height x width], 0 outside of the mask
 */
export function squaredDistances(mask: Uint8Array, { width, height }: Size): Float64Array {
  const columnDistances = distancesInColumns(mask, { width, height });
  const distances = new Float64Array(width * height);
  const fillRun = createRunPass(width);
  for (let row = 0; row < width * height; row += width) {
    for (let x = 0; x < width; x++) {
      if (!mask[row + x]) continue;
      const first = x;
      while (x < width && mask[row + x]) x++;
      fillRun(distances, columnDistances, row + first, x - first);
    }
  }
  return distances;
}

function distancesInColumns(mask: Uint8Array, { width, height }: Size): Uint16Array {
  const distances = new Uint16Array(width * height);
  for (let i = 0; i < distances.length; i++) {
    if (mask[i]) distances[i] = i < width ? 1 : distances[i - width]! + 1;
  }
  for (let i = distances.length - 1; i >= 0; i--) {
    const below = i + width < distances.length ? distances[i + width]! : 0;
    if (distances[i]! > below) distances[i] = below + 1;
  }
  return distances;
}

/** Sets each pixel p of a run to min over q of (p - q)^2 + d(q)^2, where d is 0 just outside of the run's two ends. */
type RunPass = (squared: Float64Array, columnDistances: Uint16Array, first: number, length: number) => void;

function createRunPass(maxLength: number): RunPass {
  const heights = new Float64Array(maxLength + 2);
  /** Apexes of the parabolas that make up the envelope, left to right, and where each begins to be lowest. */
  const apexes = new Int32Array(maxLength + 2);
  const starts = new Float64Array(maxLength + 2);

  return (squared, columnDistances, first, length) => {
    for (let i = 0; i < length; i++) heights[i + 1] = columnDistances[first + i]! ** 2;
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
      squared[first + i] = (p - q) * (p - q) + heights[q]!;
    }
  };
}

/** Where the parabola of apex q falls below that of apex p < q. */
function crossingOf(heights: Float64Array, p: number, q: number): number {
  return (heights[q]! + q * q - heights[p]! - p * p) / (2 * (q - p));
}
