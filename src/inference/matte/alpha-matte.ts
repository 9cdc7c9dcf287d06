import type { Point } from '../../shared/affine.ts';
import { clipAlphaRow } from './clip-alpha.ts';
import { createConvexClip, intersectRects, wholePixels } from './convex-clip.ts';
import { edgeAlphaRow } from './edge-alpha.ts';
import { createLogitSampler, pixelCentres } from './logit-sampler.ts';
import { maskBounds } from './mask-bounds.ts';
import type { MaskGeometry } from './mask-geometry.ts';
import type { Matte } from './matte.ts';
import { trimAlpha } from './trim-alpha.ts';

/**
 * Full-resolution alpha of a mask: >= 128 exactly where the upsampled logit is > 0, 255 inside and 0 outside but for a
 * ramp of about 1.5 px across the edge. Dust is not removed here (mask/remove-specks.ts does).
 * Works row by row: beside the result it holds a few rows and 256 floats per column of the mask's bounding rect.
 * @param logits [256 x 256], row-major, of the padded model square
 * @param clipImagePolygon convex, in image space; what lies outside is left out, with the edge antialiased over 1 px
 * @returns alpha 0..255 [imageRect.height x imageRect.width], trimmed to the smallest rect of whole pixels that
 *   holds every alpha > 0; null when there is none
 */
export function alphaMatte(
  logits: Float32Array,
  geometry: MaskGeometry,
  clipImagePolygon: readonly Point[] | null,
): Matte | null {
  const clip = clipImagePolygon && createConvexClip(clipImagePolygon);
  if (clipImagePolygon && !clip) return null;
  const maskRect = maskBounds(logits, geometry);
  const bounds = maskRect && clip ? intersectRects(maskRect, clip.bounds) : maskRect;
  if (!bounds) return null;

  const rect = wholePixels(bounds);
  const { x, y, width, height } = rect;
  const alpha = new Uint8Array(width * height);
  // One pixel more on each side, since the ramp looks at a pixel's neighbours.
  const sampleRow = createLogitSampler(
    logits,
    geometry,
    inImage(pixelCentres(x - 1, width + 2), geometry.imageSizePx.width),
    inImage(pixelCentres(y - 1, height + 2), geometry.imageSizePx.height),
  );
  let [above, here, below] = [0, 1, 2].map(() => new Float32Array(width + 2)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  sampleRow(0, above);
  sampleRow(1, here);
  for (let row = 0; row < height; row++) {
    sampleRow(row + 2, below);
    const alphaRow = alpha.subarray(row * width, (row + 1) * width);
    edgeAlphaRow(above, here, below, alphaRow);
    if (clip) clipAlphaRow(alphaRow, x, y + row, clip);
    [above, here, below] = [here, below, above];
  }
  return trimAlpha({ alpha, imageRect: rect });
}

/** Beyond the border the image goes on as its border pixel, so that the border itself is no edge. */
function inImage(centres: Float64Array, imageSidePx: number): Float64Array {
  return centres.map((centre) => Math.min(Math.max(centre, 0.5), imageSidePx - 0.5));
}
