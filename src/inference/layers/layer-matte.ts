import type { Point, Size } from '../../shared/affine.ts';
import { CELL_MODEL_PX } from '../../shared/engine-contract.ts';
import { alphaMatte } from '../matte/alpha-matte.ts';
import { cellSideInImagePx, sizeInCells, type MaskGeometry } from '../matte/mask-geometry.ts';
import type { Matte } from '../matte/matte.ts';
import { trimAlpha } from '../matte/trim-alpha.ts';
import { cellsNear, FIELD_REACH_CELLS, withinCells, type LayerFields } from './layer-fields.ts';

/**
 * How far a layer goes on, opaque, below the edges of those above it; then it fades over 2 px. Enough to leave no hairline
 * when a large image is shown at the size of a screen.
 */
const UNDERLAP_MODEL_PX = 1.5;
const MIN_UNDERLAP_PX = 2;
/** Less alpha than this is only rounding of an edge that belongs to others: nothing goes on below it. */
const MIN_ADDED_ALPHA = 32;

/**
 * Full-resolution alpha of one layer of a stack. Towards what is below, the edge is soft. Below the edges of layers above,
 * the layer goes on a little, opaque: so all layers over one another are opaque everywhere, and no hairline shows between
 * them.
 * @param labels [256 x 256], of the stack
 * @param clipImagePolygon as for `alphaMatte`
 * @returns null when nothing of the layer is within the polygon
 */
export function layerMatte(
  { label, fromHereUp, above }: LayerFields,
  labels: Uint8Array,
  geometry: MaskGeometry,
  clipImagePolygon: readonly Point[] | null,
): Matte | null {
  const sizeCells = sizeInCells(geometry.modelSizePx);
  // All cells whose pixels the layer's mask has a say in: beyond, edges are those of other layers.
  const reach = FIELD_REACH_CELLS + 1 + influenceCells(geometry);
  const isOwn = (cell: number): boolean => labels[cell] === label;
  const near = withinCells(fromHereUp, cellsNear(sizeCells, reach, isOwn));
  const matte = alphaMatte(near, geometry, clipImagePolygon);
  if (!matte) return null;
  // Somewhat more around, so that this cut is not taken for an edge of the layers above.
  const coverFields = withinCells(above, cellsNear(sizeCells, 2 * reach, isOwn));
  const cover = alphaMatte(coverFields, geometry, clipImagePolygon);
  const underlapPx = Math.max(
    Math.round((UNDERLAP_MODEL_PX / CELL_MODEL_PX) * cellSideInImagePx(geometry)),
    MIN_UNDERLAP_PX,
  );
  return cover ? trimAlpha(cutBelow(matte, cover, underlapPx)) : matte;
}

/** How many cells away a cell can still change the alpha of a pixel: its own logit, or that of the pixel's neighbour. */
function influenceCells({ modelSizePx, imageSizePx }: MaskGeometry): number {
  const cells: Size = sizeInCells(modelSizePx);
  const cellsPerPx = Math.max(cells.width / imageSizePx.width, cells.height / imageSizePx.height);
  return 1 + Math.ceil(cellsPerPx);
}

/** Takes away what adds nothing to the cover, but for the underlap around what does. */
function cutBelow(matte: Matte, cover: Matte, underlapPx: number): Matte {
  const { x, y, width, height } = matte.imageRect;
  // With a frame, in which the layer ends: the fade looks at a pixel's neighbours.
  const [framedWidth, framedHeight] = [width + 2, height + 2];
  const adds = new Uint8Array(framedWidth * framedHeight);
  const alpha = new Uint8Array(matte.alpha.length);
  const { imageRect: coverRect, alpha: coverAlpha } = cover;
  for (let row = 0; row < height; row++) {
    const coverY = y + row - coverRect.y;
    const hasCover = coverY >= 0 && coverY < coverRect.height;
    for (let column = 0; column < width; column++) {
      const coverX = x + column - coverRect.x;
      const isCovered = hasCover && coverX >= 0 && coverX < coverRect.width;
      const covered = isCovered ? coverAlpha[coverY * coverRect.width + coverX]! : 0;
      const own = matte.alpha[row * width + column]!;
      if (own > covered) alpha[row * width + column] = own;
      if (own >= covered + MIN_ADDED_ALPHA) adds[(row + 1) * framedWidth + column + 1] = 1;
    }
  }
  const size = { width: framedWidth, height: framedHeight };
  const isKept = widened(adds, size, underlapPx + 1);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let kept = 0;
      for (let v = row; v <= row + 2; v++) {
        for (let u = column; u <= column + 2; u++) kept += isKept[v * framedWidth + u]!;
      }
      const pixel = row * width + column;
      const faded = Math.min(matte.alpha[pixel]!, Math.round((255 * kept) / 9));
      alpha[pixel] = Math.max(alpha[pixel]!, faded);
    }
  }
  return { alpha, imageRect: matte.imageRect };
}

/** Per pixel 1 where one that is 1 lies within `reachPx` along both axes. */
function widened(pixels: Uint8Array, { width, height }: Size, reachPx: number): Uint8Array {
  const along = (source: Uint8Array, count: number, step: number, lines: number, lineStep: number) => {
    const out = new Uint8Array(source.length);
    for (let line = 0; line < lines; line++) {
      let lastOne = -Infinity;
      // Each 1 reaches forwards on the way there and backwards on the way back.
      for (let i = 0; i < count; i++) {
        const at = line * lineStep + i * step;
        if (source[at] === 1) lastOne = i;
        if (i - lastOne <= reachPx) out[at] = 1;
      }
      lastOne = Infinity;
      for (let i = count - 1; i >= 0; i--) {
        const at = line * lineStep + i * step;
        if (source[at] === 1) lastOne = i;
        if (lastOne - i <= reachPx) out[at] = 1;
      }
    }
    return out;
  };
  return along(along(pixels, width, 1, height, width), height, width, width, 1);
}
