import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { Segmenter, type Prompt } from '../../src/inference/index.ts';
import { Network } from '../../src/inference/network.ts';
import { singleMaskIndex } from '../../src/inference/prompt/mask-choice.ts';
import { toPromptTokens } from '../../src/inference/prompt/prompt-tokens.ts';
import { upsampleLogits } from '../../src/inference/matte/upsample-logits.ts';
import { sharpImageCodec } from '../../src/plugin/cli/sharp-image-codec.ts';
import { readNpy } from '../npy.ts';
import { sharedFolder } from '../shared-folder.ts';
import { withEmbedding } from '../unit/engine-stubs.ts';
import { compiledPack } from './model-runtime.ts';
import { engineReference, type ReferencePhoto, type ReferencePrompt } from './engine-reference.ts';

const MASK_LENGTH = 256 * 256;
const reference = sharedFolder('reference');

let segmenter: Segmenter | null = null;
afterEach(async () => {
  await segmenter?.dispose();
  segmenter = null;
});

/** @param embedding stands in for the encoder's answer */
async function open(photo: ReferencePhoto, embedding: Float32Array | null) {
  const network = await Network.load(await compiledPack('fp32'));
  segmenter = Segmenter.withNetwork(embedding ? withEmbedding(network, embedding) : network, {
    codec: sharpImageCodec,
  });
  const embedded = await segmenter.embed(readFileSync(reference.path + photo.file));
  return { segmenter, embedded };
}

function toPrompt({ points, labels, box, mask_input }: ReferencePrompt): Prompt {
  const [, file, token] = /^(.*)\[(\d)\]$/.exec(mask_input ?? '') ?? [];
  const start = Number(token) * MASK_LENGTH;
  return {
    points: (points ?? []).map(([x, y], i) => ({ x, y, label: labels![i]! })),
    box: box && { x: box[0], y: box[1], width: box[2] - box[0], height: box[3] - box[1] },
    previousLogits: file ? readNpy(reference.path + file).values.slice(start, start + MASK_LENGTH) : null,
  };
}

async function maskIou(logits: Float32Array, maskFile: string): Promise<number> {
  const expected = await sharp(reference.path + maskFile)
    .greyscale()
    .raw()
    .toBuffer();
  let [both, either] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [logits[i]! > 0, expected[i]! > 127];
    if (a && b) both++;
    if (a || b) either++;
  }
  expect(expected.length).toBe(logits.length);
  return either === 0 ? 1 : both / either;
}

/** The worst IoU over the four masks of each prompt. */
async function expectReferenceMasks(
  photo: ReferencePhoto,
  embedding: Float32Array | null,
  minIou: number,
): Promise<void> {
  const { segmenter, embedded } = await open(photo, embedding);
  expect(photo.prompts.length).toBeGreaterThan(5);
  for (const prompt of photo.prompts) {
    const { candidates } = await segmenter.segment(embedded.imageId, toPrompt(prompt));
    const { tokenCount } = toPromptTokens(toPrompt(prompt), embedded);
    expect(singleMaskIndex(candidates, tokenCount), prompt.name).toBe(prompt.onnx_single_choice);
    for (const { tokenIndex, logits, predictedIou } of candidates) {
      expect(predictedIou).toBeCloseTo(prompt.iou[tokenIndex]!, 2);
      const iou = await maskIou(upsampleLogits(logits, embedded), prompt.masks[tokenIndex]!);
      expect(iou, `${prompt.name} token ${tokenIndex}`).toBeGreaterThanOrEqual(minIou);
    }
  }
}

describe.skipIf(reference.missing)(
  `masks against the reference${reference.label}`,
  { timeout: 240_000 },
  () => {
    const photos = Object.entries(engineReference());

    it.each(photos)(
      '%s, from the reference embedding: the same picks, masks within rounding',
      async (_, photo) => {
        const { values } = readNpy(reference.path + photo.embedding.file);
        await expectReferenceMasks(photo, values, 0.9995);
      },
    );

    // Two shapes of padding; the other photos' encoder outputs are compared by the tests of the models.
    it.each(photos.filter(([name]) => name === 'picture1' || name === 'dog'))(
      '%s, from the file to the mask: IoU >= 0.99 on every prompt',
      async (_, photo) => {
        await expectReferenceMasks(photo, null, 0.99);
      },
    );
  },
);
