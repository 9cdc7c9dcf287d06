import type { Point } from '../../shared/affine.ts';
import { isOnBorder, type ConvexClip } from '../matte/convex-clip.ts';
import { distance, mix } from './closed-polyline.ts';
import { intersectLines, lineThrough } from './line-fit.ts';

/**
 * A contour cuts straight through the grid cell in which the clip's border turns, or in which the mask's edge meets
 * it. Puts the corner back where the lines before and after the cut meet on the border.
 * @param cellDiagonalPx of the grid: longest cut to mend, in pixels
 */
export function restoreClipCorners(
  points: readonly Point[],
  clip: ConvexClip,
  cellDiagonalPx: number,
): Point[] {
  const at = (i: number): Point => points[(i + points.length) % points.length]!;
  return points.flatMap((from, i) => {
    const to = at(i + 1);
    const touchesBorder = isOnBorder(clip, from) || isOnBorder(clip, to);
    if (!touchesBorder || isOnBorder(clip, mix(from, to, 0.5))) return [from];
    const [before, after] = [at(i - 1), at(i + 2)];
    const corner = intersectLines(lineThrough(before, from), lineThrough(to, after));
    if (!corner || !isOnBorder(clip, corner)) return [from];
    const isAhead =
      distance(before, corner) > distance(before, from) && distance(after, corner) > distance(after, to);
    const isNear = Math.max(distance(from, corner), distance(to, corner)) <= cellDiagonalPx;
    return isAhead && isNear ? [from, corner] : [from];
  });
}
