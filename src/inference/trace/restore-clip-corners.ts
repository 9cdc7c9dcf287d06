import type { Point } from '../../shared/affine.ts';
import { isOnBorder, type ConvexClip } from '../matte/convex-clip.ts';
import { distance, mix } from './closed-polyline.ts';
import { intersectLines, lineThrough } from './line-fit.ts';

/**
 * A contour cuts straight through the grid cell that holds a corner of the clip. Puts such corners back.
 * @param maxCutPx longest cut to mend, in pixels: the diagonal of a grid cell
 */
export function restoreClipCorners(points: readonly Point[], clip: ConvexClip, maxCutPx: number): Point[] {
  const at = (i: number): Point => points[(i + points.length) % points.length]!;
  return points.flatMap((from, i) => {
    const to = at(i + 1);
    const isCut =
      distance(from, to) <= maxCutPx &&
      isOnBorder(clip, from) &&
      isOnBorder(clip, to) &&
      !isOnBorder(clip, mix(from, to, 0.5));
    if (!isCut) return [from];
    const corner = intersectLines(lineThrough(at(i - 1), from), lineThrough(to, at(i + 2)));
    const isCorner = corner && distance(from, corner) + distance(corner, to) <= 2 * maxCutPx;
    return isCorner && isOnBorder(clip, corner) ? [from, corner] : [from];
  });
}
