import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { toModelInput } from '../../src/inference/preprocess.ts';
import { cellColours } from '../../src/inference/prompt/cell-colours.ts';
import type { Precision } from '../precision.ts';
import { EmbeddingCache } from './embedding-cache.ts';
import { openImage, readGroundTruth, type EvalImage } from './eval-set.ts';
import { evaluateMask, type MaskScore } from './evaluate-mask.ts';
import { embedderHash, openNetwork, type Network } from './open-network.ts';
import { serveJobs } from './worker-pool.ts';

/** A thread of the quality bench: one network of its own, image after image. */

export interface QualitySettings {
  precision: Precision;
  evalFolder: string;
  /** Where embeddings are kept; null keeps none. */
  cacheFolder: string | null;
}

export interface QualityJob {
  image: EvalImage;
  simulateClicks: boolean;
}

const { precision, evalFolder, cacheFolder } = workerData as QualitySettings;
const cache = cacheFolder === null ? null : new EmbeddingCache(cacheFolder, embedderHash(precision));
const network = openNetwork(precision);

serveJobs<QualityJob, MaskScore[]>(
  async (job) => scoreImage(await network, job),
  ({ image }) => image.id,
);

async function scoreImage(model: Network, { image, simulateClicks }: QualityJob): Promise<MaskScore[]> {
  const { file, pixels, geometry } = await openImage(evalFolder, image);
  const make = () => model.embed(pixels);
  const embedding = await (cache ? cache.embedding(file, make) : make());
  const colours = cellColours(toModelInput(pixels), geometry.modelSizePx);
  const scores: MaskScore[] = [];
  for (const mask of image.masks) {
    const truth = await readGroundTruth(join(evalFolder, mask.file), mask, geometry.imageSizePx);
    const decode = (prompt: Parameters<Network['decode']>[2]) => model.decode(embedding, geometry, prompt);
    scores.push(await evaluateMask(truth, geometry, colours, decode, simulateClicks));
  }
  return scores;
}
