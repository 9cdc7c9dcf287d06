import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import * as v from 'valibot';
import type { RgbaImage } from '../../src/inference/image-codec.ts';
import type { MaskGeometry } from '../../src/inference/matte/mask-geometry.ts';
import { modelSizeOf } from '../../src/inference/preprocess.ts';
import { sharpImageCodec } from '../../src/plugin/cli/sharp-image-codec.ts';
import type { Size } from '../../src/shared/affine.ts';
import { TinyCutError } from '../../src/shared/errors.ts';
import type { GroundTruth } from './mask-iou.ts';

/** The evaluation images beside the checkout (`../shared/eval`, described in its README.md). */

const maskSchema = v.object({
  file: v.string(),
  kind: v.string(),
  /** The value of pixels that count neither way. */
  ignore: v.optional(v.number()),
});
const imageSchema = v.object({
  id: v.string(),
  file: v.string(),
  width: v.number(),
  height: v.number(),
  category: v.string(),
  masks: v.array(maskSchema),
  /** Pictures of the whole image cut into regions: each grey value but 0 is a region. */
  segmentations: v.optional(v.array(v.object({ file: v.string() })), []),
});
const indexSchema = v.object({ images: v.array(imageSchema) });

export type EvalMask = v.InferOutput<typeof maskSchema>;
export type EvalImage = v.InferOutput<typeof imageSchema>;

/**
 * @param folder with `index.json`
 * @returns all images; null when the folder is not there
 * @throws TinyCutError `bad-argument` when its index is not what it should be
 */
export function readEvalSet(folder: string): EvalImage[] | null {
  const path = join(folder, 'index.json');
  if (!existsSync(path)) return null;
  const parsed = v.safeParse(indexSchema, JSON.parse(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.output.images;
  throw new TinyCutError(
    'bad-argument',
    `${path} is not an index of evaluation images: fetch the folder again.`,
  );
}

/** Those of `readEvalSet` whose objects have masks. */
export function readMaskedImages(folder: string): EvalImage[] | null {
  return readEvalSet(folder)?.filter(({ masks }) => masks.length > 0) ?? null;
}

export interface OpenedImage {
  /** As it is stored. */
  file: Uint8Array;
  pixels: RgbaImage;
  geometry: MaskGeometry;
}

/** @throws TinyCutError `image-unreadable` */
export async function openImage(evalFolder: string, image: EvalImage): Promise<OpenedImage> {
  const file = await readFile(join(evalFolder, image.file));
  const pixels = await sharpImageCodec.decode(file, image.file.endsWith('.png') ? 'png' : 'jpeg');
  const imageSizePx = { width: pixels.width, height: pixels.height };
  return { file, pixels, geometry: { imageSizePx, modelSizePx: modelSizeOf(imageSizePx) } };
}

const FOREGROUND = 128;

/** @throws TinyCutError `bad-argument` when the mask has not the size of its image */
export async function readGroundTruth(path: string, mask: EvalMask, sizePx: Size): Promise<GroundTruth> {
  const data = await readGreyValues(path, sizePx);
  const isIgnored = (value: number) => value === mask.ignore;
  return {
    inside: Uint8Array.from(data, (value) => (value >= FOREGROUND && !isIgnored(value) ? 1 : 0)),
    ignored: mask.ignore === undefined ? null : Uint8Array.from(data, (value) => (isIgnored(value) ? 1 : 0)),
  };
}

/**
 * @returns [height x width] grey values
 * @throws TinyCutError `bad-argument` when the picture has not that size
 */
export async function readGreyValues(path: string, sizePx: Size): Promise<Uint8Array> {
  const { data, info } = await sharp(path)
    .removeAlpha()
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width === sizePx.width && info.height === sizePx.height && info.channels === 1) return data;
  throw new TinyCutError('bad-argument', `${path} does not fit its image: fetch the folder again.`);
}
