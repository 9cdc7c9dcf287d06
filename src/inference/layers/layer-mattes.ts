import type { Point, Rect, Size } from '../../shared/affine.ts';
import { DEFAULT_EDGE, type EdgeSettings } from '../../shared/edge-settings.ts';
import { CELL_MODEL_PX, LOGITS_SIDE } from '../../shared/engine-contract.ts';
import { rectOfCells } from '../matte/cell-rects.ts';
import { clipAlpha } from '../matte/clip-alpha.ts';
import { createConvexClip, intersectRects, wholePixels } from '../matte/convex-clip.ts';
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
import { widened } from './widened.ts';

/**
 * How far a layer goes on, opaque, below the edges of those above it; then it fades over 2 px. Enough to leave no hairline
 * when a large image is shown at the size of a screen.
 */
const UNDERLAP_MODEL_PX = 1.5;
const MIN_UNDERLAP_PX = 2;
/** Harder than that of a cutout, whose colours are those of the object alone: those of a layer are the image's, up to its edge. */
const LAYER_EDGE: EdgeSettings = { ...DEFAULT_EDGE, softness: 0.4 };
/** Less alpha than this is only the noise of an edge that belongs to others: nothing goes on below it. */
const MIN_ADDED_ALPHA = 96;

/**
 * Full-resolution alpha of the layers of a stack, from front to back, with edges that are fitted to the image. Below the edges of
 * the layers above it, a layer goes on a little, opaque: so all layers over one another are opaque everywhere, and no hairline
 * shows between them.
 */
export class LayerMattes {
  /** Of the whole image: the largest alpha of the layers so far. */
  private readonly cover: Uint8Array;
  private readonly underlapPx: number;

  /** @param clipImagePolygon as for `alphaMatte` */
  constructor(
    private readonly pixels: RgbaPixels,
    private readonly geometry: MaskGeometry,
    private readonly clipImagePolygon: readonly Point[] | null,
  ) {
    const { width, height } = geometry.imageSizePx;
    this.cover = new Uint8Array(width * height);
    this.underlapPx = Math.max(
      Math.round((UNDERLAP_MODEL_PX / CELL_MODEL_PX) * cellSideInImagePx(geometry)),
      MIN_UNDERLAP_PX,
    );
  }

  /**
   * @param fields of the layer after the one of the last call, as `layerFields` gives them
   * @param labels [256 x 256], of the stack
   * @returns null when nothing of the layer can be seen
   */
  next(fields: LayerFields, labels: Uint8Array): Matte | null {
    const matte = this.unionHere(fields, labels);
    if (!matte) return null;
    const seen = this.cutBelow(matte);
    this.addToCover(matte);
    return trimAlpha(seen);
  }

  /** Alpha of the layer together with all above it, where the layer has a say. */
  private unionHere({ label, fromHereUp }: LayerFields, labels: Uint8Array): Matte | null {
    const { geometry, pixels } = this;
    const clip = this.clipImagePolygon && createConvexClip(this.clipImagePolygon);
    if (this.clipImagePolygon && !clip) return null;
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

  /** Takes away what adds nothing to the cover, but for the underlap around what does. */
  private cutBelow(matte: Matte): Matte {
    const { x, y, width, height } = matte.imageRect;
    const stride = this.geometry.imageSizePx.width;
    // With a frame, in which the layer ends: the fade looks at a pixel's neighbours.
    const [framedWidth, framedHeight] = [width + 2, height + 2];
    const adds = new Uint8Array(framedWidth * framedHeight);
    const alpha = new Uint8Array(matte.alpha.length);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const covered = this.cover[(y + row) * stride + x + column]!;
        const own = matte.alpha[row * width + column]!;
        if (own > covered) alpha[row * width + column] = own;
        if (own >= covered + MIN_ADDED_ALPHA) adds[(row + 1) * framedWidth + column + 1] = 1;
      }
    }
    const size = { width: framedWidth, height: framedHeight };
    const isKept = widened(adds, size, this.underlapPx + 1);
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

  private addToCover({ alpha, imageRect: { x, y, width, height } }: Matte): void {
    const stride = this.geometry.imageSizePx.width;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const at = (y + row) * stride + x + column;
        this.cover[at] = Math.max(this.cover[at]!, alpha[row * width + column]!);
      }
    }
  }
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
