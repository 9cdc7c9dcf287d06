import type { Size } from '../shared/affine.ts';
import { MODEL_SIDE_PX } from '../shared/engine-contract.ts';
import type { RgbaImage } from './image-codec.ts';
import { stemSizeOf } from './model/stem-padding.ts';
import { resizeRgb } from './resample.ts';

/** SAM's pixel statistics, RGB, 0..255 (segment_anything/build_sam.py). */
const PIXEL_MEAN = [123.675, 116.28, 103.53] as const;
const PIXEL_STD = [58.395, 57.12, 57.375] as const;

/** Size of an image on the model square: the longer side becomes 1024 (SAM's ResizeLongestSide). */
export function modelSizeOf({ width, height }: Size): Size {
  const scale = MODEL_SIDE_PX / Math.max(width, height);
  // A strip of 1 x 5000 px would come out as no pixels at all.
  const side = (px: number) => Math.max(Math.trunc(px * scale + 0.5), 1);
  return { width: side(width), height: side(height) };
}

/** Of the encoder's input before the stem leaves some of the padding out. */
export const MODEL_SQUARE: Size = { width: MODEL_SIDE_PX, height: MODEL_SIDE_PX };

/** What the encoder is shown: the model square as far as it matters. */
export interface ModelInput {
  /** [1, 3, height, width]; 0 beyond the image. */
  values: Float32Array;
  /** In model pixels, multiples of 16. */
  sizePx: Size;
}

/**
 * RGBA pixels -> encoder input: resized as the reference does, normalised, and then padded with 0 on the right and at the
 * bottom.
 * @param sizePx how much of the model square; what `stemSizeOf` says when left out
 */
export function toModelInput(image: RgbaImage, sizePx = stemSizeOf(modelSizeOf(image))): ModelInput {
  const modelSizePx = modelSizeOf(image);
  const rgb = resizeRgb((y, row) => opaqueRow(image, y, row), image, modelSizePx);
  const planePx = sizePx.width * sizePx.height;
  const values = new Float32Array(3 * planePx);
  for (let channel = 0; channel < 3; channel++) {
    const normalised = normalisedValues(channel as 0 | 1 | 2);
    for (let y = 0; y < modelSizePx.height; y++) {
      const target = channel * planePx + y * sizePx.width;
      const source = y * modelSizePx.width * 3 + channel;
      for (let x = 0; x < modelSizePx.width; x++) values[target + x] = normalised[rgb[source + x * 3]!]!;
    }
  }
  return { values, sizePx };
}

/** What each of the 256 pixel values becomes, in single precision as the reference computes it. */
function normalisedValues(channel: 0 | 1 | 2): Float32Array {
  const mean = Math.fround(PIXEL_MEAN[channel]);
  const std = Math.fround(PIXEL_STD[channel]);
  return Float32Array.from({ length: 256 }, (_, value) => Math.fround(value - mean) / std);
}

/**
 * The model knows no transparency. Transparent pixels are laid over the mean colour, which normalises to about 0
 * like the padding: white artwork would vanish on white and black artwork on black, and the colours that files keep
 * under alpha 0 are arbitrary.
 */
function opaqueRow({ width, data }: RgbaImage, y: number, rgb: Uint8Array): void {
  for (let x = 0, i = y * width * 4; x < width * 3; x += 3, i += 4) {
    const alpha = data[i + 3]!;
    for (let channel = 0; channel < 3; channel++) {
      const value = data[i + channel]!;
      rgb[x + channel] =
        alpha === 255
          ? value
          : Math.round((value * alpha + PIXEL_MEAN[channel as 0 | 1 | 2] * (255 - alpha)) / 255);
    }
  }
}
