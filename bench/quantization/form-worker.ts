import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { relativeDifference } from '../../models/compile/relative-difference.ts';
import { wholeEncoder } from '../../models/compile/onnx/whole-encoder.ts';
import { findProductSites } from '../../models/compile/quantize/product-sites.ts';
import {
  simulateQuantization,
  type QuantizationRecipe,
} from '../../models/compile/quantize/simulate-quantization.ts';
import { writeModel } from '../../src/inference/model/onnx/write-model.ts';
import { readPack } from '../../src/inference/model/pack/read-pack.ts';
import { MODEL_SQUARE, toModelInput } from '../../src/inference/preprocess.ts';
import { ModelSession } from '../../src/inference/session.ts';
import { MODEL_SIDE_PX } from '../../src/shared/engine-contract.ts';
import { SHIPPED_PRECISION, type Precision } from '../precision.ts';
import { EmbeddingCache } from '../quality/embedding-cache.ts';
import { openImage, readGroundTruth, type EvalImage } from '../quality/eval-set.ts';
import { cellColours } from '../../src/inference/prompt/cell-colours.ts';
import { evaluateMask, type Decode, type MaskScore } from '../quality/evaluate-mask.ts';
import { embedderHash, openNetwork, packPath } from '../quality/open-network.ts';
import { serveJobs } from '../quality/worker-pool.ts';
import { maskIous } from './mask-ious.ts';

/** A thread of the quantization study: encodes images by one form of the encoder after the other, decodes them in float. */

/** A form of the encoder: static scales for some of its products, or one of those that TinyCut makes. */
export type Form = { readonly recipe: QuantizationRecipe } | 'fp32' | 'shipped';

export interface StudySettings {
  evalFolder: string;
  cacheFolder: string;
  /** Jobs name them by their index. */
  forms: readonly Form[];
}

export interface StudyJob {
  form: number;
  image: EvalImage;
  /** Whether to look at masks too. */
  scoreMasks: boolean;
}

export interface StudyResult {
  /** Of the embedding, against the float encoder's. */
  relativeError: number;
  /** IoU with the masks of the float encoder, for each mask token of each prompt. */
  agreements: number[];
  scores: MaskScore[];
}

const { evalFolder, cacheFolder, forms } = workerData as StudySettings;
const float = openNetwork('fp32');
const cache = new EmbeddingCache(cacheFolder, `${embedderHash('fp32')}-square`);
let opened: { form: number; session: ModelSession } | null = null;

serveJobs<StudyJob, StudyResult>(studyImage, ({ image }) => image.id);

async function studyImage({ form, image, scoreMasks }: StudyJob): Promise<StudyResult> {
  const network = await float;
  const { file, pixels, geometry } = await openImage(evalFolder, image);
  const expected = await cache.embedding(file, () => network.embed(pixels, MODEL_SQUARE));
  const embedding =
    forms[form] === 'fp32' ? expected : await embed(form, toModelInput(pixels, MODEL_SQUARE).values);
  const result: StudyResult = {
    relativeError: relativeDifference(embedding, expected),
    agreements: [],
    scores: [],
  };
  const colours = cellColours(toModelInput(pixels), geometry.modelSizePx);
  for (const mask of scoreMasks ? image.masks : []) {
    const truth = await readGroundTruth(join(evalFolder, mask.file), mask, geometry.imageSizePx);
    const answersOf = async (of: Float32Array) => {
      const logits: Float32Array[][] = [];
      const decode: Decode = async (prompt) => {
        const answer = await network.decode(of, geometry, prompt);
        logits.push(answer.logits);
        return answer;
      };
      return { score: await evaluateMask(truth, geometry, colours, decode, false), logits };
    };
    const wanted = await answersOf(expected);
    const answers = await answersOf(embedding);
    // Without simulated clicks, the prompts follow from the ground truth alone.
    answers.logits.forEach((logits, i) => result.agreements.push(...maskIous(logits, wanted.logits[i]!)));
    result.scores.push(answers.score);
  }
  return result;
}

async function embed(form: number, input: Float32Array): Promise<Float32Array> {
  if (opened?.form !== form) {
    await opened?.session.release();
    opened = { form, session: await ModelSession.create('encoder', writeModel(encoderOf(forms[form]!))) };
  }
  const { outputs } = await opened.session.run({
    image: { data: input, dims: [1, 3, MODEL_SIDE_PX, MODEL_SIDE_PX] },
  });
  return outputs['image_embedding']!.data;
}

function encoderOf(form: Form) {
  const ofPack = (precision: Precision) => wholeEncoder(readPack(readFileSync(packPath(precision))).tensors);
  if (form === 'shipped') return ofPack(SHIPPED_PRECISION);
  const encoder = ofPack('fp32');
  if (form === 'fp32') return encoder;
  return simulateQuantization(encoder, findProductSites(encoder.graph), form.recipe);
}
