import type { Rect } from '../../shared/affine.ts';
import { CELL_MODEL_PX, LOGITS_SIDE } from '../../shared/engine-contract.ts';
import { intersectRects, rectBetween } from './convex-clip.ts';
import { sizeInCells, type MaskGeometry } from './mask-geometry.ts';

/** A cell acts as far as the centres of its neighbours, and a model pixel more through the second bilinear step. */
const REACH_CELLS = 1.25;

/**
 * The part of a rect on which cells of the logit grid have an influence.
 * @param imageRect in image pixels
 * @param isWanted asked by index into [256 x 256]
 * @returns in fractional image pixels, not tight; null when none of the cells is wanted
 */
export function rectOfCells(
  geometry: MaskGeometry,
  imageRect: Rect,
  isWanted: (cell: number) => boolean,
): Rect | null {
  const { imageSizePx, modelSizePx } = geometry;
  const cells = sizeInCells(modelSizePx);
  const cellWidthPx = (CELL_MODEL_PX * imageSizePx.width) / modelSizePx.width;
  const cellHeightPx = (CELL_MODEL_PX * imageSizePx.height) / modelSizePx.height;
  const first = (fromPx: number, sidePx: number): number =>
    Math.max(Math.floor(fromPx / sidePx - REACH_CELLS), 0);
  const end = (toPx: number, sidePx: number, count: number): number =>
    Math.min(Math.ceil(toPx / sidePx + REACH_CELLS), count);
  const lastX = end(imageRect.x + imageRect.width, cellWidthPx, cells.width);
  const lastY = end(imageRect.y + imageRect.height, cellHeightPx, cells.height);
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let y = first(imageRect.y, cellHeightPx); y < lastY; y++) {
    for (let x = first(imageRect.x, cellWidthPx); x < lastX; x++) {
      if (!isWanted(y * LOGITS_SIDE + x)) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = y + 1;
    }
  }
  if (right < left) return null;
  return intersectRects(
    imageRect,
    rectBetween(
      (left - REACH_CELLS) * cellWidthPx,
      (top - REACH_CELLS) * cellHeightPx,
      (right + REACH_CELLS) * cellWidthPx,
      (bottom + REACH_CELLS) * cellHeightPx,
    ),
  );
}
