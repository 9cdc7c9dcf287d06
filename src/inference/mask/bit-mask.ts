import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import type { Rect, Size } from '../../shared/affine.ts';

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

/** The tight box around a mask, in whole pixels; null for an empty mask. */
export function boundsOf(mask: Uint8Array, { width, height }: Size): Rect | null {
  let left = width;
  let right = -1;
  let top = -1;
  let bottom = -1;
  for (let y = 0; y < height; y++) {
    const row = mask.subarray(y * width, (y + 1) * width);
    const first = row.indexOf(1);
    if (first === -1) continue;
    if (top === -1) top = y;
    bottom = y;
    left = Math.min(left, first);
    right = Math.max(right, row.lastIndexOf(1));
  }
  return bottom === -1 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** @param rect in whole pixels, within the mask */
export function croppedMask(mask: Uint8Array, { width: stride }: Size, rect: Rect): BitMask {
  const { x, y, width, height } = rect;
  const data = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const first = (y + row) * stride + x;
    data.set(mask.subarray(first, first + width), row * width);
  }
  return { width, height, data };
}
