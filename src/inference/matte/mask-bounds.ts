import type { Rect } from '../../shared/affine.ts';
import { rectOfCells } from './cell-rects.ts';
import type { MaskGeometry } from './mask-geometry.ts';

/**
 * A rect in image space, in fractional pixels, outside of which no upsampled logit is > 0. Not tight.
 * @returns null when no logit is > 0
 */
export function maskBounds(logits: Float32Array, geometry: MaskGeometry): Rect | null {
  const image = { x: 0, y: 0, ...geometry.imageSizePx };
  return rectOfCells(geometry, image, (cell) => logits[cell]! > 0);
}
