import { upsampleLogits } from '../../src/inference/matte/upsample-logits.ts';
import type { MaskGeometry } from '../../src/inference/matte/mask-geometry.ts';
import type { CellColours } from '../../src/inference/prompt/cell-colours.ts';
import { toMaskCandidates } from '../../src/inference/prompt/mask-candidates.ts';
import { defaultMaskIndex } from '../../src/inference/prompt/mask-choice.ts';
import type { Prompt } from '../../src/shared/engine-contract.ts';
import { boundsOf } from '../../src/inference/mask/bit-mask.ts';
import { maskIou, type GroundTruth } from './mask-iou.ts';
import { nextClick, type Click } from './next-click.ts';
import type { DecoderAnswer } from './open-network.ts';

/** What is measured on one mask. IoU at the picture's size, logit > 0 is inside. */
export interface MaskScore {
  /** After one click: the mask that is shown first. */
  clickIou: number;
  /** After one click: the best of tokens 1..3. */
  bestOfThreeIou: number;
  /** The mask that is shown first for the tight box. */
  boxIou: number;
  /** Clicks until the IoU is reached, MAX_CLICKS when it never is; null when clicks were not simulated. */
  clicksTo85: number | null;
  clicksTo90: number | null;
}

export const MAX_CLICKS = 20;

export type Decode = (prompt: Prompt) => Promise<DecoderAnswer>;

/**
 * @param colours of the image whose mask it is
 * @param decode answers prompts on the image whose mask it is
 * @param simulateClicks whether to click on until the mask fits, which takes up to 20 prompts
 */
export async function evaluateMask(
  truth: GroundTruth,
  geometry: MaskGeometry,
  colours: CellColours,
  decode: Decode,
  simulateClicks: boolean,
): Promise<MaskScore> {
  const sizePx = geometry.imageSizePx;
  const predictionOf = (logits: Float32Array) =>
    Uint8Array.from(upsampleLogits(logits, geometry), (logit) => (logit > 0 ? 1 : 0));
  const shownFirst = (answer: DecoderAnswer, prompt: Prompt) => {
    const candidates = toMaskCandidates(answer.logits, answer.predictedIous, geometry.modelSizePx);
    return candidates[defaultMaskIndex(candidates, prompt, geometry, colours)]!.logits;
  };

  const boxPrompt: Prompt = { points: [], box: boundsOf(truth.inside, sizePx), previousLogits: null };
  const boxIou = maskIou(truth, predictionOf(shownFirst(await decode(boxPrompt), boxPrompt)));

  const clickedPixels = new Set<number>();
  const clicks: Click[] = [nextClick(truth, null, sizePx, clickedPixels)];
  const firstPrompt: Prompt = { points: [...clicks], box: null, previousLogits: null };
  const first = await decode(firstPrompt);
  const ofTokens = [1, 2, 3].map((token) => maskIou(truth, predictionOf(first.logits[token]!)));

  let logits = shownFirst(first, firstPrompt);
  let prediction = predictionOf(logits);
  const ious = [maskIou(truth, prediction)];
  while (simulateClicks && ious.length < MAX_CLICKS && ious.at(-1)! < 0.9) {
    clicks.push(nextClick(truth, prediction, sizePx, clickedPixels));
    const prompt: Prompt = { points: clicks, box: null, previousLogits: logits };
    logits = shownFirst(await decode(prompt), prompt);
    prediction = predictionOf(logits);
    ious.push(maskIou(truth, prediction));
  }
  return {
    clickIou: ious[0]!,
    bestOfThreeIou: Math.max(...ofTokens),
    boxIou,
    clicksTo85: simulateClicks ? clicksTo(0.85, ious) : null,
    clicksTo90: simulateClicks ? clicksTo(0.9, ious) : null,
  };
}

/** @param ious after 1, 2, ... clicks */
export function clicksTo(iou: number, ious: readonly number[]): number {
  const index = ious.findIndex((reached) => reached >= iou);
  return index === -1 ? MAX_CLICKS : index + 1;
}
