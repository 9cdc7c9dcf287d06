import type { Rect } from '../../shared/affine.ts';
import { grown, intersectRects, wholePixels } from './convex-clip.ts';
import type { ColourPlanes } from './guided-filter.ts';
import { createLogitSampler } from './logit-sampler.ts';
import { maskBounds } from './mask-bounds.ts';
import { cellSideInImagePx, type MaskGeometry } from './mask-geometry.ts';
import type { RgbaPixels } from './working-scale.ts';

/** Bins a channel. */
const BINS = 16;
/** From this logit on a pixel counts fully for its side. */
const SURE_LOGIT = 2;
/** How far around the object's bounds its surroundings are looked at, over the longer side. */
const SURROUNDINGS = 0.25;
/** Share of a colour that nothing is said about, so that rare colours say little. */
const RARE = 1e-5;
/** Colours alone never overrule a network that is surer than this. */
const MAX_ODDS = 2;

/**
 * Where a colour is usual: histograms of what is surely the object, and of what surely lies around it (as in Boykov and Jolly,
 * "Interactive Graph Cuts", ICCV 2001).
 */
export class ColourOdds {
  private readonly odds: Float32Array;

  constructor(pixels: RgbaPixels, logits: Float32Array, geometry: MaskGeometry) {
    const inside = new Float32Array(BINS ** 3);
    const around = new Float32Array(BINS ** 3);
    for (const { logit, bin } of samples(pixels, logits, geometry)) {
      const weight = Math.min(Math.abs(logit) / SURE_LOGIT, 1);
      (logit > 0 ? inside : around)[bin]! += weight;
    }
    const [ofInside, ofAround] = [smoothed(inside), smoothed(around)];
    this.odds = ofInside.map((share, bin) => {
      const odds = Math.log((share + RARE) / (ofAround[bin]! + RARE));
      return Math.min(Math.max(odds, -MAX_ODDS), MAX_ODDS);
    });
  }

  /**
   * @param colours 0..1
   * @param out receives the logarithm of how much likelier each of the first `count` colours is in the object than around it,
   *   -2..2, linear between the middles of bins
   */
  read({ r, g, b }: ColourPlanes, count: number, out: Float32Array): void {
    const { odds } = this;
    const place = (value: number): number => Math.min(Math.max(value * BINS - 0.5, 0), BINS - 1.001);
    for (let i = 0; i < count; i++) {
      const [x, y, z] = [place(r[i]!), place(g[i]!), place(b[i]!)];
      const [x0, y0, z0] = [Math.floor(x), Math.floor(y), Math.floor(z)];
      const [fx, fy, fz] = [x - x0, y - y0, z - z0];
      const at = (x0 * BINS + y0) * BINS + z0;
      const alongZ = (from: number): number => odds[from]! + fz * (odds[from + 1]! - odds[from]!);
      const alongYz = (from: number): number => alongZ(from) * (1 - fy) + alongZ(from + BINS) * fy;
      out[i] = alongYz(at) * (1 - fx) + alongYz(at + BINS * BINS) * fx;
    }
  }
}

/** Pixels about half a cell apart in and around the object. */
function* samples(
  { data, width }: RgbaPixels,
  logits: Float32Array,
  geometry: MaskGeometry,
): Generator<{ logit: number; bin: number }> {
  const seen = seenRect(logits, geometry);
  if (!seen) return;
  const stridePx = Math.max(1, Math.round(cellSideInImagePx(geometry) / 2));
  const columns = Float64Array.from(
    { length: Math.ceil(seen.width / stridePx) },
    (_, n) => seen.x + n * stridePx + 0.5,
  );
  const rows = Float64Array.from(
    { length: Math.ceil(seen.height / stridePx) },
    (_, n) => seen.y + n * stridePx + 0.5,
  );
  const sampleRow = createLogitSampler(logits, geometry, columns, rows);
  const logitRow = new Float32Array(columns.length);
  const binOf = (value: number): number => (value * BINS) >> 8;
  for (let row = 0; row < rows.length; row++) {
    sampleRow(row, logitRow);
    const first = Math.floor(rows[row]!) * width;
    for (let column = 0; column < columns.length; column++) {
      const at = (first + Math.floor(columns[column]!)) * 4;
      const bin = (binOf(data[at]!) * BINS + binOf(data[at + 1]!)) * BINS + binOf(data[at + 2]!);
      yield { logit: logitRow[column]!, bin };
    }
  }
}

function seenRect(logits: Float32Array, geometry: MaskGeometry): Rect | null {
  const bounds = maskBounds(logits, geometry);
  if (!bounds) return null;
  const marginPx = SURROUNDINGS * Math.max(bounds.width, bounds.height);
  return intersectRects({ x: 0, y: 0, ...geometry.imageSizePx }, wholePixels(grown(bounds, marginPx)));
}

/** Blurred by the binomial filter of five taps along each channel, then made to sum to 1. */
function smoothed(histogram: Float32Array): Float32Array {
  let values = histogram;
  for (const step of [1, BINS, BINS * BINS]) {
    const before = values;
    values = before.map((middle, bin) => {
      const place = Math.floor(bin / step) % BINS;
      const tap = (offset: number): number =>
        before[bin + (Math.min(Math.max(place + offset, 0), BINS - 1) - place) * step]!;
      return (6 * middle + 4 * (tap(-1) + tap(1)) + tap(-2) + tap(2)) / 16;
    });
  }
  const sum = values.reduce((total, value) => total + value, 0);
  return sum > 0 ? values.map((value) => value / sum) : values;
}
