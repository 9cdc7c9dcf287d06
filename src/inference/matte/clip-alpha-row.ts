import { distanceInside, spanAtDepth, type ConvexClip } from './convex-clip.ts';

/**
 * Takes away what lies outside of a clip, with the edge antialiased over 1 px.
 * @param alphaRow 0..255, of the pixels from `firstX` on in row `y` of the image
 */
export function clipAlphaRow(clip: ConvexClip, alphaRow: Uint8Array, firstX: number, y: number): void {
  // A round outline has hundreds of edges: only pixels near one ask them all.
  const whole = spanAtDepth(clip, y + 0.5, 0.5);
  const any = spanAtDepth(clip, y + 0.5, -0.5);
  for (let column = 0; column < alphaRow.length; column++) {
    const centre = firstX + column + 0.5;
    if (centre >= whole.from && centre <= whole.to) continue;
    const isOutside = centre < any.from || centre > any.to;
    const coverage = isOutside ? 0 : Math.max(0.5 + distanceInside(clip, centre, y + 0.5), 0);
    alphaRow[column] = Math.min(alphaRow[column]!, Math.round(255 * Math.min(coverage, 1)));
  }
}
