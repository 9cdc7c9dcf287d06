import type { Point, Rect, Size } from '../../shared/affine.ts';
import type { Retouch } from '../../shared/retouch.ts';
import { clipAlpha } from './clip-alpha.ts';
import { createConvexClip } from './convex-clip.ts';
import type { Matte } from './matte.ts';
import { strokeCoverage } from './stroke-coverage.ts';
import { trimAlpha } from './trim-alpha.ts';

/**
 * The user's own hand on top of the model's mask: inverted first if so wished, then strokes in their order, each adding to or
 * erasing from what is below it, then the clip. Coverage is composed as in Porter and Duff's "over" and "out".
 * @param matte of the model's mask, not clipped; null when that is empty
 * @param clipImagePolygon convex, in image space; what lies outside is left out
 * @returns trimmed; null when nothing is left
 */
export function retouchMatte(
  matte: Matte | null,
  { isInverted, strokes }: Retouch,
  imageSizePx: Size,
  clipImagePolygon: readonly Point[] | null,
): Matte | null {
  const clip = clipImagePolygon && createConvexClip(clipImagePolygon);
  if (clipImagePolygon && !clip) return null;
  const image: Rect = { x: 0, y: 0, ...imageSizePx };
  const alpha = new Uint8Array(image.width * image.height);
  if (matte) paint(alpha, image.width, matte, (_below, own) => own);
  if (isInverted) for (let i = 0; i < alpha.length; i++) alpha[i] = 255 - alpha[i]!;
  for (const stroke of strokes) {
    const coverage = strokeCoverage(stroke, image);
    if (coverage) paint(alpha, image.width, coverage, stroke.mode === 'add' ? over : out);
  }
  if (clip) clipAlpha(alpha, image, clip);
  return trimAlpha({ alpha, imageRect: image });
}

function over(below: number, own: number): number {
  return own + Math.round((below * (255 - own)) / 255);
}

function out(below: number, own: number): number {
  return Math.round((below * (255 - own)) / 255);
}

function paint(
  alpha: Uint8Array,
  imageWidthPx: number,
  { alpha: own, imageRect }: Matte,
  compose: (below: number, own: number) => number,
): void {
  const { x, y, width, height } = imageRect;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const i = (y + row) * imageWidthPx + x + column;
      alpha[i] = compose(alpha[i]!, own[row * width + column]!);
    }
  }
}
