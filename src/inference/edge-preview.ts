import type { Point, Size } from '../shared/affine.ts';
import type { EdgeSettings } from '../shared/edge-settings.ts';
import type { Retouch } from '../shared/retouch.ts';
import type { RgbaImage } from './image-codec.ts';
import type { MaskGeometry } from './matte/mask-geometry.ts';
import { wholeAlpha, type Matte } from './matte/matte.ts';
import { refineMatte } from './matte/refine-matte.ts';
import { retouchMatte } from './matte/retouch-matte.ts';
import { shapeEdge } from './matte/shape-edge.ts';
import { resizeRgb } from './resample.ts';

/** As the image shows it: what all other wishes start from. */
const AS_FITTED: EdgeSettings = { softness: 1, shiftPx: 0, smooth: 0 };

export interface EdgePreviewRequest {
  imageId: string;
  /** [256 x 256], without dust. */
  logits: Float32Array;
  geometry: MaskGeometry;
  edge: EdgeSettings;
  retouch?: Retouch | undefined;
  /** Of the copy of the image. */
  maxSidePx: number;
}

/**
 * What a cutout's edge looks like, from a smaller copy of the image: the same fit and the same wishes, whose lengths shrink
 * with the image. Copy and fit are kept, so that other wishes for the edge cost little.
 */
export class EdgePreviewer {
  private copy: { imageId: string; maxSidePx: number; image: RgbaImage } | null = null;
  private fitted: { logits: Float32Array; alpha: Uint8Array } | null = null;

  /**
   * @param pixels decodes the image
   * @returns alpha in pixels of the copy, trimmed, null when nothing is left; and the size of the copy
   */
  async preview(
    { imageId, logits, geometry, edge, retouch, maxSidePx }: EdgePreviewRequest,
    pixels: () => Promise<RgbaImage>,
  ): Promise<{ matte: Matte | null; sizePx: Size }> {
    if (this.copy?.imageId !== imageId || this.copy.maxSidePx !== maxSidePx) {
      this.fitted = null;
      this.copy = { imageId, maxSidePx, image: previewImage(await pixels(), maxSidePx) };
    }
    const { image } = this.copy;
    const sizePx = { width: image.width, height: image.height };
    const scale = image.width / geometry.imageSizePx.width;
    const alpha = this.fit(logits, { ...geometry, imageSizePx: sizePx }, image).slice();
    shapeEdge(alpha, sizePx, previewEdge(edge, scale));
    const matte = { alpha, imageRect: { x: 0, y: 0, ...sizePx } };
    // Nothing done by hand leaves it as it is, but trimmed.
    const byHand = retouch ? previewRetouch(retouch, scale) : { isInverted: false, strokes: [] };
    return { matte: retouchMatte(matte, byHand, sizePx, null), sizePx };
  }

  clear(): void {
    this.copy = null;
    this.fitted = null;
  }

  /** @returns alpha of the whole copy */
  private fit(logits: Float32Array, geometry: MaskGeometry, image: RgbaImage): Uint8Array {
    if (this.fitted?.logits.every((logit, i) => logit === logits[i])) return this.fitted.alpha;
    const alpha = wholeAlpha(refineMatte(logits, geometry, image, null, AS_FITTED), image);
    this.fitted = { logits, alpha };
    return alpha;
  }
}

/** @returns a copy whose longer side is `maxSidePx`, opaque; the image itself when it is no larger */
function previewImage(image: RgbaImage, maxSidePx: number): RgbaImage {
  const scale = maxSidePx / Math.max(image.width, image.height);
  if (scale >= 1) return image;
  const side = (px: number) => Math.max(Math.round(px * scale), 1);
  const sizePx: Size = { width: side(image.width), height: side(image.height) };
  const rgb = resizeRgb((y, row) => copyRgb(image, y, row), image, sizePx);
  const data = new Uint8Array(sizePx.width * sizePx.height * 4).fill(255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    data[to] = rgb[from]!;
    data[to + 1] = rgb[from + 1]!;
    data[to + 2] = rgb[from + 2]!;
  }
  return { ...sizePx, data };
}

function copyRgb({ data, width }: RgbaImage, y: number, row: Uint8Array): void {
  for (let from = y * width * 4, to = 0; to < row.length; from += 4, to += 3) {
    row[to] = data[from]!;
    row[to + 1] = data[from + 1]!;
    row[to + 2] = data[from + 2]!;
  }
}

/** @param scale preview pixels per image pixel, at most 1. A shift stays one to be seen. */
function previewEdge(edge: EdgeSettings, scale: number): EdgeSettings {
  const shiftPx = Math.sign(edge.shiftPx) * Math.max(Math.round(Math.abs(edge.shiftPx) * scale), 1);
  return { ...edge, shiftPx, smooth: edge.smooth * scale };
}

function previewRetouch({ isInverted, strokes }: Retouch, scale: number): Retouch {
  const scaled = ({ x, y }: Point) => ({ x: x * scale, y: y * scale });
  return {
    isInverted,
    strokes: strokes.map(({ mode, radiusPx, imagePoints }) => ({
      mode,
      radiusPx: radiusPx * scale,
      imagePoints: imagePoints.map(scaled),
    })),
  };
}
