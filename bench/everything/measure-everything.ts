import type { Region, RegionMethod } from '../../src/inference/everything/find-regions.ts';
import { bitMaskOfLogits } from '../../src/inference/mask/bit-mask.ts';
import { imageSizeCells } from '../../src/inference/mask/image-cells.ts';
import { SHIPPED_PRECISION } from '../precision.ts';
import { projectPath } from '../project-folder.ts';
import { readEvalSet, openImage, type EvalImage } from '../quality/eval-set.ts';
import { maskIou } from '../quality/mask-iou.ts';
import { openNetwork, type Network } from '../quality/open-network.ts';
import { evenlySpaced } from '../statistics.ts';
import { readTrueRegions } from './true-regions.ts';

const EVAL_FOLDER = projectPath('../shared/eval/');

export const METHODS: readonly RegionMethod[] = ['grid', 'hierarchical', 'default'];

/** One search of one image. */
export interface SearchScore {
  promptCount: number;
  cpuSeconds: number;
  maskCount: number;
  /** Of each true region the largest IoU that a mask has with it, on the grid of the logits. */
  bestIous: number[];
}

/** Of the images in their order. */
export type ScoresByMethod = Record<RegionMethod, SearchScore[]>;

/**
 * Searches each image by each method in turn, in this process and by one thread. Takes those images that people have marked
 * altogether: where one thing is marked, all that is found beside it counts for nothing.
 * @param imageCount how many of them, evenly spaced
 * @param onImage told what came of each image, since all of them take long
 * @returns null when the images are not there
 * @throws TinyCutError `bad-argument` for a damaged set, `model-corrupt`, `out-of-memory`
 */
export async function measureEverything(
  imageCount: number,
  onStep: (step: string) => void,
  onImage: (imageId: string, scores: Record<RegionMethod, SearchScore>) => void,
): Promise<ScoresByMethod | null> {
  const all = readEvalSet(EVAL_FOLDER)?.filter(({ segmentations }) => segmentations.length > 0);
  if (!all) return null;
  const network = await openNetwork(SHIPPED_PRECISION);
  const scores: ScoresByMethod = { grid: [], hierarchical: [], default: [] };
  const images = evenlySpaced(all, imageCount);
  for (const [i, image] of images.entries()) {
    const show = (step: string) => onStep(`image ${i + 1} of ${images.length} (${image.id}): ${step}`);
    const scoreOf = await scorer(network, image, show);
    // Another one first each time, so that none always runs on what the one before left in the caches.
    const inTurn = METHODS.map((_, turn) => METHODS[(turn + i) % METHODS.length]!);
    for (const method of inTurn) scores[method].push(await scoreOf(method));
    const [grid, hierarchical, ours] = METHODS.map((method) => scores[method].at(-1)!);
    onImage(image.id, { grid: grid!, hierarchical: hierarchical!, default: ours! });
  }
  await network.close();
  return scores;
}

async function scorer(network: Network, image: EvalImage, show: (step: string) => void) {
  show('encode');
  const { pixels, geometry } = await openImage(EVAL_FOLDER, image);
  const sizeCells = imageSizeCells(geometry.modelSizePx);
  const truths = await readTrueRegions(EVAL_FOLDER, image, sizeCells);
  const embedding = await network.embed(pixels);
  const point = { x: 0, y: 0, label: 1 as const };
  // What the preparation and the first prompt cost is no method's.
  await network.decode(embedding, geometry, { points: [point], box: null, previousLogits: null });
  const bestIous = (regions: readonly Region[]) => {
    const masks = regions.map(({ logits }) => bitMaskOfLogits(logits, sizeCells).data);
    return truths.map((truth) => Math.max(0, ...masks.map((mask) => maskIou(truth, mask))));
  };
  return async (method: RegionMethod): Promise<SearchScore> => {
    show(method);
    const before = process.cpuUsage();
    const { regions, promptCount } = await network.findRegions(embedding, geometry, method);
    const { user, system } = process.cpuUsage(before);
    const cpuSeconds = (user + system) / 1e6;
    return { promptCount, cpuSeconds, maskCount: regions.length, bestIous: bestIous(regions) };
  };
}
