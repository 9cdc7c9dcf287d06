import type { Size } from '../../shared/affine.ts';
import { regionRuns } from '../mask/regions.ts';
import { HAZE } from './shape-edge.ts';
import { MAX_SPECK_CELLS, MAX_SPECK_SHARE } from '../mask/remove-specks.ts';

/** What is no more than haze, 0..255, holds no pieces together. */
const MIN_ALPHA = 255 * HAZE;

/**
 * Removes what a fit leaves of something that it has taken away: pieces that would be specks of a mask, see `removeSpecks`.
 * @param alpha 0..255 [height x width], overwritten
 * @param cellPx side of a cell of the logits, in pixels
 */
export function removeCrumbs(alpha: Uint8Array, { width, height }: Size, cellPx: number): void {
  const data = Uint8Array.from(alpha, (a) => (a > MIN_ALPHA ? 1 : 0));
  const { runs, regions } = regionRuns({ width, height, data }, (pixelA) => data[pixelA] === 1);
  const largestPx = regions.reduce((max, { value, area }) => (value === 1 ? Math.max(max, area) : max), 0);
  const maxCrumbPx = Math.min(MAX_SPECK_CELLS * cellPx ** 2, largestPx * MAX_SPECK_SHARE);
  for (const { start, end, region } of runs) {
    const { value, area } = regions[region]!;
    if (value === 1 && area <= maxCrumbPx) alpha.fill(0, start, end);
  }
}
