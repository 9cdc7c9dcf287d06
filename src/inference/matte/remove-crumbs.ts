import type { Size } from '../../shared/affine.ts';
import { CELL_MODEL_PX } from '../../shared/engine-contract.ts';
import { regionRuns } from '../mask/regions.ts';
import { MAX_SPECK_CELLS, MAX_SPECK_SHARE } from '../mask/remove-specks.ts';
import { HAZE } from './shape-edge.ts';

/** What is no more than haze, 0..255, holds no pieces together. */
const MIN_ALPHA = 255 * HAZE;

/**
 * Removes what a fit leaves of something that it has taken away: pieces that would be specks of a mask, see `removeSpecks`.
 * Pieces are told apart by model pixels: by its own pixels, the hair of a large image is hundreds of thousands of runs.
 * @param alpha 0..255 [height x width], overwritten
 * @param cellPx side of a cell of the logits, in pixels
 */
export function removeCrumbs(alpha: Uint8Array, size: Size, cellPx: number): void {
  const blockPx = Math.max(1, Math.floor(cellPx / CELL_MODEL_PX));
  const { columns, rows, counts } = countByBlock(alpha, size, blockPx);
  const data = Uint8Array.from(counts, (count) => (count > 0 ? 1 : 0));
  const { runs, regions } = regionRuns({ width: columns, height: rows, data }, (block) => data[block] === 1);
  const areasPx = new Float64Array(regions.length);
  for (const { start, end, region } of runs)
    for (let block = start; block < end; block++) areasPx[region]! += counts[block]!;
  const largestPx = areasPx.reduce((max, areaPx) => Math.max(max, areaPx), 0);
  const maxCrumbPx = Math.min(MAX_SPECK_CELLS * cellPx ** 2, largestPx * MAX_SPECK_SHARE);
  for (const { start, end, region } of runs) {
    if (areasPx[region]! > maxCrumbPx || areasPx[region] === 0) continue;
    const firstColumn = start % columns;
    const [left, top] = [firstColumn * blockPx, ((start - firstColumn) / columns) * blockPx];
    const right = Math.min(left + (end - start) * blockPx, size.width);
    for (let y = top; y < Math.min(top + blockPx, size.height); y++)
      alpha.fill(0, y * size.width + left, y * size.width + right);
  }
}

/** Per block of `blockPx` x `blockPx`: how many of its pixels are more than haze. */
function countByBlock(alpha: Uint8Array, { width, height }: Size, blockPx: number) {
  const [columns, rows] = [Math.ceil(width / blockPx), Math.ceil(height / blockPx)];
  const counts = new Uint32Array(columns * rows);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / blockPx) * columns;
    for (let column = 0; column < columns; column++) {
      const end = y * width + Math.min((column + 1) * blockPx, width);
      let count = 0;
      for (let at = y * width + column * blockPx; at < end; at++) if (alpha[at]! > MIN_ALPHA) count++;
      counts[row + column]! += count;
    }
  }
  return { columns, rows, counts };
}
