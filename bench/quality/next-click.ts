import type { Point, Size } from '../../src/shared/affine.ts';
import { boundsOf, croppedMask } from '../../src/inference/mask/bit-mask.ts';
import { squaredDistances } from '../../src/inference/mask/distance-transform.ts';
import type { GroundTruth } from './mask-iou.ts';

export interface Click extends Point {
  label: 0 | 1;
}

/**
 * The simulated user of RITM (Sofiiuk et al. 2021, `isegm/inference/clicker.py`): clicks in the middle of the larger
 * of what is missing and what is too much, where middle is the pixel farthest from the border of either.
 * @param predicted [height x width], 0 or 1; null before the first click
 * @param clickedPixels pixels that have been clicked; the new one is added
 * @returns the click at its pixel's centre, in image pixels
 */
export function nextClick(
  { inside, ignored }: GroundTruth,
  predicted: Uint8Array | null,
  sizePx: Size,
  clickedPixels: Set<number>,
): Click {
  const missing = new Uint8Array(inside.length);
  const tooMuch = new Uint8Array(inside.length);
  for (let pixel = 0; pixel < inside.length; pixel++) {
    if (ignored?.[pixel]) continue;
    const isPredicted = predicted?.[pixel] === 1;
    if (inside[pixel] && !isPredicted) missing[pixel] = 1;
    else if (!inside[pixel] && isPredicted) tooMuch[pixel] = 1;
  }
  const onObject = innermost(missing, sizePx, clickedPixels);
  const offObject = innermost(tooMuch, sizePx, clickedPixels);
  const isOn = onObject.squaredDistance > offObject.squaredDistance;
  const { pixel } = isOn ? onObject : offObject;
  clickedPixels.add(pixel);
  const x = pixel % sizePx.width;
  const y = (pixel - x) / sizePx.width;
  return { x: x + 0.5, y: y + 0.5, label: isOn ? 1 : 0 };
}

/** The first pixel, row by row, of those farthest from the region's border; distance 0 when there is none. */
function innermost(
  region: Uint8Array,
  sizePx: Size,
  excluded: ReadonlySet<number>,
): { pixel: number; squaredDistance: number } {
  const best = { pixel: 0, squaredDistance: 0 };
  const bounds = boundsOf(region, sizePx);
  if (!bounds) return best;
  // Beyond its bounds there is nothing of the region, as beyond the picture.
  const crop = croppedMask(region, sizePx, bounds);
  squaredDistances(crop.data, crop).forEach((squaredDistance, i) => {
    if (squaredDistance <= best.squaredDistance) return;
    const x = i % bounds.width;
    const pixel = (bounds.y + (i - x) / bounds.width) * sizePx.width + bounds.x + x;
    if (!excluded.has(pixel)) Object.assign(best, { pixel, squaredDistance });
  });
  return best;
}
