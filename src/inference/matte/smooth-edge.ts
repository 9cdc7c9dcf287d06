import type { Rect, Size } from '../../shared/affine.ts';
import { createBoxMean } from './box-mean.ts';
import { grown, intersectRects } from './convex-clip.ts';
import { splitRect } from './split-rect.ts';
import { steepenedByte } from './steepen.ts';

export const MAX_SMOOTH_RADIUS_PX = 8;
const TILE_SIDE_PX = 256;
/** Width of the ramp that a straight edge ends up with, in pixels. */
const RAMP_PX = 1.5;

/**
 * Rounds off jags and takes away wisps: alpha is blurred and made as steep again as it was.
 * @param alpha 0..255 [height x width], overwritten
 * @param smooth 0..1, > 0
 */
export function smoothEdge(alpha: Uint8Array, { width, height }: Size, smooth: number): void {
  const radiusPx = smoothRadiusPx(smooth);
  // A straight edge through two equal box blurs is this much flatter in its middle.
  const steepness = (2 * radiusPx + 1) / RAMP_PX;
  const whole = { x: 0, y: 0, width, height };
  const marginPx = 2 * radiusPx;
  const maxPixels = (TILE_SIDE_PX + 2 * marginPx) ** 2;
  const [values, blurred] = [new Float32Array(maxPixels), new Float32Array(maxPixels)];
  const boxMean = createBoxMean(maxPixels);
  const before = alpha.slice();
  for (const tile of splitRect(whole, TILE_SIDE_PX)) {
    const seen = intersectRects(whole, grown(tile, marginPx))!;
    if (!readPart(before, width, seen, values)) continue;
    boxMean(values, blurred, seen.width, seen.height, radiusPx);
    boxMean(blurred, values, seen.width, seen.height, radiusPx);
    for (let y = 0; y < tile.height; y++) {
      let from = (tile.y - seen.y + y) * seen.width + tile.x - seen.x;
      let to = (tile.y + y) * width + tile.x;
      for (let x = 0; x < tile.width; x++, from++, to++) {
        alpha[to] = steepenedByte(values[from]!, steepness);
      }
    }
  }
}

/**
 * Of the blur, over twice this and a pixel.
 * @param smooth 0..1, > 0
 */
export function smoothRadiusPx(smooth: number): number {
  return Math.max(1, Math.round(smooth * MAX_SMOOTH_RADIUS_PX));
}

/** @returns whether there is any edge in it */
function readPart(alpha: Uint8Array, width: number, part: Rect, values: Float32Array): boolean {
  const first = alpha[part.y * width + part.x]!;
  let hasEdge = first > 0 && first < 255;
  for (let y = 0, i = 0; y < part.height; y++) {
    for (let from = (part.y + y) * width + part.x, x = 0; x < part.width; x++, i++, from++) {
      values[i] = alpha[from]!;
      if (alpha[from] !== first) hasEdge = true;
    }
  }
  return hasEdge;
}
