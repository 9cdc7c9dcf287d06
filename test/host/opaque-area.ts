import type { FigmaDocument } from './document/figma-document.ts';
import type { Rect } from '../../src/shared/affine.ts';
import { rasterise } from './rasterise.ts';
import { renderDocument } from './render/document-svg.ts';

/** How opaque a picture of the canvas is, one entry (0..255) per canvas unit, row-major. */
export interface OpaqueArea {
  alpha: readonly number[];
  width: number;
  height: number;
  /** How many pixels are fully opaque. */
  coreCount: number;
}

/** From here on a pixel lies wholly inside; a bit less than 255 for what scaled images lose to rounding. */
const CORE_ALPHA = 250;
const HALF_ALPHA = 128;

export function opaqueArea(document: FigmaDocument, bounds: Rect): OpaqueArea {
  const { pixels, width, height } = rasterise(renderDocument(document, { bounds }));
  const alpha = Array.from({ length: width * height }, (_, i) => pixels[i * 4 + 3]!);
  return { alpha, width, height, coreCount: alpha.filter((value) => value >= CORE_ALPHA).length };
}

/**
 * Fully opaque pixels of one area without a pixel of the other, at least half opaque, within `radiusPx` rows and
 * columns. Half covered ones of the first do not count: at a sharp corner, two ways of drawing differ by more.
 */
export function strayCount(area: OpaqueArea, other: OpaqueArea, radiusPx: number): number {
  let strays = 0;
  area.alpha.forEach((alpha, i) => {
    const [x, y] = [i % area.width, Math.floor(i / area.width)];
    if (alpha >= CORE_ALPHA && !isNear(other, x, y, radiusPx)) strays++;
  });
  return strays;
}

function isNear({ alpha, width, height }: OpaqueArea, x: number, y: number, radiusPx: number): boolean {
  for (let row = Math.max(0, y - radiusPx); row <= Math.min(height - 1, y + radiusPx); row++) {
    for (let column = Math.max(0, x - radiusPx); column <= Math.min(width - 1, x + radiusPx); column++) {
      if (alpha[row * width + column]! >= HALF_ALPHA) return true;
    }
  }
  return false;
}
