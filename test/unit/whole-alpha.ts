import type { Size } from '../../src/shared/affine.ts';
import type { Matte } from '../../src/inference/matte/matte.ts';

/** A matte put back into the whole image, 0 elsewhere. */
export function wholeAlpha(matte: Matte | null, { width, height }: Size): Uint8Array {
  const whole = new Uint8Array(width * height);
  if (!matte) return whole;
  const { imageRect, alpha } = matte;
  for (let y = 0; y < imageRect.height; y++) {
    const row = alpha.subarray(y * imageRect.width, (y + 1) * imageRect.width);
    whole.set(row, (imageRect.y + y) * width + imageRect.x);
  }
  return whole;
}
