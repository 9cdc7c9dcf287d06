import type { Rect, Size } from '../../shared/affine.ts';
import type { ColourPlanes } from './guided-filter.ts';
import { cellSideInImagePx, type MaskGeometry } from './mask-geometry.ts';

/** sRGB with straight alpha, [height x width x 4]: what any decoder gives. */
export interface RgbaPixels extends Size {
  data: Uint8Array | Uint8ClampedArray;
}

/** Finer than this the logits say nothing: larger images are fitted at a fraction of their size. */
const MIN_CELL_WORKING_PX = 4;

/** Side of a working pixel in image pixels, whole: a cell of the logits is at least four working pixels wide. */
export function workingScale(geometry: MaskGeometry): number {
  return Math.max(1, Math.floor(cellSideInImagePx(geometry) / MIN_CELL_WORKING_PX));
}

export function workingSize({ width, height }: Size, scale: number): Size {
  return { width: Math.ceil(width / scale), height: Math.ceil(height / scale) };
}

/**
 * The colours of a part of an image, averaged over working pixels.
 * @param workingRect whole working pixels inside of the image
 * @param planes receives 0..1, [workingRect.height x workingRect.width]
 */
export function readColours(image: RgbaPixels, workingRect: Rect, scale: number, planes: ColourPlanes): void {
  const { data, width, height } = image;
  let i = 0;
  for (let y = 0; y < workingRect.height; y++) {
    const top = (workingRect.y + y) * scale;
    const bottom = Math.min(top + scale, height);
    for (let x = 0; x < workingRect.width; x++, i++) {
      const left = (workingRect.x + x) * scale;
      const right = Math.min(left + scale, width);
      let [r, g, b] = [0, 0, 0];
      for (let py = top; py < bottom; py++) {
        for (let at = (py * width + left) * 4, end = (py * width + right) * 4; at < end; at += 4) {
          r += data[at]!;
          g += data[at + 1]!;
          b += data[at + 2]!;
        }
      }
      const share = 1 / (255 * (bottom - top) * (right - left));
      planes.r[i] = r * share;
      planes.g[i] = g * share;
      planes.b[i] = b * share;
    }
  }
}
