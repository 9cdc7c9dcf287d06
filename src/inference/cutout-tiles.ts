import { encode } from 'fast-png';
import type { Rect } from '../shared/affine.ts';
import { TinyCutError } from '../shared/errors.ts';
import type { CutoutTile } from '../shared/host-contract.ts';
import type { RgbaImage } from './image-codec.ts';
import { writeForegroundColours } from './matte/foreground-colours.ts';
import type { Matte } from './matte/matte.ts';
import { splitRect } from './matte/split-rect.ts';

/**
 * Colours of pixels that the matte covers in part: the image's own, which look right over the image, or an estimate of the
 * object's, which looks right over anything else.
 */
export type EdgeColours = 'image' | 'foreground';

/**
 * The image under the matte as a PNG with straight alpha: the image's transparency multiplies with the matte's. Where the
 * result is fully transparent the colour is black, which packs best.
 * @param tile part of the matte's rect
 * @returns null when nothing in the tile is visible
 */
export function cutoutPng(
  image: RgbaImage,
  matte: Matte,
  tile: Rect,
  edgeColours: EdgeColours,
): Uint8Array | null {
  const { alpha, imageRect } = matte;
  const data = new Uint8Array(tile.width * tile.height * 4);
  let isVisible = false;
  for (let row = 0; row < tile.height; row++) {
    let source = ((tile.y + row) * image.width + tile.x) * 4;
    let inMatte = (tile.y + row - imageRect.y) * imageRect.width + tile.x - imageRect.x;
    let target = row * tile.width * 4;
    for (let column = 0; column < tile.width; column++, source += 4, target += 4, inMatte++) {
      const pixelAlpha = Math.round((alpha[inMatte]! * image.data[source + 3]!) / 255);
      if (pixelAlpha === 0) continue;
      isVisible = true;
      data[target] = image.data[source]!;
      data[target + 1] = image.data[source + 1]!;
      data[target + 2] = image.data[source + 2]!;
      data[target + 3] = pixelAlpha;
    }
  }
  if (!isVisible) return null;
  if (edgeColours === 'foreground') writeForegroundColours(image, matte, tile, data);
  return encode({ width: tile.width, height: tile.height, data, channels: 4 });
}

/**
 * The image under the matte, in tiles; those in which nothing is visible are left out.
 * @param maxTileSidePx >= 1
 * @param onTile awaited before each tile with the share of them that is done, 0..1
 * @throws TinyCutError `bad-argument`
 */
export async function cutoutTiles(
  image: RgbaImage,
  matte: Matte,
  maxTileSidePx: number,
  edgeColours: EdgeColours,
  onTile?: (fraction: number) => Promise<void>,
): Promise<CutoutTile[]> {
  if (!(maxTileSidePx >= 1)) {
    throw new TinyCutError(
      'bad-argument',
      `A tile must have a side of at least 1 pixel, not ${maxTileSidePx}.`,
    );
  }
  const rects = splitRect(matte.imageRect, maxTileSidePx);
  const tiles: CutoutTile[] = [];
  for (const [i, imageRect] of rects.entries()) {
    await onTile?.(i / rects.length);
    const png = cutoutPng(image, matte, imageRect, edgeColours);
    if (png) tiles.push({ png, imageRect });
  }
  return tiles;
}
