import type { Rect } from '../../shared/affine.ts';

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
