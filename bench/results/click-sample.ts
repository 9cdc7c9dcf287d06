import type { MaskGeometry } from '../../src/inference/matte/mask-geometry.ts';
import { upsampleLogits } from '../../src/inference/matte/upsample-logits.ts';
import type { CellColours } from '../../src/inference/prompt/cell-colours.ts';
import { CLICK_FEATURES } from '../../src/inference/prompt/click-features.ts';
import { toMaskCandidates } from '../../src/inference/prompt/mask-candidates.ts';
import {
  clickedFeatures,
  defaultMaskIndex,
  singleMaskIndex,
} from '../../src/inference/prompt/mask-choice.ts';
import type { MaskCandidate, Prompt } from '../../src/shared/engine-contract.ts';
import type { Decode } from '../quality/evaluate-mask.ts';
import { maskIou, type GroundTruth } from '../quality/mask-iou.ts';
import type { Click } from '../quality/next-click.ts';

/** One click on an object of the evaluation set, and how good each answer to it is. */
export interface ClickSample {
  imageId: string;
  category: string;
  /** In the index's order, from 0: which of the image's masks. */
  maskIndex: number;
  isCentred: boolean;
  /** Per token 0..3, at the picture's size. */
  ious: number[];
  /** Per token 1..3, in the order of `CLICK_FEATURES`. */
  features: number[][];
  areaFractions: number[];
  /** Token by SAM's rule, and by ours. */
  predictedToken: number;
  chosenToken: number;
}

export async function measureClick(
  click: Click,
  truth: GroundTruth,
  geometry: MaskGeometry,
  colours: CellColours,
  decode: Decode,
): Promise<Omit<ClickSample, 'imageId' | 'category' | 'maskIndex' | 'isCentred'>> {
  const prompt: Prompt = { points: [click], box: null, previousLogits: null };
  const answer = await decode(prompt);
  const candidates = toMaskCandidates(answer.logits, answer.predictedIous, geometry.modelSizePx);
  const features = clickedFeatures(candidates, click, geometry, colours);
  return {
    ious: candidates.map((candidate) => candidateIou(candidate, truth, geometry)),
    features: features.map((of) => CLICK_FEATURES.map((name) => of[name])),
    areaFractions: candidates.map(({ areaFraction }) => areaFraction),
    predictedToken: singleMaskIndex(candidates, answer.tokenCount),
    chosenToken: defaultMaskIndex(candidates, prompt, geometry, colours),
  };
}

function candidateIou({ logits }: MaskCandidate, truth: GroundTruth, geometry: MaskGeometry): number {
  return maskIou(
    truth,
    Uint8Array.from(upsampleLogits(logits, geometry), (logit) => (logit > 0 ? 1 : 0)),
  );
}
