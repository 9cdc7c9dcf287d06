import type { Rect } from '../../shared/affine.ts';
import { distanceInside, spanAtDepth, type ConvexClip } from './convex-clip.ts';

/**
 * Leaves out what of a part of the image lies outside of the clip.
 * @param alpha 0..255 [height x width] of `imageRect`, in whole pixels; overwritten
 */
export function clipAlpha(alpha: Uint8Array, { x, y, width, height }: Rect, clip: ConvexClip): void {
  for (let row = 0; row < height; row++) {
    clipAlphaRow(alpha.subarray(row * width, (row + 1) * width), x, y + row, clip);
  }
}

/**
 * Leaves out what of a row of alpha lies outside of the clip, antialiased over 1 px.
 * @param left image column of the first pixel
 * @param row image row
 */
export function clipAlphaRow(alphaRow: Uint8Array, left: number, row: number, clip: ConvexClip): void {
  // A round outline has hundreds of edges: only pixels near one ask them all.
  const whole = spanAtDepth(clip, row + 0.5, 0.5);
  const any = spanAtDepth(clip, row + 0.5, -0.5);
  for (let column = 0; column < alphaRow.length; column++) {
    const centre = left + column + 0.5;
    if (centre >= whole.from && centre <= whole.to) continue;
    const isOutside = centre < any.from || centre > any.to;
    const coverage = isOutside ? 0 : Math.max(0.5 + distanceInside(clip, centre, row + 0.5), 0);
    alphaRow[column] = Math.min(alphaRow[column]!, Math.round(255 * Math.min(coverage, 1)));
  }
}
