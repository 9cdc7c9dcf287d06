import { TinyCutError, toTinyCutError } from '../shared/errors.ts';
import type { ImageCodec, RgbaImage } from './image-codec.ts';
import { readImageHeader } from '../shared/image-header.ts';

/**
 * Checks an image file by its header and decodes it.
 * @param file PNG, JPEG, GIF or WebP
 * @returns the first frame as it is meant to be seen, EXIF orientation applied
 * @throws TinyCutError `image-unreadable`, `image-too-large`, `out-of-memory`
 */
export async function decodeImageFile(file: Uint8Array, codec: ImageCodec): Promise<RgbaImage> {
  const { format } = readImageHeader(file);
  try {
    return await codec.decode(file, format);
  } catch (thrown) {
    if (thrown instanceof TinyCutError) throw thrown;
    if (thrown instanceof RangeError) {
      throw new TinyCutError(
        'out-of-memory',
        'There is not enough memory to decode this image. Scale it down.',
      );
    }
    throw new TinyCutError(
      'image-unreadable',
      `This ${format.toUpperCase()} image is damaged and cannot be decoded (${toTinyCutError(thrown).message}). Export it again.`,
    );
  }
}
