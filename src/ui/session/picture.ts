import type { Point, Size } from '../../shared/affine.ts';
import { throwIfCancelled, type CancelSignal } from '../../shared/cancellation.ts';
import { TinyCutError } from '../../shared/errors.ts';
import type { ImageSource } from '../../shared/host-contract.ts';
import type { HostChannel } from '../host/host-port.ts';
import { coversImage, isInside, rescaleQuad } from './visible-area.ts';

/** What the canvas draws; an ImageBitmap in the browser. */
export interface DecodedImage extends Size {
  close(): void;
}

export type DecodeImage = (file: Blob) => Promise<DecodedImage>;

export interface Picture {
  readonly image: DecodedImage;
  /** The stored file, outside of the script's heap: wanted again when the image must be embedded again. */
  readonly file: Blob;
  /** As decoded; all coordinates of the UI are in these pixels. */
  readonly imageSizePx: Size;
  /** Convex polygon of what the layer shows; null when it shows the whole image. */
  readonly visibleImagePolygon: readonly Point[] | null;
}

/** @throws TinyCutError `layer-missing`, `layer-changed`, `image-missing`, `image-unreadable`, `cancelled` */
export async function readPicture(
  host: HostChannel,
  source: ImageSource,
  decode: DecodeImage,
  signal: CancelSignal,
): Promise<Picture> {
  const stored = await host.call('readImage', { source }, { signal });
  const file = new Blob([stored.bytes as Uint8Array<ArrayBuffer>]);
  const image = await decode(file).catch(() => {
    throw new TinyCutError(
      'image-unreadable',
      'This image can’t be read: its file is damaged or of an unknown kind. Replace the image and select it again.',
    );
  });
  if (signal.aborted) image.close();
  throwIfCancelled(signal);
  const imageSizePx = { width: image.width, height: image.height };
  const quad = rescaleQuad(stored.visibleImageQuad, stored.imageSizePx, imageSizePx);
  return {
    image,
    file,
    imageSizePx,
    visibleImagePolygon: coversImage(quad, imageSizePx) ? null : quad,
  };
}

/** Whether a point lies on what the layer shows of the image. */
export function isOnPicture({ imageSizePx, visibleImagePolygon }: Picture, imagePoint: Point): boolean {
  const { x, y } = imagePoint;
  const isOnImage = x >= 0 && y >= 0 && x < imageSizePx.width && y < imageSizePx.height;
  return isOnImage && (!visibleImagePolygon || isInside(visibleImagePolygon, imagePoint));
}

/** Honours the EXIF orientation, as the engine's decoder does. An `<img>` of a blob: URL is forbidden in Figma. */
export const decodeInBrowser: DecodeImage = (file) => createImageBitmap(file);
