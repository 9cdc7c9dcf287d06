import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import type { Size } from '../../shared/affine.ts';

export interface BitMask {
  width: number;
  height: number;
  /** 0 or 1, row-major, `width * height` long. */
  data: Uint8Array;
}

/**
 * Thresholds the top-left part of a logit grid at 0.
 * @param logits [256 x 256], row-major; > 0 is inside
 * @param sizeCells the part to take, at most 256 x 256: what the image covers of the padded square
 */
export function bitMaskOfLogits(logits: Float32Array, sizeCells: Size): BitMask {
  const { width, height } = sizeCells;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data[y * width + x] = logits[y * LOGITS_SIDE + x]! > 0 ? 1 : 0;
    }
  }
  return { width, height, data };
}
