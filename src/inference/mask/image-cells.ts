import type { Size } from '../../shared/affine.ts';
import { CELL_MODEL_PX, LOGITS_SIDE } from '../../shared/engine-contract.ts';

/** How many cells of the logit grid have their centre on the image, at least one along each axis. */
export function imageSizeCells(modelSizePx: Size): Size {
  const cells = (sidePx: number): number => Math.max(Math.round(sidePx / CELL_MODEL_PX), 1);
  return { width: cells(modelSizePx.width), height: cells(modelSizePx.height) };
}

/**
 * Cuts the padding off, since what the decoder says about it means nothing.
 * @param logits [256 x 256], row-major
 * @param modelSizePx size of the image on the model square
 * @returns [height x width] of `imageSizeCells`, row-major; a view where that is one piece of the grid, else a copy
 */
export function cellsOnImage(logits: Float32Array, modelSizePx: Size): Float32Array {
  const { width, height } = imageSizeCells(modelSizePx);
  if (width === LOGITS_SIDE) return logits.subarray(0, width * height);
  const cells = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    cells.set(logits.subarray(y * LOGITS_SIDE, y * LOGITS_SIDE + width), y * width);
  }
  return cells;
}
