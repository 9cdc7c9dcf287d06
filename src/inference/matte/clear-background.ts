import type { Rect } from '../../shared/affine.ts';
import { createBoxMean } from './box-mean.ts';
import { grown, intersectRects } from './convex-clip.ts';
import type { Matte } from './matte.ts';
import { splitRect } from './split-rect.ts';
import type { RgbaPixels } from './working-scale.ts';

/** Windows in which colours of either side are sought: first wide over the longest side, then near. */
const WIDE_SHARE = 0.02;
const WIDE_LIMITS_PX = { min: 8, max: 64 };
const NEAR_PX = 5;
const TILE_SIDE_PX = 256;
/** Less weight than this in a window is no colour to speak of. */
const MIN_WEIGHT = 1e-3;

/**
 * Takes the background out of the colours of an edge: where a pixel is partly covered, what covers it is estimated from the
 * colours on both sides (Forte, "Approximate Fast Foreground Colour Estimation", ICIP 2021: two rounds of blur fusion).
 * Opaque pixels keep their colours.
 * @param part of the matte's rect
 * @param data RGBA [part.height x part.width x 4], overwritten where 0 < alpha < 255
 */
export function clearBackground(image: RgbaPixels, matte: Matte, part: Rect, data: Uint8Array): void {
  const wide = Math.round(WIDE_SHARE * Math.max(image.width, image.height));
  const widePx = Math.min(Math.max(wide, WIDE_LIMITS_PX.min), WIDE_LIMITS_PX.max);
  const marginPx = widePx + NEAR_PX;
  const estimator = new ColourEstimator((TILE_SIDE_PX + 2 * marginPx) ** 2);
  const whole = { x: 0, y: 0, width: image.width, height: image.height };
  for (const tile of splitRect(part, TILE_SIDE_PX)) {
    const edge = edgeIn(matte, tile);
    if (!edge) continue;
    const seen = intersectRects(whole, grown(edge, marginPx))!;
    estimator.estimate(image, matte, seen, [widePx, NEAR_PX]);
    for (let y = edge.y; y < edge.y + edge.height; y++) {
      for (let x = edge.x; x < edge.x + edge.width; x++) {
        const alpha = alphaAt(matte, x, y);
        if (alpha === 0 || alpha === 255) continue;
        const from = (y - seen.y) * seen.width + x - seen.x;
        const to = ((y - part.y) * part.width + x - part.x) * 4;
        if (data[to + 3] === 0) continue;
        estimator.foreground.forEach((plane, c) => {
          data[to + c] = Math.min(Math.max(Math.round(plane[from]!), 0), 255);
        });
      }
    }
  }
}

class ColourEstimator {
  /** 0..255, red, green and blue. */
  readonly foreground: Float32Array[];
  private readonly background: Float32Array[];
  private readonly share: Float32Array;
  private readonly opacity: Float32Array;
  private readonly weighted: Float32Array;
  private readonly foregroundWeight: Float32Array;
  private readonly backgroundWeight: Float32Array;
  private readonly mean: Float32Array;
  private readonly boxMean: ReturnType<typeof createBoxMean>;

  constructor(maxPixels: number) {
    const plane = (): Float32Array => new Float32Array(maxPixels);
    const planes = (): Float32Array[] => [plane(), plane(), plane()];
    [this.foreground, this.background] = [planes(), planes()];
    [this.share, this.opacity, this.weighted, this.mean] = [plane(), plane(), plane(), plane()];
    [this.foregroundWeight, this.backgroundWeight] = [plane(), plane()];
    this.boxMean = createBoxMean(maxPixels);
  }

  estimate({ data, width }: RgbaPixels, matte: Matte, seen: Rect, radiiPx: readonly number[]): void {
    const { foreground, background, share, opacity } = this;
    const firstOf = (y: number): number => ((seen.y + y) * width + seen.x) * 4;
    for (let y = 0, i = 0; y < seen.height; y++) {
      for (let x = 0, at = firstOf(y); x < seen.width; x++, i++, at += 4) {
        share[i] = alphaAt(matte, seen.x + x, seen.y + y) / 255;
        // What the image itself does not show has no colour.
        opacity[i] = data[at + 3]! / 255;
        for (let c = 0; c < 3; c++) foreground[c]![i] = background[c]![i] = data[at + c]!;
      }
    }
    for (const radiusPx of radiiPx) {
      for (let c = 0; c < 3; c++) {
        this.spread(foreground[c]!, (i) => share[i]! * opacity[i]!, seen, radiusPx, this.foregroundWeight);
        this.spread(
          background[c]!,
          (i) => (1 - share[i]!) * opacity[i]!,
          seen,
          radiusPx,
          this.backgroundWeight,
        );
        for (let y = 0, i = 0; y < seen.height; y++) {
          for (let x = 0, at = firstOf(y) + c; x < seen.width; x++, i++, at += 4) {
            const alpha = share[i]!;
            const [on, off] = [foreground[c]![i]!, background[c]![i]!];
            if (this.foregroundWeight[i]! < MIN_WEIGHT) foreground[c]![i] = data[at]!;
            else if (this.backgroundWeight[i]! >= MIN_WEIGHT)
              foreground[c]![i] = on + alpha * (data[at]! - alpha * on - (1 - alpha) * off);
          }
        }
      }
    }
  }

  /** Replaces values by their weighted mean around each pixel. */
  private spread(
    values: Float32Array,
    weightOf: (pixel: number) => number,
    { width, height }: Rect,
    radiusPx: number,
    meanWeight: Float32Array,
  ): void {
    const { weighted, mean, boxMean } = this;
    const count = width * height;
    for (let i = 0; i < count; i++) weighted[i] = weightOf(i);
    boxMean(weighted, meanWeight, width, height, radiusPx);
    for (let i = 0; i < count; i++) weighted[i] = weighted[i]! * values[i]!;
    boxMean(weighted, mean, width, height, radiusPx);
    for (let i = 0; i < count; i++) {
      if (meanWeight[i]! >= MIN_WEIGHT) values[i] = mean[i]! / meanWeight[i]!;
    }
  }
}

function alphaAt({ alpha, imageRect }: Matte, x: number, y: number): number {
  const [column, row] = [x - imageRect.x, y - imageRect.y];
  const isIn = column >= 0 && row >= 0 && column < imageRect.width && row < imageRect.height;
  return isIn ? alpha[row * imageRect.width + column]! : 0;
}

/** The smallest rect of a part that holds all pixels that are partly covered; null without any. */
function edgeIn(matte: Matte, part: Rect): Rect | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let y = part.y; y < part.y + part.height; y++) {
    for (let x = part.x; x < part.x + part.width; x++) {
      const alpha = alphaAt(matte, x, y);
      if (alpha === 0 || alpha === 255) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = y + 1;
    }
  }
  return right < left ? null : { x: left, y: top, width: right - left, height: bottom - top };
}
