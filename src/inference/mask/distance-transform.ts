import type { Size } from '../../shared/affine.ts';

/**
 * Squared Euclidean distance of each pixel to the nearest pixel outside of the mask, exact; what lies beyond the
 * border counts as outside. One pass of lower envelopes of parabolas per axis (Felzenszwalb & Huttenlocher,
 * "Distance Transforms of Sampled Functions", 2012).
 * @param mask [height x width], row-major, 0 is outside
 * @returns [height x width], 0 outside of the mask
 */
export function squaredDistances(mask: Uint8Array, { width, height }: Size): Float64Array {
  // Without a pixel outside no distance is larger than to the border.
  const far = (width + height + 2) ** 2;
  const distances = Float64Array.from(mask, (inside) => (inside ? far : 0));
  const pass = createLinePass(Math.max(width, height));
  for (let x = 0; x < width; x++) pass(distances, x, width, height);
  for (let y = 0; y < height; y++) pass(distances, y * width, 1, width);
  return distances;
}

/** Replaces each value f(p) of a line by min over q of (p - q)^2 + f(q), with f = 0 just outside of its two ends. */
type LinePass = (values: Float64Array, first: number, step: number, length: number) => void;

function createLinePass(maxLength: number): LinePass {
  const heights = new Float64Array(maxLength + 2);
  /** Apexes of the parabolas that make up the envelope, left to right, and where each begins to be lowest. */
  const apexes = new Int32Array(maxLength + 2);
  const starts = new Float64Array(maxLength + 2);

  return (values, first, step, length) => {
    heights[0] = 0;
    for (let i = 0; i < length; i++) heights[i + 1] = values[first + i * step]!;
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
      values[first + i * step] = (p - q) * (p - q) + heights[q]!;
    }
  };
}

/** Where the parabola of apex q falls below that of apex p < q. */
function crossingOf(heights: Float64Array, p: number, q: number): number {
  return (heights[q]! + q * q - heights[p]! - p * p) / (2 * (q - p));
}
