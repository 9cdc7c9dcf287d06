import type { Point, Size } from '../../shared/affine.ts';
import { throwIfCancelled, type CancelSignal } from '../../shared/cancellation.ts';
import { TinyCutError, toTinyCutError } from '../../shared/errors.ts';
import type { ImageSource, Pixels, SourceImage } from '../../shared/host-contract.ts';
import { readImageHeader } from '../../shared/image-header.ts';
import type { HostChannel } from '../host/host-port.ts';
import { showsTheSame } from './stored-orientation.ts';
import { coversImage, isInside, rescalePolygon } from './visible-area.ts';

/** What the canvas draws; an ImageBitmap in the browser. */
export interface DecodedImage extends Size {
  close(): void;
}

/**
 * @param mustShow whether to refuse an image of which every pixel is transparent: of a rendered one it means that the canvas
 *   does not show it either
 */
export type DecodeImage = (file: Blob, mustShow: boolean) => Promise<DecodedImage>;

export interface Picture {
  readonly image: DecodedImage;
  /** The image's file, outside of the script's heap: wanted again when the image must be embedded again. */
  readonly file: Blob;
  /** Whether the file is the stored one. */
  readonly pixels: Pixels;
  /** As decoded; all coordinates of the UI are in these pixels. */
  readonly imageSizePx: Size;
  /** Convex polygon of what the layer shows; null when it shows the whole image. */
  readonly visibleImagePolygon: readonly Point[] | null;
}

/**
 * Reads an image and decodes it. Where the stored file cannot be decoded, or not so that it is sure to lie as the canvas
 * shows it, the host renders the image instead.
 * @throws TinyCutError `layer-missing`, `layer-changed`, `image-missing`, `image-unreadable`, `image-too-large`, `cancelled`
 */
export async function readPicture(
  host: HostChannel,
  source: ImageSource,
  decode: DecodeImage,
  signal: CancelSignal,
): Promise<Picture> {
  const read = await host.call('readImage', { source }, { signal });
  const opened = await openPicture(read, decode, signal);
  if (!(opened instanceof TinyCutError)) return opened;
  if (read.pixels.from === 'rendered') throw opened;
  const rendered = await host
    .call('readImage', { source, isStoredUnusable: true }, { signal })
    .catch((thrown: unknown) => {
      const error = toTinyCutError(thrown);
      // That Figma cannot render it either says less than what is wrong with the file.
      throw error.code === 'image-missing' ? opened : error;
    });
  const second = await openPicture(rendered, decode, signal);
  if (second instanceof TinyCutError) throw opened;
  return second;
}

/** @returns what is wrong with the file, if it is of no use */
async function openPicture(
  read: SourceImage,
  decode: DecodeImage,
  signal: CancelSignal,
): Promise<Picture | TinyCutError> {
  let image: DecodedImage;
  const file = new Blob([read.bytes as Uint8Array<ArrayBuffer>]);
  try {
    // Before a decoder sees it: a small file may unpack to gigabytes.
    const header = readImageHeader(read.bytes);
    const isStored = read.pixels.from === 'stored';
    image = await decode(file, !isStored);
    if (isStored && !showsTheSame(header, read.imageSizePx, image)) {
      image.close();
      return unreadable();
    }
  } catch (thrown) {
    return thrown instanceof TinyCutError ? thrown : unreadable();
  }
  if (signal.aborted) image.close();
  throwIfCancelled(signal);
  const imageSizePx = { width: image.width, height: image.height };
  const visible = rescalePolygon(read.visibleImagePolygon, read.imageSizePx, imageSizePx);
  return {
    image,
    file,
    pixels: read.pixels,
    imageSizePx,
    visibleImagePolygon: coversImage(visible, imageSizePx) ? null : visible,
  };
}

function unreadable(): TinyCutError {
  return new TinyCutError(
    'image-unreadable',
    'This image can’t be read: its file is damaged or of an unknown kind. Replace the image and select it again.',
  );
}

/** Whether a point lies on what the layer shows of the image. */
export function isOnPicture({ imageSizePx, visibleImagePolygon }: Picture, imagePoint: Point): boolean {
  const { x, y } = imagePoint;
  const isOnImage = x >= 0 && y >= 0 && x < imageSizePx.width && y < imageSizePx.height;
  return isOnImage && (!visibleImagePolygon || isInside(visibleImagePolygon, imagePoint));
}

/** Honours the EXIF orientation, as the engine's decoder does. An `<img>` of a blob: URL is forbidden in Figma. */
export const decodeInBrowser: DecodeImage = async (file, mustShow) => {
  const image = await createImageBitmap(file, { imageOrientation: 'from-image' });
  if (!mustShow || isAnythingShown(image)) return image;
  image.close();
  throw new TinyCutError(
    'image-missing',
    'The canvas shows nothing of this image. Wait until it is there, then try again.',
  );
};

function isAnythingShown(image: ImageBitmap): boolean {
  const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
  if (!context) return true;
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) return true;
  return false;
}
