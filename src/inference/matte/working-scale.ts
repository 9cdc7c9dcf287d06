import type { Rect, Size } from '../../shared/affine.ts';
import type { ColourPlanes } from './guided-filter.ts';
import { cellSideInImagePx, type MaskGeometry } from './mask-geometry.ts';

/** sRGB with straight alpha, [height x width x 4]: what any decoder gives. */
export interface RgbaPixels extends Size {
  data: Uint8Array | Uint8ClampedArray;
}

/** Finer than this the logits say nothing: larger images are fitted at a fraction of their size. */
const MIN_CELL_WORKING_PX = 3;

/** Side of a working pixel in image pixels: a cell of the logits is three working pixels wide, or fewer where it has fewer. */
export function workingScale(geometry: MaskGeometry): number {
  return Math.max(1, cellSideInImagePx(geometry) / MIN_CELL_WORKING_PX);
}

export function workingSize({ width, height }: Size, scale: number): Size {
  return { width: Math.ceil(width / scale), height: Math.ceil(height / scale) };
}

/**
 * The colours of a part of an image, averaged over working pixels.
 * @param workingRect whole working pixels inside of the image
 * @param scale >= 1, image pixels to a working pixel
 * @param planes receives 0..1, [workingRect.height x workingRect.width]
 */
export function readColours(image: RgbaPixels, workingRect: Rect, scale: number, planes: ColourPlanes): void {
  const { data, width, height } = image;
  const columns = spans(workingRect.x, workingRect.width, scale, width);
  let i = 0;
  for (const row of spans(workingRect.y, workingRect.height, scale, height)) {
    for (const column of columns) {
      let [r, g, b] = [0, 0, 0];
      for (let y = row.first; y < row.end; y++) {
        const rowShare = y === row.first ? row.firstShare : y === row.end - 1 ? row.lastShare : 1;
        for (let x = column.first, at = (y * width + x) * 4; x < column.end; x++, at += 4) {
          const share =
            rowShare * (x === column.first ? column.firstShare : x === column.end - 1 ? column.lastShare : 1);
          r += share * data[at]!;
          g += share * data[at + 1]!;
          b += share * data[at + 2]!;
        }
      }
      const share = 1 / (255 * row.length * column.length);
      planes.r[i] = r * share;
      planes.g[i] = g * share;
      planes.b[i++] = b * share;
    }
  }
}

/** Image pixels below a working pixel, and how much of the first and of the last of them. */
interface Span {
  first: number;
  end: number;
  firstShare: number;
  lastShare: number;
  length: number;
}

function spans(start: number, count: number, scale: number, sidePx: number): Span[] {
  return Array.from({ length: count }, (_, n) => {
    const from = (start + n) * scale;
    const to = Math.min((start + n + 1) * scale, sidePx);
    const first = Math.floor(from);
    const end = Math.ceil(to);
    return {
      first,
      end,
      firstShare: Math.min(first + 1, to) - from,
      lastShare: to - (end - 1),
      length: to - from,
    };
  });
}
