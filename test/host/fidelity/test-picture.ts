import { encode } from 'fast-png';
import sharp, { type Sharp } from 'sharp';
import type { Size } from '../../../src/shared/affine.ts';

/**
 * A picture of one object, an ellipse off the middle: warm on cold, so that it can be told by its colour wherever it is
 * drawn. Both vary, so that no two parts look alike.
 */
export function testPicture({ width, height }: Size, alphaAt = (_x: number, _y: number) => 255): Uint8Array {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [(x + 0.5) / width, (y + 0.5) / height];
      const isObject = ((u - 0.56) / 0.34) ** 2 + ((v - 0.54) / 0.36) ** 2 < 1;
      const [r, g, b] = isObject ? [210, 110 + 60 * u, 40 + 30 * v] : [40 + 30 * u, 70 + 60 * v, 210];
      data.set([r, g, b, alphaAt(u, v)], (y * width + x) * 4);
    }
  }
  return encode({ width, height, data, channels: 4 });
}

/** Whether a pixel is of the object: the mean of the two colours is where it turns. */
export function isObjectColour(r: number, b: number): boolean {
  return r > b;
}

/** The same picture as another kind of file. */
export async function asFile(png: Uint8Array, convert: (image: Sharp) => Sharp): Promise<Uint8Array> {
  return new Uint8Array(await convert(sharp(png)).toBuffer());
}

const JPEG = { quality: 98, chromaSubsampling: '4:4:4' } as const;
export const toJpeg = (image: Sharp) => image.flatten().jpeg(JPEG);

/** A JPEG whose rows are stored so that they are upright once the EXIF orientation is applied. */
export async function withOrientation(png: Uint8Array, orientation: number): Promise<Uint8Array> {
  /** What undoes each orientation. EXIF 2.32, table 6: where row 0 and column 0 of the stored image lie. */
  const undo: Record<number, (image: Sharp) => Sharp> = {
    2: (image) => image.flop(),
    3: (image) => image.rotate(180),
    4: (image) => image.flip(),
    5: (image) => image.rotate(90).flop(),
    6: (image) => image.rotate(270),
    7: (image) => image.rotate(270).flop(),
    8: (image) => image.rotate(90),
  };
  // In two steps: the library orders a rotation and a flip by its own rule.
  const rotated = orientation === 5 || orientation === 7;
  let image = sharp(png).flatten();
  if (rotated) {
    image = sharp(
      await sharp(png)
        .rotate(orientation === 5 ? 90 : 270)
        .png()
        .toBuffer(),
    )
      .flatten()
      .flop();
  } else image = undo[orientation]!(image);
  return new Uint8Array(await image.withMetadata({ orientation }).jpeg(JPEG).toBuffer());
}
