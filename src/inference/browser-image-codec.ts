import { TinyCutError } from '../shared/errors.ts';
import type { ImageCodec } from './image-codec.ts';

/**
 * Decodes by createImageBitmap and OffscreenCanvas, in a page or a Worker. A canvas keeps its pixels premultiplied,
 * so the colours of nearly transparent pixels come back slightly rounded; opaque pixels are exact.
 */
export const browserImageCodec: ImageCodec = {
  async decode(file, format) {
    if (typeof createImageBitmap !== 'function') {
      throw new TinyCutError(
        'bad-argument',
        'This runtime cannot decode image files: give the engine pixels, or an image codec.',
      );
    }
    const blob = new Blob([file as Uint8Array<ArrayBuffer>], { type: `image/${format}` });
    const bitmap = await createImageBitmap(blob, { imageOrientation: 'from-image' });
    try {
      const { width, height } = bitmap;
      const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
      if (!context) throw new RangeError('no canvas of this size');
      context.drawImage(bitmap, 0, 0);
      return { width, height, data: context.getImageData(0, 0, width, height).data };
    } finally {
      bitmap.close();
    }
  },
};
