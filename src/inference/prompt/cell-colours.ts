import type { Size } from '../../shared/affine.ts';
import { CELL_MODEL_PX } from '../../shared/engine-contract.ts';
import { imageSizeCells } from '../mask/image-cells.ts';

/** An image at the resolution of its masks. */
export interface CellColours extends Size {
  /** [3, height, width], normalised as the encoder's input: a standard deviation of the training images is 1. */
  values: Float32Array;
}

/**
 * @param input the encoder's input [3, height, width] and its size; its pixels are averaged per cell
 * @param modelSizePx size of the image on the model square
 */
export function cellColours(
  { values, sizePx }: { values: Float32Array; sizePx: Size },
  modelSizePx: Size,
): CellColours {
  const { width, height } = imageSizeCells(modelSizePx);
  const colours = new Float32Array(3 * width * height);
  for (let channel = 0; channel < 3; channel++) {
    const plane = values.subarray(channel * sizePx.width * sizePx.height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        colours[(channel * height + y) * width + x] = cellMean(plane, sizePx.width, x, y, modelSizePx);
      }
    }
  }
  return { width, height, values: colours };
}

function cellMean(
  plane: Float32Array,
  stride: number,
  cellX: number,
  cellY: number,
  { width, height }: Size,
) {
  // A last cell may lie partly on the padding; one of an image thinner than a cell still has a pixel.
  const right = Math.min((cellX + 1) * CELL_MODEL_PX, width);
  const bottom = Math.min((cellY + 1) * CELL_MODEL_PX, height);
  let sum = 0;
  let count = 0;
  for (let y = cellY * CELL_MODEL_PX; y < bottom; y++) {
    for (let x = cellX * CELL_MODEL_PX; x < right; x++) {
      sum += plane[y * stride + x]!;
      count++;
    }
  }
  return sum / count;
}
