import type { Point, Rect } from '../../shared/affine.ts';
import type { EdgeSettings } from '../../shared/edge-settings.ts';
import type { MaskGeometry } from './mask-geometry.ts';
import type { Matte } from './matte.ts';
import { refineMatte } from './refine-matte.ts';
import type { RgbaPixels } from './working-scale.ts';

/** A mask as the network saw it: in the whole image, or in a part that it was shown enlarged. */
export interface MaskView {
  /** [256 x 256] over the padded model square that the part is on; > 0 is inside. */
  logits: Float32Array;
  /** Of the part: its `imageSizePx` is the part's size. */
  geometry: MaskGeometry;
  /** The part, in whole image pixels. */
  imageRect: Rect;
}

export function wholeView(logits: Float32Array, geometry: MaskGeometry): MaskView {
  return { logits, geometry, imageRect: { x: 0, y: 0, ...geometry.imageSizePx } };
}

/**
 * `refineMatte` of what the network saw.
 * @param pixels of the whole image
 * @param clipImagePolygon in the space of the whole image, as is the result
 */
export function refineView(
  { logits, geometry, imageRect }: MaskView,
  pixels: RgbaPixels,
  clipImagePolygon: readonly Point[] | null,
  edge: EdgeSettings,
): Matte | null {
  const { x: left, y: top } = imageRect;
  const clip = clipImagePolygon?.map(({ x, y }) => ({ x: x - left, y: y - top })) ?? null;
  const matte = refineMatte(logits, geometry, cropPixels(pixels, imageRect), clip, edge);
  if (!matte) return null;
  const { x, y, width, height } = matte.imageRect;
  return { alpha: matte.alpha, imageRect: { x: x + left, y: y + top, width, height } };
}

/**
 * @param imageRect whole pixels inside of the image
 * @returns a copy of that part; the image itself when it is all of it
 */
export function cropPixels(image: RgbaPixels, { x, y, width, height }: Rect): RgbaPixels {
  if (width === image.width && height === image.height) return image;
  const data = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * image.width + x) * 4;
    data.set(image.data.subarray(from, from + width * 4), row * width * 4);
  }
  return { width, height, data };
}
