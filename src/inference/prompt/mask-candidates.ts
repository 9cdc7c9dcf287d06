import type { MaskCandidate } from '../../shared/engine-contract.ts';
import type { Size } from '../../shared/affine.ts';
import { cellsOnImage } from '../mask/image-cells.ts';
import { stabilityScore } from '../mask/stability.ts';

const TOKENS = [0, 1, 2, 3] as const;

/**
 * The decoder's answer to one prompt, rated. Area and stability count the cells whose centre lies on the image,
 * since what the decoder says about the padding means nothing.
 * @param logits of tokens 0..3, [256 x 256] each
 * @param predictedIous [1, 4]
 * @param modelSizePx size of the image on the model square
 */
export function toMaskCandidates(
  logits: readonly Float32Array[],
  predictedIous: Float32Array,
  modelSizePx: Size,
): MaskCandidate[] {
  return TOKENS.map((tokenIndex) => {
    const maskLogits = logits[tokenIndex]!;
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
