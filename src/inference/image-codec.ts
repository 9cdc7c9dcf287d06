import type { ImageFormat } from '../shared/image-header.ts';

/** sRGB pixels with straight alpha. */
export interface RgbaImage {
  width: number;
  height: number;
  /** [height x width x 4], 0..255 each. */
  data: Uint8Array | Uint8ClampedArray;
}

/** Decodes image files, by whatever the runtime has for that. */
export interface ImageCodec {
  /**
   * @param file a file whose header has been checked
   * @returns the first frame, with the EXIF orientation applied
   * @throws anything, when the file is damaged
   */
  decode(file: Uint8Array, format: ImageFormat): Promise<RgbaImage>;
}
