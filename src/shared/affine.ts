export interface Point {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Rect extends Point, Size {}

/**
 * A 2x3 matrix in Figma's row layout: x' = a[0][0] x + a[0][1] y + a[0][2], y' likewise from row 1.
 * Names of maps read "aToB"; `multiply(bToC, aToB)` is aToC.
 */
export type Affine = readonly [readonly [number, number, number], readonly [number, number, number]];

export const IDENTITY: Affine = [
  [1, 0, 0],
  [0, 1, 0],
];

export function translation(x: number, y: number): Affine {
  return [
    [1, 0, x],
    [0, 1, y],
  ];
}

export function scaling(x: number, y: number): Affine {
  return [
    [x, 0, 0],
    [0, y, 0],
  ];
}

/** Turns +x towards +y, which is clockwise on a canvas whose y axis points down. */
export function rotation(degrees: number): Affine {
  const radians = (degrees * Math.PI) / 180;
  const cos = Math.cos(radians);
  const sin = Math.sin(radians);
  return [
    [cos, -sin, 0],
    [sin, cos, 0],
  ];
}

/** The map that applies the last argument first, as matrix products are written. */
export function multiply(...maps: Affine[]): Affine {
  return maps.reduce(multiplyTwo, IDENTITY);
}

function multiplyTwo(l: Affine, r: Affine): Affine {
  const row = (i: 0 | 1): readonly [number, number, number] => [
    l[i][0] * r[0][0] + l[i][1] * r[1][0],
    l[i][0] * r[0][1] + l[i][1] * r[1][1],
    l[i][0] * r[0][2] + l[i][1] * r[1][2] + l[i][2],
  ];
  return [row(0), row(1)];
}

export function determinant(map: Affine): number {
  return map[0][0] * map[1][1] - map[0][1] * map[1][0];
}

/** @throws RangeError when the map flattens the plane, so that no inverse exists */
export function invert(map: Affine): Affine {
  const det = determinant(map);
  if (!Number.isFinite(det) || Math.abs(det) < 1e-12) throw new RangeError('The map has no inverse.');
  const [[a, c, e], [b, d, f]] = map;
  return [
    [d / det, -c / det, (c * f - d * e) / det],
    [-b / det, a / det, (b * e - a * f) / det],
  ];
}

export function applyAffine(map: Affine, point: Point): Point {
  return {
    x: map[0][0] * point.x + map[0][1] * point.y + map[0][2],
    y: map[1][0] * point.x + map[1][1] * point.y + map[1][2],
  };
}

/** The corners in order: top left, top right, bottom right, bottom left. */
export function rectCorners(rect: Rect): [Point, Point, Point, Point] {
  const { x, y, width, height } = rect;
  return [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ];
}

/** The smallest rect around some, of which there is at least one. */
export function unitedRect(rects: readonly Rect[]): Rect {
  const x = Math.min(...rects.map((rect) => rect.x));
  const y = Math.min(...rects.map((rect) => rect.y));
  return {
    x,
    y,
    width: Math.max(...rects.map((rect) => rect.x + rect.width)) - x,
    height: Math.max(...rects.map((rect) => rect.y + rect.height)) - y,
  };
}
