import { applyAffine, rectCorners, type Affine, type Point, type Rect } from '../../../src/shared/affine.ts';

/** Figma keeps geometry in single precision; numbers written to it come back rounded. */
export function toStoredTransform(map: Affine): Transform {
  const row = (i: 0 | 1): [number, number, number] => [
    Math.fround(map[i][0]),
    Math.fround(map[i][1]),
    Math.fround(map[i][2]),
  ];
  return [row(0), row(1)];
}

export function hasUnitAxes(map: Affine, tolerance = 1e-3): boolean {
  const lengths = [Math.hypot(map[0][0], map[1][0]), Math.hypot(map[0][1], map[1][1])];
  return lengths.every((length) => Math.abs(length - 1) <= tolerance);
}

export function withoutTranslation(map: Affine): Affine {
  return [
    [map[0][0], map[0][1], 0],
    [map[1][0], map[1][1], 0],
  ];
}

/** The smallest upright rectangle around the points; all zero for none. */
export function boundsOf(points: readonly Point[]): Rect {
  if (points.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

export function mappedCorners(map: Affine, width: number, height: number): Point[] {
  return rectCorners({ x: 0, y: 0, width, height }).map((corner) => applyAffine(map, corner));
}
