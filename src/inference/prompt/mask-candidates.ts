import { LOGITS_SIDE, type MaskCandidate } from '../../shared/engine-contract.ts';
import type { Size } from '../../shared/affine.ts';
import { cellsOnImage } from '../mask/image-cells.ts';
import { stabilityScore } from '../mask/stability.ts';

const TOKENS = [0, 1, 2, 3] as const;
const LOGITS_PER_MASK = LOGITS_SIDE * LOGITS_SIDE;

/**
 * The decoder's answer to one prompt, rated. Area and stability count the cells whose centre lies on the image,
 * since what the decoder says about the padding means nothing.
 * @param logits [1, 4, 256, 256]
 * @param predictedIous [1, 4]
 * @param modelSizePx size of the image on the model square
 */
export function toMaskCandidates(
  logits: Float32Array,
  predictedIous: Float32Array,
  modelSizePx: Size,
): MaskCandidate[] {
  return TOKENS.map((tokenIndex) => {
    // A copy each, so that each can be transferred on its own.
    const maskLogits = logits.slice(tokenIndex * LOGITS_PER_MASK, (tokenIndex + 1) * LOGITS_PER_MASK);
    const onImage = cellsOnImage(maskLogits, modelSizePx);
    return {
      tokenIndex,
      logits: maskLogits,
      predictedIou: predictedIous[tokenIndex]!,
      stabilityScore: stabilityScore(onImage),
      areaFraction: insideFraction(onImage),
    };
  });
}

function insideFraction(logits: Float32Array): number {
  let inside = 0;
  for (let i = 0; i < logits.length; i++) if (logits[i]! > 0) inside++;
  return inside / logits.length;
}
