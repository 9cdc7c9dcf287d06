import { maskIou, type GroundTruth } from '../../quality/mask-iou.ts';
import { boundaryIou } from '../boundary-iou.ts';
import type { EdgeSample } from './edge-samples.ts';

/** Alpha that is neither nearly 0 nor nearly 1: 5 % to 95 %. */
const SOFT = { from: 13, to: 242 };

export interface EdgeScore {
  iou: number;
  /** The rims' width is 2 %, and 0.5 %, of the diagonal. */
  boundaryIou2: number;
  boundaryIou05: number;
  /** The same with pixels that count neither way as outside, as the subject's section has it. */
  boundaryIou2Outside: number;
  boundaryIou05Outside: number;
  /** Mean of |alpha - true alpha|, 0..1, where the latter is soft; null where it is not known. */
  softBandError: number | null;
}

/**
 * @param alpha 0..255 [height x width]; >= 128 is inside
 */
export function scoreEdge(alpha: Uint8Array, { truth, alpha: trueAlpha, geometry }: EdgeSample): EdgeScore {
  const sizePx = geometry.imageSizePx;
  const predicted = Uint8Array.from(alpha, (value) => (value >= 128 ? 1 : 0));
  const known = withPrediction(truth, predicted);
  return {
    iou: maskIou(truth, predicted),
    boundaryIou2: boundaryIou(known, predicted, sizePx, 0.02),
    boundaryIou05: boundaryIou(known, predicted, sizePx, 0.005),
    boundaryIou2Outside: boundaryIou(truth, predicted, sizePx, 0.02),
    boundaryIou05Outside: boundaryIou(truth, predicted, sizePx, 0.005),
    softBandError: trueAlpha && softBandError(alpha, trueAlpha),
  };
}

/**
 * Where the edge lies in a band of pixels that count neither way, the truth's rim would begin behind the band, and the
 * prediction's in it: no mask would be right. So in the band the truth is what is predicted.
 */
function withPrediction({ inside, ignored }: GroundTruth, predicted: Uint8Array): GroundTruth {
  if (!ignored) return { inside, ignored };
  return { inside: inside.map((value, pixel) => (ignored[pixel] ? predicted[pixel]! : value)), ignored };
}

function softBandError(alpha: Uint8Array, trueAlpha: Uint8Array): number | null {
  let [error, count] = [0, 0];
  trueAlpha.forEach((value, pixel) => {
    if (!isSoft(value)) return;
    error += Math.abs(alpha[pixel]! - value) / 255;
    count++;
  });
  return count > 0 ? error / count : null;
}

/** @param alpha 0..255 */
export function isSoft(alpha: number): boolean {
  return alpha >= SOFT.from && alpha <= SOFT.to;
}
