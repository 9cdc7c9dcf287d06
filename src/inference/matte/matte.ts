import type { Rect } from '../../shared/affine.ts';

/** Alpha 0..255 of a part of an image, [imageRect.height x imageRect.width]; fully transparent elsewhere. */
export interface Matte {
  alpha: Uint8Array;
  /** Whole image pixels. */
  imageRect: Rect;
}
