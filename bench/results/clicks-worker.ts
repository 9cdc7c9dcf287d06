import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { toModelInput } from '../../src/inference/preprocess.ts';
import { cellColours } from '../../src/inference/prompt/cell-colours.ts';
import { EmbeddingCache } from '../quality/embedding-cache.ts';
import { openImage, readGroundTruth, type EvalImage } from '../quality/eval-set.ts';
import type { Decode } from '../quality/evaluate-mask.ts';
import { CACHE_FOLDER } from '../quality/measure-quality.ts';
import { nextClick } from '../quality/next-click.ts';
import { embedderHash, openNetwork, type Network } from '../quality/open-network.ts';
import { serveJobs } from '../quality/worker-pool.ts';
import { measureClick, type ClickSample } from './click-sample.ts';
import { offCentreClick } from './off-centre-click.ts';

/** A thread of the measurement of single clicks: two on each mask of an image, one in its middle. */

const { evalFolder } = workerData as { evalFolder: string };
const cache = new EmbeddingCache(CACHE_FOLDER, embedderHash('int8'));
const network = openNetwork('int8');

serveJobs<EvalImage, ClickSample[]>(
  async (image) => clickImage(await network, image),
  ({ id }) => id,
);

async function clickImage(model: Network, image: EvalImage): Promise<ClickSample[]> {
  const { file, pixels, geometry } = await openImage(evalFolder, image);
  const embedding = await cache.embedding(file, () => model.embed(pixels));
  const colours = cellColours(toModelInput(pixels), geometry.modelSizePx);
  const decode: Decode = (prompt) => model.decode(embedding, geometry, prompt);
  const { id: imageId, category } = image;
  const samples: ClickSample[] = [];
  for (const [maskIndex, mask] of image.masks.entries()) {
    const truth = await readGroundTruth(join(evalFolder, mask.file), mask, geometry.imageSizePx);
    const centre = nextClick(truth, null, geometry.imageSizePx, new Set());
    const elsewhere = offCentreClick(truth.inside, geometry.imageSizePx, imageId + maskIndex);
    for (const click of [centre, elsewhere]) {
      const measured = await measureClick(click, truth, geometry, colours, decode);
      samples.push({ imageId, category, maskIndex, isCentred: click === centre, ...measured });
    }
  }
  return samples;
}
