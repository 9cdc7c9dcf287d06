import { distanceInside, spanAtDepth, type ConvexClip } from './convex-clip.ts';

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
