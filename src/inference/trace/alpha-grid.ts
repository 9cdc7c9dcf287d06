import type { Rect, Size } from '../../shared/affine.ts';
import type { ConvexClip } from '../matte/convex-clip.ts';
import type { Matte } from '../matte/matte.ts';
import { createContourGrid, type ContourGrid } from './contour-grid.ts';

/** Alpha at which the outline lies: half of 255. */
const HALF_ALPHA = 127.5;

/**
 * An alpha matte at the centres of its pixels. Beyond its rect it is transparent; where the rect ends at the image's border,
 * outlines go along the border.
 * @param bounds as `alphaBounds` gives them, or a part of that
 */
export function createAlphaGrid(
  { alpha, imageRect }: Matte,
  imageSizePx: Size,
  bounds: Rect,
  clip: ConvexClip | null,
): ContourGrid {
  return createContourGrid(bounds, { x: 1, y: 1 }, clip, (imageXs, imageYs) => {
    const columns = imageXs.map((x) => pixelAt(x, imageSizePx.width) - imageRect.x);
    return (y, out) => {
      const row = pixelAt(imageYs[y]!, imageSizePx.height) - imageRect.y;
      const isWithin = row >= 0 && row < imageRect.height;
      for (let x = 0; x < columns.length; x++) {
        const column = columns[x]!;
        const hasAlpha = isWithin && column >= 0 && column < imageRect.width;
        out[x] = (hasAlpha ? alpha[row * imageRect.width + column]! : 0) - HALF_ALPHA;
      }
    };
  });
}

/** The matte's rect with a pixel around it, as far as the image goes. */
export function alphaBounds({ imageRect }: Matte, imageSizePx: Size): Rect {
  const left = Math.max(imageRect.x - 1, 0);
  const top = Math.max(imageRect.y - 1, 0);
  return {
    x: left,
    y: top,
    width: Math.min(imageRect.x + imageRect.width + 1, imageSizePx.width) - left,
    height: Math.min(imageRect.y + imageRect.height + 1, imageSizePx.height) - top,
  };
}

/** The pixel whose centre a node lies at; a node on the border has the value of the pixel at the border. */
function pixelAt(position: number, sidePx: number): number {
  return Math.min(Math.max(Math.floor(position), 0), sidePx - 1);
}
