import { join } from 'node:path';
import type { RgbaImage } from '../../../src/inference/image-codec.ts';
import type { MaskGeometry } from '../../../src/inference/matte/mask-geometry.ts';
import { upsampleLogits } from '../../../src/inference/matte/upsample-logits.ts';
import { toModelInput } from '../../../src/inference/preprocess.ts';
import { cellColours } from '../../../src/inference/prompt/cell-colours.ts';
import { toMaskCandidates } from '../../../src/inference/prompt/mask-candidates.ts';
import { defaultMaskIndex } from '../../../src/inference/prompt/mask-choice.ts';
import type { Prompt } from '../../../src/shared/engine-contract.ts';
import { EmbeddingCache } from '../../quality/embedding-cache.ts';
import { readGreyValues } from '../../quality/eval-set.ts';
import { maskIou, type GroundTruth } from '../../quality/mask-iou.ts';
import { CACHE_FOLDER } from '../../quality/measure-quality.ts';
import { nextClick, type Click } from '../../quality/next-click.ts';
import { embedderHash, openNetwork } from '../../quality/open-network.ts';
import type { SubjectImage } from '../subject-images.ts';

const CLICKS = 3;

/** An image with the mask that is shown after three clicks. */
export interface EdgeSample {
  id: string;
  pixels: RgbaImage;
  geometry: MaskGeometry;
  truth: GroundTruth;
  /** True alpha, 0..255 [height x width]; null where only inside and outside are known. */
  alpha: Uint8Array | null;
  /** [256 x 256] */
  logits: Float32Array;
  /** Of the mask as it is: upsampled logits > 0. */
  maskIou: number;
}

/** @throws TinyCutError for a damaged set or model */
export async function* edgeSamples(
  evalFolder: string,
  images: readonly SubjectImage[],
  show: (step: string) => void,
): AsyncGenerator<EdgeSample> {
  const network = await openNetwork('int8');
  const cache = new EmbeddingCache(CACHE_FOLDER, embedderHash('int8'));
  try {
    for (const [n, { id, mask, open }] of images.entries()) {
      show(`edges: ${n + 1} of ${images.length}, ${id}`);
      const { file, pixels, geometry, truth } = await open();
      const sizePx = geometry.imageSizePx;
      const embedding = await cache.embedding(file, () => network.embed(pixels));
      const colours = cellColours(toModelInput(pixels), geometry.modelSizePx);
      const [clicks, clickedPixels]: [Click[], Set<number>] = [[], new Set()];
      let [logits, predicted]: [Float32Array | null, Uint8Array | null] = [null, null];
      for (let click = 0; click < CLICKS; click++) {
        clicks.push(nextClick(truth, predicted, sizePx, clickedPixels));
        const prompt: Prompt = { points: clicks, box: null, previousLogits: logits };
        const answer = await network.decode(embedding, geometry, prompt);
        const candidates = toMaskCandidates(answer.logits, answer.predictedIous, geometry.modelSizePx);
        logits = candidates[defaultMaskIndex(candidates, prompt, geometry, colours)]!.logits;
        predicted = Uint8Array.from(upsampleLogits(logits, geometry), (logit) => (logit > 0 ? 1 : 0));
      }
      const alpha = mask.kind === 'alpha' ? await readGreyValues(join(evalFolder, mask.file), sizePx) : null;
      yield { id, pixels, geometry, truth, alpha, logits: logits!, maskIou: maskIou(truth, predicted!) };
    }
  } finally {
    await network.close();
  }
}
