import type { Network } from '../../src/inference/network.ts';
import { MODEL_SQUARE, type ModelInput } from '../../src/inference/preprocess.ts';
import type { SegmenterNetwork } from '../../src/inference/segmenter.ts';
import { CELL_MODEL_PX, LOGITS_SIDE } from '../../src/shared/engine-contract.ts';

/** Further from the mean of red than what is not the object. */
const IS_RED = 0.2;

/**
 * A network that sees what is red in a picture, on the cells of its grid and no finer, as the real one sees objects. It
 * answers prompts with all of it.
 */
export function colourNetwork(): SegmenterNetwork & { embedCount: number } {
  const answer = (logits: Float32Array) => ({
    logits: Array.from({ length: 4 }, () => logits.slice()),
    predictedIous: new Float32Array(4).fill(0.9),
  });
  return {
    embedCount: 0,
    embed(input) {
      this.embedCount++;
      return Promise.resolve(redness(input));
    },
    // The embedding is the mask, and is all that the decoder has.
    prepare: (embedding) =>
      Promise.resolve({ embedding } as unknown as Awaited<ReturnType<Network['prepare']>>),
    decode: (prepared) => Promise.resolve({ ...answer(maskOf(prepared)), decodeMs: 1 }),
    decodeBatch: (prepared) => Promise.resolve(answer(maskOf(prepared))),
    releaseSpare: () => Promise.resolve(),
    release: () => Promise.resolve(),
  };
}

const maskOf = (prepared: unknown) => (prepared as { embedding: Float32Array }).embedding;

/** @returns logits [256 x 256]: how red the model pixels of each cell are on average */
function redness({ values, sizePx }: ModelInput): Float32Array {
  const logits = new Float32Array(LOGITS_SIDE * LOGITS_SIDE).fill(-8);
  const isWhole = sizePx.width <= MODEL_SQUARE.width && sizePx.height <= MODEL_SQUARE.height;
  if (!isWhole) throw new Error('The picture is larger than the model square.');
  for (let y = 0; y < sizePx.height / CELL_MODEL_PX; y++) {
    for (let x = 0; x < sizePx.width / CELL_MODEL_PX; x++) {
      let sum = 0;
      for (let i = 0; i < CELL_MODEL_PX ** 2; i++) {
        const row = y * CELL_MODEL_PX + Math.floor(i / CELL_MODEL_PX);
        sum += values[row * sizePx.width + x * CELL_MODEL_PX + (i % CELL_MODEL_PX)]!;
      }
      logits[y * LOGITS_SIDE + x] = 8 * (sum / CELL_MODEL_PX ** 2 - IS_RED);
    }
  }
  return logits;
}
