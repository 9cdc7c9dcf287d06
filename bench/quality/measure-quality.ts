import type { Precision } from '../precision.ts';
import { projectPath } from '../project-folder.ts';
import { evenlySpaced, mean } from '../statistics.ts';
import { readMaskedImages, type EvalImage } from './eval-set.ts';
import { MAX_CLICKS, type MaskScore } from './evaluate-mask.ts';
import type { QualityJob, QualitySettings } from './quality-worker.ts';
import { runInWorkers } from './worker-pool.ts';

/** Means over masks. */
export interface Quality {
  clickMiou: number;
  bestOfThreeMiou: number;
  boxMiou: number;
  noc85: number;
  noc90: number;
}

/** What was measured on: the same for all precisions. */
export interface EvalCounts {
  images: number;
  masks: number;
  /** Of them those with simulated clicks. */
  clickedImages: number;
  clickedMasks: number;
}

export interface QualityReport {
  byPrecision: Map<Precision, Quality>;
  counts: EvalCounts;
}

const MAX_CLICKED_IMAGES = 30;
export const EVAL_FOLDER = projectPath('../shared/eval/');
export const CACHE_FOLDER = projectPath('out/bench-cache/');

/**
 * Masks against the evaluation images.
 * @param options.imageCount how many of the images, evenly spaced; null for all
 * @param options.simulateClicks whether to measure NoC too, on 30 of them at most
 * @returns null when the images are not there
 * @throws TinyCutError `bad-argument` for a damaged set, `internal`
 */
export async function measureQuality(
  precisions: readonly Precision[],
  { imageCount, simulateClicks }: { imageCount: number | null; simulateClicks: boolean },
  onStep: (step: string) => void,
): Promise<QualityReport | null> {
  const all = readMaskedImages(EVAL_FOLDER);
  if (!all) return null;
  const images = evenlySpaced(all, imageCount ?? all.length);
  const clicked = new Set(simulateClicks ? evenlySpaced(images, MAX_CLICKED_IMAGES) : []);
  const jobs: QualityJob[] = images.map((image) => ({ image, simulateClicks: clicked.has(image) }));
  const byPrecision = new Map<Precision, Quality>();
  for (const precision of precisions) {
    // Of the reference only: it changes seldom, and all of them would fill the disk.
    const cacheFolder = precision === 'fp32' ? CACHE_FOLDER : null;
    const settings: QualitySettings = { precision, evalFolder: EVAL_FOLDER, cacheFolder };
    const label = (count: number) => `quality of ${precision}: image ${count} of ${images.length}`;
    onStep(label(0));
    const scores = await runInWorkers<QualityJob, MaskScore[]>(
      'quality-worker.mjs',
      settings,
      jobs,
      (count) => onStep(label(count)),
    );
    byPrecision.set(precision, summarise(scores.flat()));
  }
  return { byPrecision, counts: countsOf(images, [...clicked]) };
}

export function summarise(scores: readonly MaskScore[]): Quality {
  const of = (field: (score: MaskScore) => number | null) =>
    mean(scores.map(field).filter((value) => value !== null));
  return {
    clickMiou: of(({ clickIou }) => clickIou),
    bestOfThreeMiou: of(({ bestOfThreeIou }) => bestOfThreeIou),
    boxMiou: of(({ boxIou }) => boxIou),
    noc85: of(({ clicksTo85 }) => clicksTo85),
    noc90: of(({ clicksTo90 }) => clicksTo90),
  };
}

export function describeCounts({ images, masks, clickedImages, clickedMasks }: EvalCounts): string {
  const all = `Quality: ${masks} masks in ${images} images of ../shared/eval`;
  if (clickedImages === 0) return `${all}.`;
  return `${all}; NoC on ${clickedMasks} masks in ${clickedImages} of them, at most ${MAX_CLICKS} clicks.`;
}

export const EVAL_MISSING =
  'Quality: not measured, since ../shared/eval is not here. It lies beside the checkout, never in it.';

function countsOf(images: readonly EvalImage[], clicked: readonly EvalImage[]): EvalCounts {
  const maskCount = (of: readonly EvalImage[]) => of.reduce((sum, { masks }) => sum + masks.length, 0);
  return {
    images: images.length,
    masks: maskCount(images),
    clickedImages: clicked.length,
    clickedMasks: maskCount(clicked),
  };
}
