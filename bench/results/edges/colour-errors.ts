import sharp from 'sharp';
import { writeForegroundColours } from '../../../src/inference/matte/foreground-colours.ts';
import type { RgbaImage } from '../../../src/inference/image-codec.ts';
import type { Size } from '../../../src/shared/affine.ts';
import { isSoft } from './score-edge.ts';

/** Mean difference from the true foreground in grey levels, where alpha is soft. */
export interface ColourErrors {
  untreated: number;
  treated: number;
  ms: number;
}

/**
 * How near the colours of an edge come to the true ones, of one picture over another: both are known at each pixel.
 * @param alpha 0..255 [height x width] of `sizePx`, by which they are mixed
 * @param foreground enlarged and cropped to `sizePx`, as is `background`
 */
export async function colourErrors(
  alpha: Uint8Array,
  sizePx: Size,
  foreground: RgbaImage,
  background: RgbaImage,
): Promise<ColourErrors> {
  const [on, off] = [await filling(foreground, sizePx), await filling(background, sizePx)];
  const image = new Uint8Array(on.length);
  for (let at = 0; at < image.length; at++) {
    const share = alpha[at >> 2]! / 255;
    image[at] = at % 4 === 3 ? 255 : Math.round(share * on[at]! + (1 - share) * off[at]!);
  }
  const data = image.map((value, at) => (at % 4 === 3 ? alpha[at >> 2]! : value));
  const imageRect = { x: 0, y: 0, ...sizePx };
  const startedAt = performance.now();
  writeForegroundColours({ ...sizePx, data: image }, { alpha, imageRect }, imageRect, data);
  const ms = performance.now() - startedAt;
  return { untreated: meanError(image, on, alpha), treated: meanError(data, on, alpha), ms };
}

async function filling({ data, width, height }: RgbaImage, sizePx: Size): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 4 } })
    .resize(sizePx.width, sizePx.height, { fit: 'cover' })
    .raw()
    .toBuffer();
}

function meanError(data: Uint8Array, truth: Uint8Array, alpha: Uint8Array): number {
  let [error, count] = [0, 0];
  alpha.forEach((value, pixel) => {
    if (!isSoft(value)) return;
    for (let at = pixel * 4; at < pixel * 4 + 3; at++, count++) error += Math.abs(data[at]! - truth[at]!);
  });
  return error / count;
}
