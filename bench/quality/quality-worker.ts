import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { toTinyCutError } from '../../src/shared/errors.ts';
import { EmbeddingCache } from './embedding-cache.ts';
import { readGroundTruth, readPicture } from './eval-set.ts';
import { evaluateMask, type MaskScore } from './evaluate-mask.ts';
import { embedderHash, openNetwork, type Network } from './open-network.ts';
import type { ImageJob, JobAnswer, WorkerSettings } from './worker-pool.ts';

/** A thread of the quality bench: one network of its own, image after image. */

const { precision, evalFolder, cacheFolder } = workerData as WorkerSettings;
const cache = cacheFolder === null ? null : new EmbeddingCache(cacheFolder, embedderHash(precision));
const network = openNetwork(precision);

parentPort!.on('message', (job: ImageJob) => {
  void answer(job).then((message) => parentPort!.postMessage(message));
});

async function answer(job: ImageJob): Promise<JobAnswer> {
  try {
    return { scores: await scoreImage(await network, job) };
  } catch (thrown) {
    return { failure: `${job.image.id}: ${toTinyCutError(thrown).message}` };
  }
}

async function scoreImage(model: Network, { image, simulateClicks }: ImageJob): Promise<MaskScore[]> {
  const { file, pixels, geometry } = await readPicture(evalFolder, image);
  const make = () => model.embed(pixels);
  const embedding = await (cache ? cache.embedding(file, make) : make());
  const scores: MaskScore[] = [];
  for (const mask of image.masks) {
    const truth = await readGroundTruth(join(evalFolder, mask.file), mask, geometry.imageSizePx);
    const decode = (prompt: Parameters<Network['decode']>[2]) => model.decode(embedding, geometry, prompt);
    scores.push(await evaluateMask(truth, geometry, decode, simulateClicks));
  }
  return scores;
}
