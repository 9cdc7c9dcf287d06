import { squaredDistances } from '../../src/inference/mask/distance-transform.ts';
import type { Size } from '../../src/shared/affine.ts';
import { maskIou, type GroundTruth } from '../quality/mask-iou.ts';

/**
 * IoU of the two masks' inner rims (Cheng et al., "Boundary IoU", CVPR 2021). The image's border counts as an edge.
 * @param predicted [height x width], 0 or 1
 * @param bandFraction width of the rims over the image's diagonal: 0.02 in the paper
 * @returns 0..1
 */
export function boundaryIou(
  { inside, ignored }: GroundTruth,
  predicted: Uint8Array,
  sizePx: Size,
  bandFraction: number,
): number {
  const bandPx = Math.max(1, Math.round(bandFraction * Math.hypot(sizePx.width, sizePx.height)));
  const truth = { inside: rimOf(inside, sizePx, bandPx), ignored };
  return maskIou(truth, rimOf(predicted, sizePx, bandPx));
}

function rimOf(mask: Uint8Array, sizePx: Size, bandPx: number): Uint8Array {
  const distances = squaredDistances(mask, sizePx);
  return Uint8Array.from(mask, (inside, pixel) => (inside && distances[pixel]! <= bandPx * bandPx ? 1 : 0));
}
