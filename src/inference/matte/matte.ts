import type { Rect, Size } from '../../shared/affine.ts';

/** Alpha 0..255 of a part of an image, [imageRect.height x imageRect.width]; fully transparent elsewhere. */
export interface Matte {
  alpha: Uint8Array;
  /** Whole image pixels. */
  imageRect: Rect;
}

/** @returns 0..255, 0 outside of the matte's rect */
export function alphaAt({ alpha, imageRect }: Matte, x: number, y: number): number {
  const [column, row] = [x - imageRect.x, y - imageRect.y];
  const isIn = column >= 0 && row >= 0 && column < imageRect.width && row < imageRect.height;
  return isIn ? alpha[row * imageRect.width + column]! : 0;
}

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
