import sharp from 'sharp';
import { MAX_IMAGE_PIXELS } from '../../shared/image-header.ts';
import type { ImageCodec } from '../../inference/image-codec.ts';

/** Decodes by libvips, as browsers do: first frame, EXIF orientation applied, colours in sRGB, straight alpha. */
export const sharpImageCodec: ImageCodec = {
  async decode(file) {
    const { data, info } = await sharp(file, { failOn: 'error', limitInputPixels: MAX_IMAGE_PIXELS })
      .autoOrient()
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  },
};
