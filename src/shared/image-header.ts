import { GIF } from 'image-size/types/gif';
import { JPG } from 'image-size/types/jpg';
import { PNG } from 'image-size/types/png';
import { WEBP } from 'image-size/types/webp';
import type { Size } from './affine.ts';
import { TinyCutError } from './errors.ts';

const READERS = { png: PNG, jpeg: JPG, gif: GIF, webp: WEBP };
export type ImageFormat = keyof typeof READERS;

export interface ImageHeader {
  format: ImageFormat;
  /** Before the EXIF orientation. */
  storedSizePx: Size;
  /** EXIF's number: 1 is upright, 5 to 8 lie on their side. Of a JPEG; 1 where none is named. */
  orientation: number;
}

/** Decoded, this many pixels take 400 MB. */
export const MAX_IMAGE_PIXELS = 100_000_000;

/**
 * Looks at the first bytes of an image file, so that neither a foreign file nor a small file that unpacks to
 * gigabytes reaches a decoder.
 * @throws TinyCutError `image-unreadable`, `image-too-large`
 */
export function readImageHeader(file: Uint8Array): ImageHeader {
  const format = (Object.keys(READERS) as ImageFormat[]).find((key) =>
    attempt(() => READERS[key].validate(file)),
  );
  if (!format) {
    throw new TinyCutError(
      'image-unreadable',
      'This is not a PNG, JPEG, GIF or WebP image. Export it as PNG or JPEG and try again.',
    );
  }
  const size = attempt(() => READERS[format].calculate(file));
  if (!size || !(size.width >= 1) || !(size.height >= 1)) {
    throw new TinyCutError(
      'image-unreadable',
      `This ${format.toUpperCase()} image is damaged: its header names no size. Export it again.`,
    );
  }
  const { width, height } = size;
  requirePossible({ width, height });
  const { orientation = 1 } = size;
  const isKnown = orientation >= 1 && orientation <= 8;
  return { format, storedSizePx: { width, height }, orientation: isKnown ? orientation : 1 };
}

/** @throws TinyCutError `image-too-large` */
export function requirePossible({ width, height }: Size): void {
  if (width * height <= MAX_IMAGE_PIXELS) return;
  throw new TinyCutError(
    'image-too-large',
    `The image has ${width} x ${height} pixels; at most ${MAX_IMAGE_PIXELS / 1e6} million are possible. Scale it down first.`,
  );
}

/** The header readers throw on short files, in several ways that tell nothing more. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
