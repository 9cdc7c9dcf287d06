import type { Point } from '../../shared/affine.ts';
import type { FoundRegion } from './region.ts';

/** What a mask must reach, as SAM's generator asks (segment-anything automatic_mask_generator.py). */
export interface Thresholds {
  /** Masks at or below it go. */
  minPredictedIou: number;
  /** Masks below it go. */
  minStabilityScore: number;
}

const TOKENS = 4;
/** Token 0 is the answer to prompts that mean one thing, which a single point does not. */
const FIRST_TOKEN = 1;

export function reaches(
  mask: Pick<FoundRegion, 'predictedIou' | 'stabilityScore'>,
  { minPredictedIou, minStabilityScore }: Thresholds,
): boolean {
  return mask.predictedIou > minPredictedIou && mask.stabilityScore >= minStabilityScore;
}

/** What is measured of a mask. */
export type MaskMeasure = Pick<FoundRegion, 'stabilityScore' | 'cellBox' | 'areaCells'>;

/**
 * The masks of a batch of point prompts that pass, prompt by prompt.
 * @param answer logits of B x 4 masks, [256 x 256] each, and predicted IoUs [B, 4]
 * @param imagePoints the B prompts
 * @param measure null for an empty mask, which goes
 */
export function acceptMasks(
  { logits, predictedIous }: { logits: readonly Float32Array[]; predictedIous: Float32Array },
  imagePoints: readonly Point[],
  measure: (maskLogits: Float32Array) => MaskMeasure | null,
  thresholds: Thresholds,
): FoundRegion[] {
  const accepted: FoundRegion[] = [];
  imagePoints.forEach((imagePoint, prompt) => {
    for (let token = FIRST_TOKEN; token < TOKENS; token++) {
      const mask = prompt * TOKENS + token;
      const predictedIou = predictedIous[mask]!;
      if (!(predictedIou > thresholds.minPredictedIou)) continue;
      const maskLogits = logits[mask]!;
      const measured = measure(maskLogits);
      if (!measured || !reaches({ predictedIou, ...measured }, thresholds)) continue;
      accepted.push({ logits: maskLogits, predictedIou, imagePoint, ...measured });
    }
  });
  return accepted;
}
