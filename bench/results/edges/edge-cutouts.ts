import type { RgbaImage } from '../../../src/inference/image-codec.ts';
import { grown, intersectRects } from '../../../src/inference/matte/convex-clip.ts';
import { writeForegroundColours } from '../../../src/inference/matte/foreground-colours.ts';
import { trimAlpha } from '../../../src/inference/matte/trim-alpha.ts';
import type { Rect } from '../../../src/shared/affine.ts';
import type { EdgeSample } from './edge-samples.ts';

const MARGIN_PX = 12;

/** The whole image with that alpha, in its own colours. */
export function plainCutout({ pixels }: EdgeSample, alpha: Uint8Array): RgbaImage {
  const data = Uint8Array.from(pixels.data, (value, at) => (at % 4 === 3 ? alpha[at >> 2]! : value));
  return { ...pixels, data };
}

/** The same as the product makes it: with the object's colours along the edge. */
export function clearedCutout(sample: EdgeSample, alpha: Uint8Array): RgbaImage {
  const cutout = plainCutout(sample, alpha);
  const imageRect = wholeRect(cutout);
  writeForegroundColours(sample.pixels, { alpha, imageRect }, imageRect, cutout.data as Uint8Array);
  return cutout;
}

/** Where an object is, and a little around it. */
export function shownRect(cutout: RgbaImage, alpha: Uint8Array): Rect {
  const whole = wholeRect(cutout);
  const matte = trimAlpha({ alpha, imageRect: whole });
  return matte ? intersectRects(whole, grown(matte.imageRect, MARGIN_PX))! : whole;
}

function wholeRect({ width, height }: RgbaImage): Rect {
  return { x: 0, y: 0, width, height };
}
