import type { Point, Size } from '../../../src/shared/affine.ts';
import { maskIou } from '../../quality/mask-iou.ts';
import type { OutlineMask } from './outline-masks.ts';
import { nodeCount, pointsAlong, subpathsData, type Subpath } from './path-subpaths.ts';
import { pathCoverage } from './path-coverage.ts';

const HALF_COVERED = 128;

export interface OutlineScore {
  nodes: number;
  /** Of the path, rasterised by resvg and cut at half coverage, with the mask. */
  iou: number;
  /** Pixels on the wrong side, over the mask's pixels that touch its outside by a side. */
  wrongPerBoundaryPx: number;
  /** Largest distance of the path from the mask's sub-pixel edge, in pixels. */
  maxDeviationPx: number;
}

export function scoreOutline(subpaths: readonly Subpath[], mask: OutlineMask): OutlineScore {
  const sizePx = mask.geometry.imageSizePx;
  const coverage = pathCoverage(subpathsData(subpaths), sizePx);
  const drawn = coverage.map((value) => (value >= HALF_COVERED ? 1 : 0));
  const wrong = drawn.reduce((sum, value, pixel) => sum + (value ^ mask.inside[pixel]!), 0);
  const edge = createEdgeIndex(mask.imageLogits, sizePx);
  let maxDeviationPx = 0;
  for (const point of pointsAlong(subpaths, 0.5)) {
    maxDeviationPx = Math.max(maxDeviationPx, edge.distanceTo(point));
  }
  return {
    nodes: nodeCount(subpaths),
    iou: maskIou({ inside: mask.inside, ignored: null }, drawn),
    wrongPerBoundaryPx: wrong / boundaryPixelCount(mask.inside, sizePx),
    maxDeviationPx,
  };
}

function boundaryPixelCount(inside: Uint8Array, { width, height }: Size): number {
  let count = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      if (!inside[pixel]) continue;
      const isInner =
        x > 0 &&
        x < width - 1 &&
        y > 0 &&
        y < height - 1 &&
        inside[pixel - 1] &&
        inside[pixel + 1] &&
        inside[pixel - width] &&
        inside[pixel + width];
      if (!isInner) count++;
    }
  }
  return count;
}

/** Bucket side. Also the furthest that a distance is searched, in buckets times this. */
const BUCKET_PX = 8;

/**
 * The mask's edge as short segments: per square between four pixel centres those of marching squares, ambiguous ones both
 * ways; and the image's border where the mask goes on to it.
 */
function createEdgeIndex(logits: Float32Array, { width, height }: Size) {
  const columns = Math.ceil((width + 1) / BUCKET_PX);
  const buckets = new Map<number, [Point, Point][]>();
  const bucketAt = ({ x, y }: Point): number =>
    Math.floor(Math.max(y, 0) / BUCKET_PX) * columns + Math.floor(Math.max(x, 0) / BUCKET_PX);
  const add = (a: Point, b: Point): void => {
    const key = bucketAt(a);
    const bucket = buckets.get(key);
    if (bucket) bucket.push([a, b]);
    else buckets.set(key, [[a, b]]);
  };
  const clamp = (value: number, max: number) => Math.min(Math.max(value, 0), max);
  // One pixel more on each side, outside: its centres stand on the border.
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? -1e9 : logits[y * width + x]!;
  const place = (x: number, y: number): Point => ({ x: clamp(x + 0.5, width), y: clamp(y + 0.5, height) });
  for (let y = -1; y < height; y++) {
    for (let x = -1; x < width; x++) {
      const corners = [
        [x, y],
        [x + 1, y],
        [x + 1, y + 1],
        [x, y + 1],
      ] as const;
      const crossings = corners.flatMap(([ax, ay], k) => {
        const [bx, by] = corners[(k + 1) % 4]!;
        const [la, lb] = [at(ax, ay), at(bx, by)];
        if (la > 0 === lb > 0) return [];
        const [a, b] = [place(ax, ay), place(bx, by)];
        const t = la === -1e9 ? 0 : lb === -1e9 ? 1 : la / (la - lb);
        return [{ x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) }];
      });
      crossings.forEach((a, i) => crossings.slice(i + 1).forEach((b) => add(a, b)));
    }
  }
  return {
    distanceTo(point: Point): number {
      let nearest = Infinity;
      const [bx, by] = [Math.floor(point.x / BUCKET_PX), Math.floor(point.y / BUCKET_PX)];
      for (let ring = 0; ring < columns + height && nearest > (ring - 1) * BUCKET_PX; ring++) {
        for (let v = by - ring; v <= by + ring; v++) {
          for (let u = bx - ring; u <= bx + ring; u++) {
            if (Math.max(Math.abs(u - bx), Math.abs(v - by)) !== ring || u < 0 || u >= columns || v < 0)
              continue;
            for (const [a, b] of buckets.get(v * columns + u) ?? []) {
              nearest = Math.min(nearest, distanceToSegment(point, a, b));
            }
          }
        }
      }
      return nearest;
    },
  };
}

function distanceToSegment(point: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const squared = dx * dx + dy * dy;
  const along = squared > 0 ? ((point.x - a.x) * dx + (point.y - a.y) * dy) / squared : 0;
  const t = Math.min(Math.max(along, 0), 1);
  return Math.hypot(point.x - a.x - t * dx, point.y - a.y - t * dy);
}
