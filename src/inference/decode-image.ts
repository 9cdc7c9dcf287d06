import type { Size } from '../shared/affine.ts';
import { TinyCutError, toTinyCutError } from '../shared/errors.ts';
import type { ImageCodec, RgbaImage } from './image-codec.ts';
import { readImageHeader, requirePossible } from '../shared/image-header.ts';

/**
 * Checks an image file by its header and decodes it.
 * @param file PNG, JPEG, GIF or WebP
 * @returns the first frame as it is meant to be seen, EXIF orientation applied
 * @throws TinyCutError `image-unreadable` (also when every pixel is transparent, or its size is not the header's),
 *   `image-too-large`, `out-of-memory`
 */
export async function decodeImageFile(file: Uint8Array, codec: ImageCodec): Promise<RgbaImage> {
  const { format, storedSizePx } = readImageHeader(file);
  try {
    return requireVisible(requireSize(await codec.decode(file, format), storedSizePx));
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

/**
 * Checks pixels that the caller has decoded.
 * @throws TinyCutError `bad-argument` when there are not four bytes to each pixel, `image-too-large`, `image-unreadable` when
 *   every pixel is transparent
 */
export function checkPixels(image: RgbaImage): void {
  const { width, height, data } = image;
  const isWhole = [width, height].every((side) => Number.isInteger(side) && side >= 1);
  if (!isWhole || data.length !== 4 * width * height) {
    throw new TinyCutError(
      'bad-argument',
      `An image of ${width} x ${height} pixels needs four bytes for each, RGBA; it has ${data.length} bytes.`,
    );
  }
  requirePossible({ width, height });
  requireVisible(image);
}

/**
 * The header's size is what was checked against the limit, and what hosts place by. Which way round the image lies is the
 * decoder's to say.
 */
function requireSize(image: RgbaImage, { width, height }: Size): RgbaImage {
  const isAsStored = image.width === width && image.height === height;
  const isTurned = image.width === height && image.height === width;
  if (isAsStored || isTurned) return image;
  throw new TinyCutError(
    'image-unreadable',
    `This image is damaged: its header says ${width} x ${height} pixels, but it has ${image.width} x ${image.height}. Export it again.`,
  );
}

function requireVisible(image: RgbaImage): RgbaImage {
  const { data } = image;
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) return image;
  throw new TinyCutError(
    'image-unreadable',
    'There is nothing to see in this image: all of it is transparent. Wait until it shows, or pick another one.',
  );
}
