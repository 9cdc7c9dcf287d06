import { join } from 'node:path';
import { removeSpecks } from '../../../src/inference/mask/remove-specks.ts';
import { sizeInCells, type MaskGeometry } from '../../../src/inference/matte/mask-geometry.ts';
import { createLogitSampler } from '../../../src/inference/matte/logit-sampler.ts';
import { upsampleLogits } from '../../../src/inference/matte/upsample-logits.ts';
import { toMaskCandidates } from '../../../src/inference/prompt/mask-candidates.ts';
import { singleMaskIndex } from '../../../src/inference/prompt/mask-choice.ts';
import { createContourGrid } from '../../../src/inference/trace/contour-grid.ts';
import { isoContours } from '../../../src/inference/trace/iso-contours.ts';
import type { Point } from '../../../src/shared/affine.ts';
import { EmbeddingCache } from '../../quality/embedding-cache.ts';
import { openImage, readMaskedImages, readGroundTruth } from '../../quality/eval-set.ts';
import { boundsOf } from '../../../src/inference/mask/bit-mask.ts';
import { CACHE_FOLDER } from '../../quality/measure-quality.ts';
import { embedderHash, openNetwork } from '../../quality/open-network.ts';
import { evenlySpaced } from '../../statistics.ts';

/** A mask as the plugin traces it: of the network, with its dust removed. */
export interface OutlineMask {
  id: string;
  geometry: MaskGeometry;
  /** [256 x 256] */
  logits: Float32Array;
  /** [height x width] of the image: > 0 is inside. */
  imageLogits: Float32Array;
  /** The same, 0 or 1. */
  inside: Uint8Array;
  /** Where the image's logits cross 0, linear between pixel centres: closed polylines. */
  contours: Point[][];
}

/**
 * Masks of images that lie evenly spaced in the index, one per image: what the network shows first for the tight box around
 * the largest thing that is marked in it.
 * @throws TinyCutError for a damaged set or model
 */
export async function* outlineMasks(
  evalFolder: string,
  imageCount: number,
  show: (step: string) => void,
): AsyncGenerator<OutlineMask> {
  const images = readMaskedImages(evalFolder) ?? [];
  const network = await openNetwork('int8');
  const cache = new EmbeddingCache(CACHE_FOLDER, embedderHash('int8'));
  try {
    for (const image of evenlySpaced(images, imageCount)) {
      show(`outlines: ${image.id}`);
      const { file, pixels, geometry } = await openImage(evalFolder, image);
      const { imageSizePx } = geometry;
      const truths = await Promise.all(
        image.masks.map((mask) => readGroundTruth(join(evalFolder, mask.file), mask, imageSizePx)),
      );
      const area = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0);
      const [largest] = truths.sort((a, b) => area(b.inside) - area(a.inside));
      const embedding = await cache.embedding(file, () => network.embed(pixels));
      const box = boundsOf(largest!.inside, imageSizePx);
      const answer = await network.decode(embedding, geometry, { points: [], box, previousLogits: null });
      const candidates = toMaskCandidates(answer.logits, answer.predictedIous, geometry.modelSizePx);
      const shown = candidates[singleMaskIndex(candidates, answer.tokenCount)]!;
      const logits = removeSpecks(shown.logits, sizeInCells(geometry.modelSizePx));
      const imageLogits = upsampleLogits(logits, geometry);
      const inside = Uint8Array.from(imageLogits, (logit) => (logit > 0 ? 1 : 0));
      const bounds = { x: 0, y: 0, ...imageSizePx };
      const grid = createContourGrid(bounds, { x: 1, y: 1 }, null, (xs, ys) =>
        createLogitSampler(logits, geometry, xs, ys),
      );
      yield { id: image.id, geometry, logits, imageLogits, inside, contours: isoContours(grid, null) };
    }
  } finally {
    await network.close();
  }
}
