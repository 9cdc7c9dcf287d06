import type { Rect, Size } from '../../shared/affine.ts';
import { CELL_MODEL_PX } from '../../shared/engine-contract.ts';
import { cellsOnImage, imageSizeCells } from '../mask/image-cells.ts';
import { stabilityScore } from '../mask/stability.ts';
import { maskBounds } from '../matte/mask-bounds.ts';
import type { MaskGeometry } from '../matte/mask-geometry.ts';
import { upsampleLogits } from '../matte/upsample-logits.ts';
import type { MaskMeasure } from './accept-masks.ts';

/** SAM's: the two thresholds of the stability score lie at +1 and -1. */
const STABILITY_OFFSET = 1;

/**
 * Measures a mask on the cells whose centre is on the image.
 * @param logits [256 x 256]
 * @returns null when none of them is inside
 */
export function measureCells(logits: Float32Array, modelSizePx: Size): MaskMeasure | null {
  const cells = cellsOnImage(logits, modelSizePx);
  const extent = extentOf(cells, imageSizeCells(modelSizePx).width);
  if (!extent) return null;
  return {
    stabilityScore: stabilityScore(cells, STABILITY_OFFSET),
    cellBox: extent.box,
    areaCells: extent.area,
  };
}

/**
 * Measures a mask on the pixels of the image, as the published code does. A mask of a few cells comes out much more
 * stable than by its cells; it takes tens of times as long.
 * @param logits [256 x 256]
 * @returns null when no pixel is inside
 */
export function measurePixels(logits: Float32Array, geometry: MaskGeometry): MaskMeasure | null {
  const outer = maskBounds(
    logits.map((logit) => logit + STABILITY_OFFSET),
    geometry,
  );
  if (!outer) return null;
  const [x, y] = [Math.floor(outer.x), Math.floor(outer.y)];
  const width = Math.ceil(outer.x + outer.width) - x;
  const pixels = upsampleLogits(logits, geometry, {
    x,
    y,
    width,
    height: Math.ceil(outer.y + outer.height) - y,
  });
  const extent = extentOf(pixels, width);
  if (!extent) return null;
  const { modelSizePx, imageSizePx } = geometry;
  const cellsPerPxX = modelSizePx.width / imageSizePx.width / CELL_MODEL_PX;
  const cellsPerPxY = modelSizePx.height / imageSizePx.height / CELL_MODEL_PX;
  return {
    stabilityScore: stabilityScore(pixels, STABILITY_OFFSET),
    // Without the last row and column of pixels, as in segment-anything's batched_mask_to_box.
    cellBox: {
      x: (x + extent.box.x) * cellsPerPxX,
      y: (y + extent.box.y) * cellsPerPxY,
      width: (extent.box.width - 1) * cellsPerPxX,
      height: (extent.box.height - 1) * cellsPerPxY,
    },
    areaCells: extent.area * cellsPerPxX * cellsPerPxY,
  };
}

/** The tight box around the values > 0, and how many there are; null without any. */
function extentOf(values: Float32Array, width: number): { box: Rect; area: number } | null {
  const height = values.length / width;
  let [left, top, right, bottom, area] = [width, height, -1, -1, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!(values[y * width + x]! > 0)) continue;
      area++;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (area === 0) return null;
  return { box: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }, area };
}
