import { encode } from 'fast-png';
import type { Point, Rect, Size } from '../../src/shared/affine.ts';
import type { CutoutTile, ImagePath } from '../../src/shared/host-contract.ts';

/** Of a small photo, and an object in it that is a square. */
export const SIZE: Size = { width: 80, height: 60 };
export const OBJECT: readonly Point[] = [
  { x: 20, y: 10 },
  { x: 60, y: 10 },
  { x: 60, y: 50 },
  { x: 20, y: 50 },
];

/** An opaque picture in which no two parts look alike. */
export function gradientPng({ width, height }: Size): Uint8Array {
  return paintPng(width, height, (x, y) => [(255 * x) / width, (255 * y) / height, 128, 255]);
}

/** White where a pixel's centre is inside the convex polygon (image space), transparent elsewhere. */
export function maskPng({ width, height }: Size, polygon: readonly Point[]): Uint8Array {
  return maskPart({ x: 0, y: 0, width, height }, polygon);
}

/** The mask as the engine hands it out: trimmed, with a margin of one pixel where the image has one. */
export function maskTile(image: Size, polygon: readonly Point[]): CutoutTile {
  const left = Math.max(Math.floor(Math.min(...polygon.map(({ x }) => x))) - 1, 0);
  const top = Math.max(Math.floor(Math.min(...polygon.map(({ y }) => y))) - 1, 0);
  const right = Math.min(Math.ceil(Math.max(...polygon.map(({ x }) => x))) + 1, image.width);
  const bottom = Math.min(Math.ceil(Math.max(...polygon.map(({ y }) => y))) + 1, image.height);
  const imageRect = { x: left, y: top, width: right - left, height: bottom - top };
  return { png: maskPart(imageRect, polygon), imageRect };
}

/** The same tile in two halves, as images of more than 4096 px are. */
export function splitTile(tile: CutoutTile, polygon: readonly Point[]): CutoutTile[] {
  const { x, y, width, height } = tile.imageRect;
  const half = Math.floor(width / 2);
  return [
    { x, y, width: half, height },
    { x: x + half, y, width: width - half, height },
  ].map((imageRect) => ({ png: maskPart(imageRect, polygon), imageRect }));
}

export function polygonPath(polygon: readonly Point[]): ImagePath {
  const [first, ...others] = polygon.map(({ x, y }) => `${x.toFixed(3)} ${y.toFixed(3)}`);
  return {
    windingRule: 'NONZERO',
    data: [`M ${first}`, ...others.map((point) => `L ${point}`), 'Z'].join(' '),
  };
}

function maskPart({ x, y, width, height }: Rect, polygon: readonly Point[]): Uint8Array {
  return paintPng(width, height, (column, row) =>
    isInsideConvex({ x: x + column + 0.5, y: y + row + 0.5 }, polygon) ? [255, 255, 255, 255] : [0, 0, 0, 0],
  );
}

function isInsideConvex(point: Point, polygon: readonly Point[]): boolean {
  const sides = polygon.map((from, i) => {
    const to = polygon[(i + 1) % polygon.length]!;
    return Math.sign((to.x - from.x) * (point.y - from.y) - (to.y - from.y) * (point.x - from.x));
  });
  return sides.every((side) => side >= 0) || sides.every((side) => side <= 0);
}

function paintPng(width: number, height: number, colour: (x: number, y: number) => number[]): Uint8Array {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colour(x, y), (y * width + x) * 4);
  }
  return encode({ width, height, data, channels: 4 });
}
