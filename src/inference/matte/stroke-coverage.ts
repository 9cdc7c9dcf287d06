import type { Rect } from '../../shared/affine.ts';
import type { Stroke } from '../../shared/retouch.ts';
import type { Matte } from './matte.ts';

/**
 * The pixels that a round brush covers along its stroke, antialiased over 1 px: a pixel counts by how far its centre lies
 * from the stroke's line.
 * @param withinImageRect whole pixels; what lies outside is left out
 * @returns coverage as alpha 0..255; null when there is none
 */
export function strokeCoverage({ imagePoints, radiusPx }: Stroke, withinImageRect: Rect): Matte | null {
  const imageRect = wholePixelsWithin(boundsOf(imagePoints, radiusPx + 1), withinImageRect);
  if (!imageRect) return null;
  const alpha = new Uint8Array(imageRect.width * imageRect.height);
  for (const [i, from] of imagePoints.entries()) {
    const to = imagePoints[Math.min(i + 1, imagePoints.length - 1)]!;
    const reach = wholePixelsWithin(boundsOf([from, to], radiusPx + 1), imageRect);
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

/** @param marginPx around the points on each side */
function boundsOf(points: Stroke['imagePoints'], marginPx: number): Rect {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const least = (values: number[]) => values.reduce((a, b) => Math.min(a, b)) - marginPx;
  const most = (values: number[]) => values.reduce((a, b) => Math.max(a, b)) + marginPx;
  return { x: least(xs), y: least(ys), width: most(xs) - least(xs), height: most(ys) - least(ys) };
}

/** The smallest rect of whole pixels that holds one rect as far as it lies in the other; null when it doesn't. */
function wholePixelsWithin({ x, y, width, height }: Rect, outer: Rect): Rect | null {
  const left = Math.max(Math.floor(x), outer.x);
  const top = Math.max(Math.floor(y), outer.y);
  const right = Math.min(Math.ceil(x + width), outer.x + outer.width);
  const bottom = Math.min(Math.ceil(y + height), outer.y + outer.height);
  return left < right && top < bottom ? { x: left, y: top, width: right - left, height: bottom - top } : null;
}
