import type { Point, Rect } from '../../shared/affine.ts';

/** A line with the kept side where `normalX * x + normalY * y + offset > 0`; the normal has length 1. */
interface HalfPlane {
  normalX: number;
  normalY: number;
  offset: number;
}

/** The inside of a convex polygon in image space. */
export interface ConvexClip {
  halfPlanes: readonly HalfPlane[];
  /** In fractional pixels. */
  bounds: Rect;
}

/**
 * @param imagePolygon convex, either winding, at least three points; of one that is not convex only the part that sees all edges is kept
 * @returns null when the polygon has no area
 */
export function createConvexClip(imagePolygon: readonly Point[]): ConvexClip | null {
  const edges = imagePolygon.map((from, i) => ({ from, to: imagePolygon[(i + 1) % imagePolygon.length]! }));
  const twiceArea = edges.reduce((sum, { from, to }) => sum + from.x * to.y - to.x * from.y, 0);
  if (!(Math.abs(twiceArea) > 0)) return null;
  const inward = Math.sign(twiceArea);
  const halfPlanes = edges.flatMap(({ from, to }) => {
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (length === 0) return [];
    const normalX = (-inward * (to.y - from.y)) / length;
    const normalY = (inward * (to.x - from.x)) / length;
    return [{ normalX, normalY, offset: -normalX * from.x - normalY * from.y }];
  });
  return { halfPlanes, bounds: rectAround(imagePolygon) };
}

/** Distance to the nearest edge line in image pixels: > 0 inside, < 0 outside. */
export function distanceInside({ halfPlanes }: ConvexClip, x: number, y: number): number {
  let nearest = Infinity;
  for (const { normalX, normalY, offset } of halfPlanes) {
    nearest = Math.min(nearest, normalX * x + normalY * y + offset);
  }
  return nearest;
}

/**
 * Where along a row of pixels all edges are at least `depthPx` away (negative: outside by no more than that).
 * @returns the ends in image pixels; `from > to` when it is nowhere
 */
export function spanAtDepth(
  { halfPlanes }: ConvexClip,
  y: number,
  depthPx: number,
): { from: number; to: number } {
  let [from, to] = [-Infinity, Infinity];
  for (const { normalX, normalY, offset } of halfPlanes) {
    const wanted = depthPx - normalY * y - offset;
    if (normalX > 0) from = Math.max(from, wanted / normalX);
    else if (normalX < 0) to = Math.min(to, wanted / normalX);
    else if (wanted > 0) return { from: Infinity, to: -Infinity };
  }
  return { from, to };
}

/** How far from an edge a point still counts as on it, in pixels: rounding errors only. */
const ON_BORDER_PX = 1e-6;

/** For a point that is not outside. */
export function isOnBorder(clip: ConvexClip, { x, y }: Point): boolean {
  return Math.abs(distanceInside(clip, x, y)) < ON_BORDER_PX;
}

/** @returns null when the bounds of the two share no area */
export function intersectClips(a: ConvexClip, b: ConvexClip): ConvexClip | null {
  const bounds = intersectRects(a.bounds, b.bounds);
  return bounds && { halfPlanes: [...a.halfPlanes, ...b.halfPlanes], bounds };
}

/** @param points at least one */
export function rectAround(points: readonly Point[]): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return rectBetween(left, top, right, bottom);
}

export function rectBetween(left: number, top: number, right: number, bottom: number): Rect {
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** @returns null when the rects share no area */
export function intersectRects(a: Rect, b: Rect): Rect | null {
  const shared = rectBetween(
    Math.max(a.x, b.x),
    Math.max(a.y, b.y),
    Math.min(a.x + a.width, b.x + b.width),
    Math.min(a.y + a.height, b.y + b.height),
  );
  return shared.width > 0 && shared.height > 0 ? shared : null;
}

/** The smallest rect of whole pixels that holds this one. */
export function wholePixels({ x, y, width, height }: Rect): Rect {
  const left = Math.floor(x);
  const top = Math.floor(y);
  return { x: left, y: top, width: Math.ceil(x + width) - left, height: Math.ceil(y + height) - top };
}

export function grown({ x, y, width, height }: Rect, px: number): Rect {
  return { x: x - px, y: y - px, width: width + 2 * px, height: height + 2 * px };
}
