import type { Rect } from '../../shared/affine.ts';
import { createLogitSampler, pixelCentres } from './logit-sampler.ts';
import type { MaskGeometry } from './mask-geometry.ts';

/**
 * Low-resolution logits -> logits of image pixels, as the reference's two bilinear steps give them.
 * @param logits [256 x 256], row-major, of the padded model square
 * @param imageRect whole pixels of the image; the whole image when left out
 * @returns [imageRect.height x imageRect.width], row-major; > 0 is inside
 * @throws RangeError when there are not 256 x 256 logits
 */
export function upsampleLogits(logits: Float32Array, geometry: MaskGeometry, imageRect?: Rect): Float32Array {
  const { x, y, width, height } = imageRect ?? { x: 0, y: 0, ...geometry.imageSizePx };
  const sampleRow = createLogitSampler(logits, geometry, pixelCentres(x, width), pixelCentres(y, height));
  const out = new Float32Array(width * height);
  for (let row = 0; row < height; row++) sampleRow(row, out.subarray(row * width, (row + 1) * width));
  return out;
}
