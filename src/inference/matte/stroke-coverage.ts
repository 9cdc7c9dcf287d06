import type { Rect } from '../../shared/affine.ts';
import type { Stroke } from '../../shared/retouch.ts';
import { grown, intersectRects, rectAround, wholePixels } from './convex-clip.ts';
import type { Matte } from './matte.ts';

/**
 * The pixels that a round brush covers along its stroke, antialiased over 1 px: a pixel counts by how far its centre lies
 * from the stroke's line.
 * @param withinImageRect whole pixels; what lies outside is left out
 * @returns coverage as alpha 0..255; null when there is none
 */
export function strokeCoverage({ imagePoints, radiusPx }: Stroke, withinImageRect: Rect): Matte | null {
  const imageRect = intersectRects(withinImageRect, reachOf(imagePoints, radiusPx));
  if (!imageRect) return null;
  const alpha = new Uint8Array(imageRect.width * imageRect.height);
  for (const [i, from] of imagePoints.entries()) {
    const to = imagePoints[Math.min(i + 1, imagePoints.length - 1)]!;
    const reach = intersectRects(imageRect, reachOf([from, to], radiusPx));
    if (!reach) continue;
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const lengthSquared = dx * dx + dy * dy;
    for (let row = reach.y; row < reach.y + reach.height; row++) {
      const y = row + 0.5 - from.y;
      const start = (row - imageRect.y) * imageRect.width - imageRect.x;
      for (let column = reach.x; column < reach.x + reach.width; column++) {
        const x = column + 0.5 - from.x;
        const along = lengthSquared > 0 ? Math.min(Math.max((x * dx + y * dy) / lengthSquared, 0), 1) : 0;
        const coverage = radiusPx + 0.5 - Math.hypot(x - along * dx, y - along * dy);
        if (coverage <= 0) continue;
        const value = Math.round(255 * Math.min(coverage, 1));
        if (value > alpha[start + column]!) alpha[start + column] = value;
      }
    }
  }
  return { alpha, imageRect };
}

/** Whole pixels that a brush along these points may cover. */
function reachOf(imagePoints: Stroke['imagePoints'], radiusPx: number): Rect {
  return wholePixels(grown(rectAround(imagePoints), radiusPx + 1));
}
