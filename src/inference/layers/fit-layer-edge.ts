import type { Rect, Size } from '../../shared/affine.ts';
import { DEFAULT_EDGE, type EdgeSettings } from '../../shared/edge-settings.ts';
import { CELL_MODEL_PX, LOGITS_SIDE } from '../../shared/engine-contract.ts';
import { rectOfCells } from '../matte/cell-rects.ts';
import { clipAlpha } from '../matte/clip-alpha.ts';
import { intersectRects, wholePixels, type ConvexClip } from '../matte/convex-clip.ts';
import { BAND, edgeBand } from '../matte/edge-band.ts';
import { FIT_REACH_CELLS } from '../matte/fit-tile.ts';
import { cellSideInImagePx, sizeInCells, type MaskGeometry } from '../matte/mask-geometry.ts';
import type { Matte } from '../matte/matte.ts';
import { fittedAlpha } from '../matte/refine-matte.ts';
import { removeCrumbs } from '../matte/remove-crumbs.ts';
import { shapeEdge } from '../matte/shape-edge.ts';
import { trimAlpha } from '../matte/trim-alpha.ts';
import type { RgbaPixels } from '../matte/working-scale.ts';
import { cellsNear, FIELD_REACH_CELLS, withinCells, type LayerFields } from './layer-fields.ts';

/** Harder than that of a cutout, whose colours are those of the object alone: those of a layer are the image's, up to its edge. */
const LAYER_EDGE: EdgeSettings = { ...DEFAULT_EDGE, softness: 0.4 };

/**
 * Alpha of a layer together with all above it, where the layer has a say, its edge fitted to the image.
 * @param labels [256 x 256], of the stack
 * @param clip in image space; what lies outside is left out
 * @returns trimmed; null when nothing is left
 */
export function fitLayerEdge(
  { label, fromHereUp }: Pick<LayerFields, 'label' | 'fromHereUp'>,
  labels: Uint8Array,
  pixels: RgbaPixels,
  geometry: MaskGeometry,
  clip: ConvexClip | null,
): Matte | null {
  const sizeCells = sizeInCells(geometry.modelSizePx);
  const isOwn = (cell: number): boolean => labels[cell] === label;
  // Beyond, edges are those of other layers.
  const reach = FIELD_REACH_CELLS + 1 + influenceCells(geometry);
  const near = cellsNear(sizeCells, reach, isOwn);
  // Cut where no fit sees it.
  const logits = withinCells(fromHereUp, cellsNear(sizeCells, reach + FIT_REACH_CELLS, isOwn));
  const band = edgeBand(logits, geometry);
  // The layer shows through what is soft of the ones above, as far as that may reach.
  const below = cellsNear(sizeCells, Math.max(reach, BAND.maxReachCells + 1), isOwn);
  const shown = near.map((isNear, cell) =>
    isNear === 1 || (below[cell] === 1 && logits[cell]! > 0 && band[cell] === 0) ? 1 : 0,
  );
  const image = { x: 0, y: 0, ...geometry.imageSizePx };
  const seen = rectOfCells(
    geometry,
    image,
    (cell) => shown[cell] === 1 && (logits[cell]! > 0 || band[cell]! > 0),
  );
  const bounds = seen && clip ? intersectRects(seen, clip.bounds) : seen;
  if (!bounds) return null;
  const rect = wholePixels(bounds);
  const ownBand = band.map((value, cell) => value * near[cell]!);
  const alpha = fittedAlpha({ logits, band: ownBand, geometry }, pixels, rect);
  fillPinholes(alpha, rect, cellSideInImagePx(geometry));
  shapeEdge(alpha, rect, LAYER_EDGE);
  hideCells(alpha, rect, shown, geometry);
  if (clip) clipAlpha(alpha, rect, clip);
  return trimAlpha({ alpha, imageRect: rect });
}

/** How many cells away a cell can still change the alpha of a pixel: its own logit, or that of the pixel's neighbour. */
function influenceCells({ modelSizePx, imageSizePx }: MaskGeometry): number {
  const cells = sizeInCells(modelSizePx);
  const cellsPerPx = Math.max(cells.width / imageSizePx.width, cells.height / imageSizePx.height);
  return 1 + Math.ceil(cellsPerPx);
}

/** What shows through a layer in specks would be crumbs of the layers below it. */
function fillPinholes(alpha: Uint8Array, size: Size, cellPx: number): void {
  for (let i = 0; i < alpha.length; i++) alpha[i] = 255 - alpha[i]!;
  removeCrumbs(alpha, size, cellPx);
  for (let i = 0; i < alpha.length; i++) alpha[i] = 255 - alpha[i]!;
}

/** @param alpha of the rect; becomes 0 where a pixel's middle lies in a cell that is not shown */
function hideCells(alpha: Uint8Array, rect: Rect, shown: Uint8Array, geometry: MaskGeometry): void {
  const { imageSizePx, modelSizePx } = geometry;
  const cellOf = (px: number, imageSidePx: number, modelSidePx: number): number =>
    Math.floor(((px + 0.5) * modelSidePx) / (imageSidePx * CELL_MODEL_PX));
  const columns = Uint16Array.from({ length: rect.width }, (_, i) =>
    cellOf(rect.x + i, imageSizePx.width, modelSizePx.width),
  );
  for (let row = 0; row < rect.height; row++) {
    const cells = cellOf(rect.y + row, imageSizePx.height, modelSizePx.height) * LOGITS_SIDE;
    for (let column = 0; column < rect.width; column++) {
      if (shown[cells + columns[column]!] === 0) alpha[row * rect.width + column] = 0;
    }
  }
}
