import { Resvg } from '@resvg/resvg-js';
import type { Point, Size } from '../../src/shared/affine.ts';
import type { ImagePath } from '../../src/shared/host-contract.ts';

/** Coverage 0..255 of the filled paths, rendered by resvg. */
export function renderPaths(
  paths: readonly ImagePath[],
  { width, height }: Size,
  windingRule?: ImagePath['windingRule'],
): Uint8Array {
  const elements = paths.map(
    (path) => `<path d="${path.data}" fill-rule="${(windingRule ?? path.windingRule).toLowerCase()}"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${elements.join('')}</svg>`;
  const rgba = new Resvg(svg, { font: { loadSystemFonts: false } }).render().pixels;
  const coverage = new Uint8Array(width * height);
  for (let i = 0; i < coverage.length; i++) coverage[i] = rgba[4 * i + 3]!;
  return coverage;
}

/** 255 where the logit is > 0, else 0. */
export function maskOfLogits(logits: Float32Array): Uint8Array {
  const mask = new Uint8Array(logits.length);
  for (let i = 0; i < mask.length; i++) mask[i] = logits[i]! > 0 ? 255 : 0;
  return mask;
}

/** Sum of coverage, in pixels. */
export function areaOf(coverage: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < coverage.length; i++) sum += coverage[i]!;
  return sum / 255;
}

/** A subpath as its segments: a line has its end only, a cubic its two control points and its end. */
export interface Subpath {
  start: Point;
  segments: Point[][];
}

const NUMBER = String.raw`-?\d+(\.\d{1,2})?`;
const PAIR = `${NUMBER} ${NUMBER}`;
const SUBPATH = `M ${PAIR}( L ${PAIR}| C ${PAIR} ${PAIR} ${PAIR})+ Z`;
/** What Figma's vectorPaths take, narrowed to what a tracer may emit. */
export const PATH_GRAMMAR = new RegExp(`^${SUBPATH}( ${SUBPATH})*$`);

export function parsePath(data: string): Subpath[] {
  return data
    .split(/ ?Z ?/)
    .filter(Boolean)
    .map((subpath) => {
      const [start, ...segments] = subpath
        .split(/ ?[MLC] /)
        .slice(1)
        .map((numbers) => {
          const values = numbers.split(' ').map(Number);
          return values.flatMap((x, i) => (i % 2 === 0 ? [{ x, y: values[i + 1]! }] : []));
        });
      return { start: start![0]!, segments };
    });
}

/** Points along a subpath, `perSegment` to each line or cubic and the closing line. */
export function samplePoints({ start, segments }: Subpath, perSegment = 40): Point[] {
  let from = start;
  return [...segments, [start]].flatMap((segment) => {
    const begin = from;
    const end = segment[segment.length - 1]!;
    const [control1, control2] = segment.length === 3 ? segment : [begin, end];
    from = end;
    return Array.from({ length: perSegment }, (_, i) => {
      const t = i / perSegment;
      const at = (a: number, b: number, c: number, d: number) =>
        segment.length === 1
          ? a + t * (d - a)
          : (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t * t * (1 - t) * c + t ** 3 * d;
      return {
        x: at(begin.x, control1!.x, control2!.x, end.x),
        y: at(begin.y, control1!.y, control2!.y, end.y),
      };
    });
  });
}

/** Number of pixels that are clearly inside one and outside the other; resvg counts coverage in quarters. */
export function disagreement(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) if (Math.abs(a[i]! - b[i]!) >= 160) count++;
  return count;
}

export function outlineLength(paths: readonly ImagePath[]): number {
  let length = 0;
  for (const subpath of paths.flatMap((path) => parsePath(path.data))) {
    const points = samplePoints(subpath, 10);
    points.forEach((a, i) => {
      const b = points[(i + 1) % points.length]!;
      length += Math.hypot(b.x - a.x, b.y - a.y);
    });
  }
  return length;
}
