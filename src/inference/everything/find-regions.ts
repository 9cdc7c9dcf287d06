import type { Point } from '../../shared/affine.ts';
import type { CancelSignal } from '../../shared/cancellation.ts';
import { removeSpecks } from '../mask/remove-specks.ts';
import { sizeInCells, type MaskGeometry } from '../matte/mask-geometry.ts';
import { letCancelThrough } from '../let-cancel-through.ts';
import { ConfidentArea } from './confident-area.ts';
import { measureCells, measurePixels } from './measure-mask.ts';
import { NearMisses } from './near-misses.ts';
import { pointGrid, referenceNeighbours } from './point-grid.ts';
import { pointPrompts, PromptLoop, type DecodePrompts, type OnRegionProgress } from './prompt-loop.ts';
import {
  PUBLISHED_SETTINGS,
  REGION_SETTINGS,
  type RegionMethod,
  type RegionSettings,
} from './region-settings.ts';
import type { FoundRegion, Region } from './region.ts';
import { suppressBoxes } from './suppress-boxes.ts';
import { UnexplainedPoints } from './unexplained-points.ts';

export type { Region } from './region.ts';
export type { RegionProgress } from './prompt-loop.ts';
export type { RegionMethod } from './region-settings.ts';

/** What of the network the search uses: `Network` fits, with its `PreparedImage`. */
export interface BatchDecoder<Image> {
  decodeBatch(
    prepared: Image,
    prompts: Parameters<DecodePrompts>[0],
    signal?: CancelSignal,
  ): ReturnType<DecodePrompts>;
}

export interface RegionOptions {
  /** Heard between decoder calls, some 0.1 s apart on the machines that we know. */
  signal?: CancelSignal | undefined;
  /** Awaited: what it throws ends the search. */
  onProgress?: OnRegionProgress | undefined;
  method?: RegionMethod | undefined;
  /** As TinySAM's published code does it, where that differs from the paper: for comparing with its outputs. */
  referenceCompatible?: boolean | undefined;
  /** In place of `REGION_SETTINGS[method]`. */
  settings?: Partial<RegionSettings> | undefined;
}

/** For the estimate of the time left: of the dense points those that the first round leaves. */
const EXPECTED_UNCERTAIN_SHARE = 0.3;
/** ... and those that are asked once more. */
const EXPECTED_NEAR_MISSES = 60;

/**
 * Finds what there is in an image, without being told where.
 *
 * Where the paper and the published code of the hierarchical search differ, this follows the paper: the second round
 * asks the points of the dense grid that are not certain. We add a third, which asks once more for what nearly passed.
 * `referenceCompatible` has two, asks the code's stencil of points with the code's threshold, measures masks at the image's
 * size, and leaves them as they came.
 *
 * @returns overlapping regions, whole things and their parts, by falling predicted IoU; empty when nothing passes
 * @throws TinyCutError `cancelled`, and what the decoder throws
 */
export async function findRegions<Image>(
  decoder: BatchDecoder<Image>,
  prepared: Image,
  geometry: MaskGeometry,
  options: RegionOptions = {},
): Promise<Region[]> {
  const { method = 'default', referenceCompatible = false, signal, onProgress } = options;
  const settings = {
    ...(referenceCompatible ? PUBLISHED_SETTINGS : REGION_SETTINGS[method]),
    ...options.settings,
  };
  const loop = new PromptLoop((prompts) => decoder.decodeBatch(prepared, prompts, signal), geometry, {
    thresholds: settings,
    hintThresholds: settings.hintThresholds,
    measure: (logits) =>
      referenceCompatible ? measurePixels(logits, geometry) : measureCells(logits, geometry.modelSizePx),
    signal,
    onProgress,
  });
  if (method === 'grid') await loop.ask(pointPrompts(pointGrid(settings.gridSide, geometry.imageSizePx)));
  else if (method === 'hierarchical') await askInRounds(loop, geometry, settings, referenceCompatible);
  else await askWhereUnexplained(loop, geometry, settings);

  const kept = suppressBoxes(loop.found, ({ predictedIou }) => predictedIou, settings.maxBoxIou);
  return referenceCompatible ? kept : withoutSpecks(kept, geometry, settings.maxBoxIou, signal);
}

/**
 * TinySAM's second round leaves out what the first is certain of. Where that is too little, it takes those points first
 * that are farthest from what was asked. What nearly passed in either round is asked once more, which is ours.
 */
async function askInRounds(
  loop: PromptLoop,
  geometry: MaskGeometry,
  settings: RegionSettings,
  referenceCompatible: boolean,
): Promise<void> {
  const { gridSide, coarseSide, confidentLogit, maxPoints, maxPrompts, maxBoxIou } = settings;
  const coarse = pointGrid(coarseSide, geometry.imageSizePx);
  const dense = referenceCompatible
    ? referenceNeighbours(coarse, gridSide, geometry.imageSizePx)
    : pointGrid(gridSide, geometry.imageSizePx);
  const confident = new ConfidentArea(geometry, confidentLogit);
  const nearMisses = new NearMisses(geometry, settings, maxBoxIou);
  const toAskAgain = () =>
    referenceCompatible ? [] : nearMisses.prompts(loop.found).slice(0, maxPrompts - loop.askedCount);

  const expected = dense.length * EXPECTED_UNCERTAIN_SHARE + EXPECTED_NEAR_MISSES;
  await loop.ask(
    pointPrompts(coarse),
    () => expected,
    (regions) => {
      for (const { logits } of regions) confident.add(logits);
      nearMisses.add(regions);
    },
  );
  const uncertain = dense.filter((imagePoint) => !confident.covers(imagePoint));
  const leftCount = maxPoints - loop.askedCount;
  const second =
    uncertain.length <= leftCount
      ? uncertain
      : new UnexplainedPoints(uncertain, geometry, coarse).take(leftCount);
  await loop.ask(
    pointPrompts(second),
    () => toAskAgain().length,
    (regions) => nearMisses.add(regions),
  );
  await loop.ask(toAskAgain());
}

/**
 * The coarse grid first; then, one after the other, the point of the dense grid that is farthest from what is explained
 * and from those asked before it. What a prompt explains is the smallest of its masks: within a whole there may be parts.
 */
async function askWhereUnexplained(
  loop: PromptLoop,
  geometry: MaskGeometry,
  { gridSide, coarseSide, confidentLogit, maxPrompts }: RegionSettings,
): Promise<void> {
  const unexplained = new UnexplainedPoints(pointGrid(gridSide, geometry.imageSizePx), geometry);
  const explain = (regions: readonly FoundRegion[]) => {
    for (const { logits } of smallestByPrompt(regions)) unexplained.explain(logits, confidentLogit);
  };
  const left = () => Math.min(unexplained.count, maxPrompts - loop.askedCount);
  const coarse = pointPrompts(pointGrid(coarseSide, geometry.imageSizePx));
  await loop.ask(coarse, () => maxPrompts - coarse.length, explain);
  await loop.askNext((count) => pointPrompts(unexplained.take(Math.min(count, left()))), left, explain);
}

function smallestByPrompt(regions: readonly FoundRegion[]): FoundRegion[] {
  const smallest = new Map<Point, FoundRegion>();
  for (const region of regions) {
    const other = smallest.get(region.imagePoint);
    if (!other || region.areaCells < other.areaCells) smallest.set(region.imagePoint, region);
  }
  return [...smallest.values()];
}

/**
 * SAM's clean-up: small islands and holes go, and where that makes boxes alike, a region that was clean before goes first.
 */
async function withoutSpecks(
  regions: readonly FoundRegion[],
  geometry: MaskGeometry,
  maxBoxIou: number,
  signal: CancelSignal | undefined,
): Promise<Region[]> {
  const cleaned: (FoundRegion & { wasClean: boolean })[] = [];
  for (const region of regions) {
    await letCancelThrough(signal);
    const logits = removeSpecks(region.logits, sizeInCells(geometry.modelSizePx));
    const measured = measureCells(logits, geometry.modelSizePx);
    if (measured) cleaned.push({ ...region, ...measured, logits, wasClean: logits === region.logits });
  }
  const kept = suppressBoxes(cleaned, ({ wasClean }) => Number(wasClean), maxBoxIou);
  return kept.sort((a, b) => b.predictedIou - a.predictedIou);
}
