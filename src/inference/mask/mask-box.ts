import type { Rect } from '../../shared/affine.ts';
import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import { cellToImagePoint, type MaskGeometry } from '../matte/mask-geometry.ts';
import { imageSizeCells } from './image-cells.ts';

/**
 * The tight box around a mask's cells on the image.
 * @param logits [256 x 256] over the padded model square; > 0 is inside
 * @returns in image pixels; null when no cell is inside
 */
export function maskBox(logits: Float32Array, geometry: MaskGeometry): Rect | null {
  const { width, height } = imageSizeCells(geometry.modelSizePx);
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!(logits[y * LOGITS_SIDE + x]! > 0)) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
      [top, bottom] = [Math.min(top, y), y + 1];
    }
  }
  if (right === 0) return null;
  const from = cellToImagePoint(left, top, geometry);
  const to = cellToImagePoint(right, bottom, geometry);
  return { ...from, width: to.x - from.x, height: to.y - from.y };
}
