import type { Point, Rect, Size } from '../shared/affine.ts';
import type { EdgeSettings } from '../shared/edge-settings.ts';
import type { Retouch } from '../shared/retouch.ts';
import { PART_GRID_PX } from './close-up.ts';
import { cropPixels, type MaskView } from './matte/mask-view.ts';
import { wholeAlpha, type Matte } from './matte/matte.ts';
import { refineMatte } from './matte/refine-matte.ts';
import { retouchMatte } from './matte/retouch-matte.ts';
import { shapeEdge } from './matte/shape-edge.ts';
import type { RgbaPixels } from './matte/working-scale.ts';
import { resizeRgb } from './resample.ts';

/** As the image shows it: what all other wishes start from. */
const AS_FITTED: EdgeSettings = { softness: 1, shiftPx: 0, smooth: 0 };

export interface EdgePreviewRequest {
  imageId: string;
  /** Without dust. */
  view: MaskView;
  imageSizePx: Size;
  edge: EdgeSettings;
  retouch?: Retouch | undefined;
  /** Of the copy of what the view shows. */
  maxSidePx: number;
}

/** Of the whole image at the scale of a part's copy, in `maxSidePx`: strokes may be anywhere in it. */
const MAX_WHOLE_SIDES = 4;

/**
 * What a cutout's edge looks like, from a smaller copy of the image, or of the part that the network saw: the same fit and the
 * same wishes, whose lengths shrink with the image. Copy and fit are kept, so that other wishes for the edge cost little.
 */
export class EdgePreviewer {
  private copy: { imageId: string; imageRect: Rect; scale: number; image: RgbaPixels } | null = null;
  private fitted: { image: RgbaPixels; logits: Float32Array; alpha: Uint8Array } | null = null;

  /**
   * @param pixels decodes the image
   * @returns alpha in pixels of a copy of the whole image, trimmed, null when nothing is left; and the size of that copy
   */
  async preview(
    { imageId, view, imageSizePx, edge, retouch, maxSidePx }: EdgePreviewRequest,
    pixels: () => Promise<RgbaPixels>,
  ): Promise<{ matte: Matte | null; sizePx: Size }> {
    const { imageRect } = view;
    const scale = previewScale(imageRect, imageSizePx, maxSidePx);
    const image = await this.copyOf(imageId, imageRect, scale, pixels);
    const alpha = this.fit(view, image).slice();
    shapeEdge(alpha, image, previewEdge(edge, scale));
    const { width, height } = image;
    const matte = { alpha, imageRect: { x: imageRect.x * scale, y: imageRect.y * scale, width, height } };
    // Nothing done by hand leaves it as it is, but trimmed.
    const byHand = retouch ? previewRetouch(retouch, scale) : { isInverted: false, strokes: [] };
    const sizePx = scaledSize(imageSizePx, scale);
    return { matte: retouchMatte(matte, byHand, sizePx, null), sizePx };
  }

  clear(): void {
    this.copy = null;
    this.fitted = null;
  }

  private async copyOf(
    imageId: string,
    imageRect: Rect,
    scale: number,
    pixels: () => Promise<RgbaPixels>,
  ): Promise<RgbaPixels> {
    const { copy } = this;
    const isKept = copy?.imageId === imageId && copy.scale === scale && isSameRect(copy.imageRect, imageRect);
    if (isKept) return copy.image;
    const image = shrunkCopy(cropPixels(await pixels(), imageRect), scale);
    this.copy = { imageId, imageRect, scale, image };
    return image;
  }

  /** @returns alpha of the whole copy */
  private fit({ logits, geometry }: MaskView, image: RgbaPixels): Uint8Array {
    const { fitted } = this;
    if (fitted?.image === image && fitted.logits.every((logit, i) => logit === logits[i]))
      return fitted.alpha;
    const { width, height } = image;
    const ofCopy = { ...geometry, imageSizePx: { width, height } };
    const alpha = wholeAlpha(refineMatte(logits, ofCopy, image, null, AS_FITTED), image);
    // A copy: the caller may use the array again.
    this.fitted = { image, logits: logits.slice(), alpha };
    return alpha;
  }
}

/** @returns pixels of the copy per image pixel, at most 1. For a part a power of two, so that it begins at a whole pixel. */
function previewScale(part: Rect, whole: Size, maxSidePx: number): number {
  const wholePx = longerSide(whole);
  if (part.width === whole.width && part.height === whole.height) return Math.min(maxSidePx / wholePx, 1);
  const shrinkage = Math.max(longerSide(part), wholePx / MAX_WHOLE_SIDES) / maxSidePx;
  return Math.max(2 ** -Math.max(Math.ceil(Math.log2(shrinkage)), 0), 1 / PART_GRID_PX);
}

const longerSide = ({ width, height }: Size) => Math.max(width, height);

const isSameRect = (a: Rect, b: Rect) =>
  a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

function scaledSize({ width, height }: Size, scale: number): Size {
  const side = (px: number) => Math.max(Math.round(px * scale), 1);
  return { width: side(width), height: side(height) };
}

/** @returns an opaque copy; the image itself at scale 1 */
function shrunkCopy(image: RgbaPixels, scale: number): RgbaPixels {
  if (scale === 1) return image;
  const sizePx = scaledSize(image, scale);
  const rgb = resizeRgb((y, row) => copyRgb(image, y, row), image, sizePx);
  const data = new Uint8Array(sizePx.width * sizePx.height * 4).fill(255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    data[to] = rgb[from]!;
    data[to + 1] = rgb[from + 1]!;
    data[to + 2] = rgb[from + 2]!;
  }
  return { ...sizePx, data };
}

function copyRgb({ data, width }: RgbaPixels, y: number, row: Uint8Array): void {
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
