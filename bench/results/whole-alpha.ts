import type { Matte } from '../../src/inference/matte/matte.ts';
import type { Size } from '../../src/shared/affine.ts';

/** @returns alpha of the whole image, [height x width] */
export function wholeAlpha(matte: Matte | null, { width, height }: Size): Uint8Array {
  const whole = new Uint8Array(width * height);
  if (!matte) return whole;
  const { alpha, imageRect } = matte;
  for (let row = 0; row < imageRect.height; row++) {
    const part = alpha.subarray(row * imageRect.width, (row + 1) * imageRect.width);
    whole.set(part, (imageRect.y + row) * width + imageRect.x);
  }
  return whole;
}
