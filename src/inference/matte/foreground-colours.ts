import type { Rect } from '../../shared/affine.ts';
import { grown, intersectRects } from './convex-clip.ts';
import { foregroundIn } from './foreground-in.ts';
import { alphaAt, type Matte } from './matte.ts';
import { splitRect } from './split-rect.ts';
import type { RgbaPixels } from './working-scale.ts';

const TILE_SIDE_PX = 256;
/** How far from an edge its colours are looked for. */
const MARGIN_PX = 32;

/**
 * Takes the background out of the colours of an edge: where a pixel is partly covered, its colour becomes an estimate of what
 * covers it. Alpha, and pixels that are covered wholly or not at all, stay as they are.
 * @param part of the matte's rect
 * @param data RGBA with straight alpha of that part, [part.height x part.width x 4]; overwritten where 0 < alpha < 255
 */
export function writeForegroundColours(image: RgbaPixels, matte: Matte, part: Rect, data: Uint8Array): void {
  const whole = { x: 0, y: 0, width: image.width, height: image.height };
  for (const tile of splitRect(part, TILE_SIDE_PX)) {
    const edge = softBounds(matte, tile);
    if (!edge) continue;
    const seen = intersectRects(whole, grown(edge, MARGIN_PX))!;
    const foreground = foregroundIn(image, matte, seen);
    for (let y = edge.y; y < edge.y + edge.height; y++) {
      for (let x = edge.x; x < edge.x + edge.width; x++) {
        const to = ((y - part.y) * part.width + x - part.x) * 4;
        if (!isSoft(alphaAt(matte, x, y)) || data[to + 3] === 0) continue;
        const from = ((y - seen.y) * seen.width + x - seen.x) * 3;
        for (let c = 0; c < 3; c++) data[to + c] = Math.round(255 * foreground[from + c]!);
      }
    }
  }
}

function isSoft(alpha: number): boolean {
  return alpha > 0 && alpha < 255;
}

/** The smallest rect that holds all partly covered pixels of a part; null without any. */
function softBounds(matte: Matte, part: Rect): Rect | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let y = part.y; y < part.y + part.height; y++) {
    for (let x = part.x; x < part.x + part.width; x++) {
      if (!isSoft(alphaAt(matte, x, y))) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = y + 1;
    }
  }
  return right < left ? null : { x: left, y: top, width: right - left, height: bottom - top };
}
