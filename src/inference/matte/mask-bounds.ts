import type { Rect } from '../../shared/affine.ts';
import { CELL_MODEL_PX, LOGITS_SIDE } from '../../shared/engine-contract.ts';
import { intersectRects, rectBetween } from './convex-clip.ts';
import { sizeInCells, type MaskGeometry } from './mask-geometry.ts';

/**
 * A rect in image space, in fractional pixels, outside of which no upsampled logit is > 0. Not tight.
 * @returns null when no logit is > 0
 */
export function maskBounds(logits: Float32Array, geometry: MaskGeometry): Rect | null {
  const cells = sizeInCells(geometry.modelSizePx);
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (let y = 0; y < cells.height; y++) {
    for (let x = 0; x < cells.width; x++) {
      if (!(logits[y * LOGITS_SIDE + x]! > 0)) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = y + 1;
    }
  }
  if (right < left) return null;
  // A cell acts as far as the centres of its neighbours, and a model pixel more through the second bilinear step.
  const reach = 1;
  const cellWidthPx = (CELL_MODEL_PX * geometry.imageSizePx.width) / geometry.modelSizePx.width;
  const cellHeightPx = (CELL_MODEL_PX * geometry.imageSizePx.height) / geometry.modelSizePx.height;
  return intersectRects(
    { x: 0, y: 0, ...geometry.imageSizePx },
    rectBetween(
      (left - reach) * cellWidthPx,
      (top - reach) * cellHeightPx,
      (right + reach) * cellWidthPx,
      (bottom + reach) * cellHeightPx,
    ),
  );
}
