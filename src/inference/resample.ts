import type { Size } from '../shared/affine.ts';

/**
 * Pillow's bilinear resize with antialiasing for 8-bit images (libImaging/Resample.c, filter BILINEAR), to the bit:
 * a triangle filter as wide as the reduction, one pass per axis, each rounded to 8 bits, weights in fixed point.
 */

/** Pillow's PRECISION_BITS for 8-bit channels. */
const FRACTION_BITS = 32 - 8 - 2;
const ONE = 1 << FRACTION_BITS;
const HALF = 1 << (FRACTION_BITS - 1);
const CHANNELS = 3;

interface AxisWeights {
  /** First source pixel, per target pixel. */
  first: Int32Array;
  /** How many source pixels count, per target pixel. */
  count: Int32Array;
  /** `stride` fixed-point weights per target pixel. */
  weights: Int32Array;
  stride: number;
}

function axisWeights(sourcePx: number, targetPx: number): AxisWeights {
  const scale = sourcePx / targetPx;
  const support = Math.max(scale, 1);
  const stride = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(targetPx);
  const count = new Int32Array(targetPx);
  const weights = new Int32Array(targetPx * stride);
  for (let target = 0; target < targetPx; target++) {
    const centre = (target + 0.5) * scale;
    const from = Math.max(Math.trunc(centre - support + 0.5), 0);
    const to = Math.min(Math.trunc(centre + support + 0.5), sourcePx);
    const triangle = Array.from({ length: to - from }, (_, i) =>
      Math.max(1 - Math.abs((from + i - centre + 0.5) / support), 0),
    );
    const sum = triangle.reduce((a, b) => a + b, 0);
    triangle.forEach((weight, i) => {
      weights[target * stride + i] = Math.trunc((weight / sum) * ONE + 0.5);
    });
    first[target] = from;
    count[target] = to - from;
  }
  return { first, count, weights, stride };
}

/**
 * @param readRow fills its second argument [width * 3] with a row of the source
 * @param sourcePx size of the source
 * @returns RGB [height * width * 3] of the target
 */
export function resizeRgb(
  readRow: (y: number, rgb: Uint8Array) => void,
  sourcePx: Size,
  targetPx: Size,
): Uint8Array {
  const narrow = new Uint8Array(sourcePx.height * targetPx.width * CHANNELS);
  const columns = axisWeights(sourcePx.width, targetPx.width);
  const row = new Uint8Array(sourcePx.width * CHANNELS);
  const narrowStride = targetPx.width * CHANNELS;
  for (let y = 0; y < sourcePx.height; y++) {
    readRow(y, row);
    resizeRow(row, columns, narrow.subarray(y * narrowStride, (y + 1) * narrowStride));
  }
  return resizeColumns(narrow, axisWeights(sourcePx.height, targetPx.height), narrowStride);
}

function resizeRow(row: Uint8Array, { first, count, weights, stride }: AxisWeights, out: Uint8Array): void {
  for (let x = 0; x < first.length; x++) {
    let [red, green, blue] = [HALF, HALF, HALF];
    let source = first[x]! * CHANNELS;
    const end = x * stride + count[x]!;
    for (let w = x * stride; w < end; w++, source += CHANNELS) {
      const weight = weights[w]!;
      red += row[source]! * weight;
      green += row[source + 1]! * weight;
      blue += row[source + 2]! * weight;
    }
    out[x * CHANNELS] = clamp8(red >> FRACTION_BITS);
    out[x * CHANNELS + 1] = clamp8(green >> FRACTION_BITS);
    out[x * CHANNELS + 2] = clamp8(blue >> FRACTION_BITS);
  }
}

function resizeColumns(
  rows: Uint8Array,
  { first, count, weights, stride }: AxisWeights,
  rowStride: number,
): Uint8Array {
  const out = new Uint8Array(first.length * rowStride);
  const sums = new Int32Array(rowStride);
  for (let y = 0; y < first.length; y++) {
    sums.fill(HALF);
    for (let i = 0; i < count[y]!; i++) {
      const weight = weights[y * stride + i]!;
      const source = (first[y]! + i) * rowStride;
      for (let x = 0; x < rowStride; x++) sums[x]! += rows[source + x]! * weight;
    }
    for (let x = 0; x < rowStride; x++) out[y * rowStride + x] = clamp8(sums[x]! >> FRACTION_BITS);
  }
  return out;
}

function clamp8(value: number): number {
  return value > 255 ? 255 : value;
}
