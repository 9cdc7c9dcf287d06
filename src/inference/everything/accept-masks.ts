import type { Point, Rect, Size } from '../../shared/affine.ts';
import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import { cellsOnImage, imageSizeCells } from '../mask/image-cells.ts';
import { stabilityScore } from '../mask/stability.ts';
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
const LOGITS_PER_MASK = LOGITS_SIDE * LOGITS_SIDE;

/**
 * The masks of a batch of point prompts that pass, prompt by prompt.
 * @param answer logits [B, 4, 256, 256] and predicted IoUs [B, 4]
 * @param imagePoints the B prompts
 * @returns regions with logits of their own (copies)
 */
export function acceptMasks(
  { logits, predictedIous }: { logits: Float32Array; predictedIous: Float32Array },
  imagePoints: readonly Point[],
  modelSizePx: Size,
  { minPredictedIou, minStabilityScore }: Thresholds,
): FoundRegion[] {
  const accepted: FoundRegion[] = [];
  imagePoints.forEach((imagePoint, prompt) => {
    for (let token = FIRST_TOKEN; token < TOKENS; token++) {
      const mask = prompt * TOKENS + token;
      const predictedIou = predictedIous[mask]!;
      if (!(predictedIou > minPredictedIou)) continue;
      const maskLogits = logits.subarray(mask * LOGITS_PER_MASK, (mask + 1) * LOGITS_PER_MASK);
      const stability = stabilityScore(cellsOnImage(maskLogits, modelSizePx));
      if (!(stability >= minStabilityScore)) continue;
      const extent = maskExtent(maskLogits, modelSizePx);
      if (!extent) continue;
      accepted.push({
        logits: maskLogits.slice(),
        predictedIou,
        stabilityScore: stability,
        imagePoint,
        ...extent,
      });
    }
  });
  return accepted;
}

/** @returns null when no cell of the image is inside */
export function maskExtent(
  logits: Float32Array,
  modelSizePx: Size,
): { cellBox: Rect; areaCells: number } | null {
  const { width, height } = imageSizeCells(modelSizePx);
  let [left, top, right, bottom, areaCells] = [width, height, -1, -1, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!(logits[y * LOGITS_SIDE + x]! > 0)) continue;
      areaCells++;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (areaCells === 0) return null;
  return { cellBox: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }, areaCells };
}
