import { TinyCutError, toTinyCutError } from '../shared/errors.ts';
import type { ImageCodec, RgbaImage } from './image-codec.ts';
import { readImageHeader } from '../shared/image-header.ts';

/**
 * Checks an image file by its header and decodes it.
 * @param file PNG, JPEG, GIF or WebP
 * @returns the first frame as it is meant to be seen, EXIF orientation applied
 * @throws TinyCutError `image-unreadable` (also when every pixel is transparent), `image-too-large`, `out-of-memory`
 */
export async function decodeImageFile(file: Uint8Array, codec: ImageCodec): Promise<RgbaImage> {
  const { format } = readImageHeader(file);
  try {
    return requireVisible(await codec.decode(file, format));
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

function requireVisible(image: RgbaImage): RgbaImage {
  const { data } = image;
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) return image;
  throw new TinyCutError(
    'image-unreadable',
    'There is nothing to see in this image: all of it is transparent. Wait until it shows, or pick another one.',
  );
}
