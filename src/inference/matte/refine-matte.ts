import type { Point, Rect } from '../../shared/affine.ts';
import type { EdgeSettings } from '../../shared/edge-settings.ts';
import { alphaMatte } from './alpha-matte.ts';
import { rectOfCells } from './cell-rects.ts';
import { clipAlpha } from './clip-alpha.ts';
import { createConvexClip, grown, intersectRects, wholePixels } from './convex-clip.ts';
import { edgeBand } from './edge-band.ts';
import { createModelEvaluator } from './evaluate-model.ts';
import { blendedAlpha, inBand, steepened, hardeningOf, TileFitter, type MaskCells } from './fit-tile.ts';
import { createLogitSampler, pixelCentres } from './logit-sampler.ts';
import { cellSideInImagePx, type MaskGeometry } from './mask-geometry.ts';
import type { Matte } from './matte.ts';
import { removeCrumbs } from './remove-crumbs.ts';
import { shapeEdge } from './shape-edge.ts';
import { splitRect } from './split-rect.ts';
import { trimAlpha } from './trim-alpha.ts';
import type { RgbaPixels } from './working-scale.ts';

/**
 * Full-resolution alpha of a mask whose edge follows the image: in a band around the edge, alpha is fitted to the colours by
 * guided filters with smaller and smaller windows, as far as they explain it; elsewhere it is that of `alphaMatte`. Time grows with the length of the edge.
 * @param logits [256 x 256], row-major, of the padded model square
 * @param pixels of `geometry.imageSizePx`
 * @param clipImagePolygon as for `alphaMatte`
 * @returns as `alphaMatte`: trimmed; null when nothing is left
 */
export function refineMatte(
  logits: Float32Array,
  geometry: MaskGeometry,
  pixels: RgbaPixels,
  clipImagePolygon: readonly Point[] | null,
  edge: EdgeSettings,
): Matte | null {
  const clip = clipImagePolygon && createConvexClip(clipImagePolygon);
  if ((clipImagePolygon && !clip) || !logits.some((logit) => logit > 0)) return null;
  const cells = { logits, band: edgeBand(logits, geometry), geometry };
  const isSeen = (cell: number): boolean => logits[cell]! > 0 || cells.band[cell]! > 0;
  const image = { x: 0, y: 0, ...geometry.imageSizePx };
  const seen = rectOfCells(geometry, image, isSeen);
  const reached = seen && intersectRects(image, grown(seen, Math.max(edge.shiftPx, 0)));
  const bounds = reached && clip ? intersectRects(reached, clip.bounds) : reached;
  if (!bounds) return null;

  const rect = wholePixels(bounds);
  const alpha = fittedAlpha(cells, pixels, rect);
  shapeEdge(alpha, rect, edge);
  if (clip) clipAlpha(alpha, rect, clip);
  return trimAlpha({ alpha, imageRect: rect });
}

/**
 * Alpha of a part of an image, fitted where the band says so and plain elsewhere, without crumbs.
 * @param rect whole image pixels
 * @returns 0..255 [height x width] of the rect
 */
export function fittedAlpha(cells: MaskCells, pixels: RgbaPixels, rect: Rect): Uint8Array {
  const { logits, geometry } = cells;
  const alpha = new Uint8Array(rect.width * rect.height);
  copyPlain(alphaMatte(logits, geometry, null), alpha, rect);
  const fitter = new TileFitter(pixels, cells);
  for (const tile of splitRect(rect, fitter.tileSidePx)) {
    const first = (tile.y - rect.y) * rect.width + tile.x - rect.x;
    fillTile(tile, fitter, (row) => {
      const start = first + row * rect.width;
      return alpha.subarray(start, start + tile.width);
    });
  }
  removeCrumbs(alpha, rect, cellSideInImagePx(geometry));
  return alpha;
}

/** @param alpha of `rect`, which may be smaller or larger than the matte's */
function copyPlain(plain: Matte | null, alpha: Uint8Array, rect: Rect): void {
  const shared = plain && intersectRects(plain.imageRect, rect);
  if (!shared) return;
  const { alpha: from, imageRect } = plain;
  for (let y = shared.y; y < shared.y + shared.height; y++) {
    const start = (y - imageRect.y) * imageRect.width + shared.x - imageRect.x;
    alpha.set(from.subarray(start, start + shared.width), (y - rect.y) * rect.width + shared.x - rect.x);
  }
}

/** @param alphaRow a row of the tile, plain; overwritten in the band */
function fillTile(tile: Rect, fitter: TileFitter, alphaRow: (row: number) => Uint8Array): void {
  const { band, geometry } = fitter.cells;
  const banded = rectOfCells(geometry, tile, (cell) => band[cell]! > 0);
  if (!banded) return;
  const [xs, ys] = [pixelCentres(tile.x, tile.width), pixelCentres(tile.y, tile.height)];
  const sampleBand = createLogitSampler(band, geometry, xs, ys);
  const evaluate = createModelEvaluator(...fitter.fit(banded));
  const row = (): Float32Array => new Float32Array(tile.width);
  const [bandRow, fitted, weights, explained] = [row(), row(), row(), row()];
  for (let y = 0; y < tile.height; y++) {
    sampleBand(y, bandRow);
    evaluate(tile.x, tile.y + y, fitted, weights, explained);
    const out = alphaRow(y);
    for (let x = 0; x < tile.width; x++) {
      const plain = out[x]! / 255;
      const blended = blendedAlpha(fitted[x]!, weights[x]!, plain);
      const alpha = steepened(blended, hardeningOf(weights[x]!, explained[x]!));
      out[x] = Math.round(255 * inBand(alpha, plain, bandRow[x]!));
    }
  }
}
