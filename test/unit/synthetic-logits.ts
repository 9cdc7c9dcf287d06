import { LOGITS_SIDE } from '../../src/shared/engine-contract.ts';
import type { MaskGeometry } from '../../src/inference/matte/mask-geometry.ts';

/** Signed distance to a shape's edge in model pixels, > 0 inside. */
export type Shape = (x: number, y: number) => number;

/** Logits [256 x 256] that a decoder would give a shape: steep at its edge, saturated away from it. */
export function logitsOf(shape: Shape): Float32Array {
  return Float32Array.from({ length: LOGITS_SIDE ** 2 }, (_, i) => {
    const distance = shape(((i % LOGITS_SIDE) + 0.5) * 4, (Math.floor(i / LOGITS_SIDE) + 0.5) * 4);
    return Math.min(Math.max(distance * 0.5, -12), 12);
  });
}

export const circle =
  (cx: number, cy: number, r: number): Shape =>
  (x, y) =>
    r - Math.hypot(x - cx, y - cy);

export const box =
  (left: number, top: number, right: number, bottom: number): Shape =>
  (x, y) =>
    Math.min(x - left, right - x, y - top, bottom - y);

/** The union of two shapes, and one less the other. */
export const both =
  (a: Shape, b: Shape): Shape =>
  (x, y) =>
    Math.max(a(x, y), b(x, y));
export const without =
  (a: Shape, b: Shape): Shape =>
  (x, y) =>
    Math.min(a(x, y), -b(x, y));

/** Turns a shape about a point, clockwise on the screen. */
export const turned =
  (shape: Shape, degrees: number, cx: number, cy: number): Shape =>
  (x, y) => {
    const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
    return shape(cx + cos * (x - cx) + sin * (y - cy), cy - sin * (x - cx) + cos * (y - cy));
  };

/** Five tips at radius `r`, dents at `0.4 r`. */
export const star = (cx: number, cy: number, r: number): Shape => {
  const corners = Array.from({ length: 10 }, (_, i) => {
    const radius = i % 2 === 0 ? r : 0.4 * r;
    return { x: cx + radius * Math.sin((i * Math.PI) / 5), y: cy - radius * Math.cos((i * Math.PI) / 5) };
  });
  return polygon(corners);
};

export function polygon(corners: readonly { x: number; y: number }[]): Shape {
  return (x, y) => {
    let nearest = Infinity;
    let isInside = false;
    corners.forEach((a, i) => {
      const b = corners[(i + 1) % corners.length]!;
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const t = Math.min(Math.max(((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy), 0), 1);
      nearest = Math.min(nearest, Math.hypot(x - a.x - t * dx, y - a.y - t * dy));
      if (a.y > y !== b.y > y && x < a.x + ((y - a.y) * dx) / dy) isInside = !isInside;
    });
    return isInside ? nearest : -nearest;
  };
}

/** An image that fills the model square as preprocessing places it: long side 1024. */
export function geometryOf(width: number, height: number): MaskGeometry {
  const scale = 1024 / Math.max(width, height);
  return {
    imageSizePx: { width, height },
    modelSizePx: { width: Math.floor(width * scale + 0.5), height: Math.floor(height * scale + 0.5) },
  };
}
