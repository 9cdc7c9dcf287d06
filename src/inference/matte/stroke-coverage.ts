import type { Point, Rect } from '../../shared/affine.ts';
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
    for (let row = reach.y; row < reach.y + reach.height; row++) {
      const start = (row - imageRect.y) * imageRect.width;
      const covered = alpha.subarray(start, start + imageRect.width);
      addSegmentRow(covered, imageRect.x, row, reach, { from, to, radiusPx });
    }
  }
  return { alpha, imageRect };
}

interface Segment {
  from: Point;
  to: Point;
  radiusPx: number;
}

/**
 * A large brush lays one segment after the other over nearly the same pixels: only those at its rim are looked at one by one.
 * @param covered a row of alpha, from image column `left` on; raised to what the segment covers
 * @param reach columns that the segment may cover
 */
function addSegmentRow(covered: Uint8Array, left: number, row: number, reach: Rect, segment: Segment): void {
  const { from, to, radiusPx } = segment;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const lengthSquared = dx * dx + dy * dy;
  const y = row + 0.5 - from.y;
  /** @returns false where nothing is covered */
  const cover = (column: number): boolean => {
    const x = column + 0.5 - from.x;
    const along = lengthSquared > 0 ? Math.min(Math.max((x * dx + y * dy) / lengthSquared, 0), 1) : 0;
    const coverage = radiusPx + 0.5 - Math.hypot(x - along * dx, y - along * dy);
    if (coverage <= 0) return false;
    const value = Math.round(255 * Math.min(coverage, 1));
    if (value > covered[column - left]!) covered[column - left] = value;
    return true;
  };
  const end = reach.x + reach.width;
  const solid = solidSpan(row + 0.5, segment);
  const first = solid ? Math.min(Math.max(Math.ceil(solid.from - 0.5), reach.x), end) : reach.x;
  const last = solid ? Math.min(Math.max(Math.floor(solid.to + 0.5), first), end) : reach.x;
  covered.fill(255, first - left, last - left);
  // A segment is convex: beyond its rim there is no more of it.
  for (let column = first - 1; column >= reach.x && cover(column); column--);
  for (let column = last; column < end && (cover(column) || !solid); column++);
}

/** Between the discs at both ends, where coverage is full; null when neither reaches the line. */
function solidSpan(y: number, { from, to, radiusPx }: Segment): { from: number; to: number } | null {
  const solidRadiusPx = Math.max(radiusPx - 0.5, 0);
  const spans = [from, to].flatMap((centre) => {
    const halfSquared = solidRadiusPx ** 2 - (y - centre.y) ** 2;
    if (halfSquared <= 0) return [];
    const half = Math.sqrt(halfSquared);
    return [{ from: centre.x - half, to: centre.x + half }];
  });
  if (spans.length === 0) return null;
  return { from: Math.min(...spans.map((span) => span.from)), to: Math.max(...spans.map((span) => span.to)) };
}

/** Whole pixels that a brush along these points may cover. */
function reachOf(imagePoints: Stroke['imagePoints'], radiusPx: number): Rect {
  return wholePixels(grown(rectAround(imagePoints), radiusPx + 1));
}
