import type { Point, Rect } from '../../shared/affine.ts';
import type { EdgeSettings } from '../../shared/edge-settings.ts';
import { rectOfCells } from './cell-rects.ts';
import { clipAlpha } from './clip-alpha.ts';
import { createConvexClip, grown, intersectRects, wholePixels } from './convex-clip.ts';
import { edgeBand } from './edge-band.ts';
import { createModelEvaluator } from './evaluate-model.ts';
import { inBand, TileFitter } from './fit-tile.ts';
import { createLogitSampler, pixelCentres } from './logit-sampler.ts';
import type { MaskGeometry } from './mask-geometry.ts';
import type { Matte } from './matte.ts';
import { shapeEdge } from './shape-edge.ts';
import { splitRect } from './split-rect.ts';
import { trimAlpha } from './trim-alpha.ts';
import type { RgbaPixels } from './working-scale.ts';

/**
 * Full-resolution alpha of a mask whose edge follows the image: in a band around the edge, alpha is fitted to the colours by
 * guided filters with smaller and smaller windows; elsewhere it is exactly 0 or 255. Time grows with the length of the edge.
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
  const alpha = new Uint8Array(rect.width * rect.height);
  const fitter = new TileFitter(pixels, cells);
  for (const tile of splitRect(rect, fitter.tileSidePx)) {
    const first = (tile.y - rect.y) * rect.width + tile.x - rect.x;
    fillTile(tile, fitter, (row) => {
      const start = first + row * rect.width;
      return alpha.subarray(start, start + tile.width);
    });
  }
  shapeEdge(alpha, rect, edge);
  if (clip) clipAlpha(alpha, rect, clip);
  return trimAlpha({ alpha, imageRect: rect });
}

function fillTile(tile: Rect, fitter: TileFitter, alphaRow: (row: number) => Uint8Array): void {
  const { logits, band, geometry } = fitter.cells;
  const [xs, ys] = [pixelCentres(tile.x, tile.width), pixelCentres(tile.y, tile.height)];
  const sampleLogits = createLogitSampler(logits, geometry, xs, ys);
  const logitRow = new Float32Array(tile.width);
  const banded = rectOfCells(geometry, tile, (cell) => band[cell]! > 0);
  if (!banded) {
    // Without an edge one pixel speaks for all.
    sampleLogits(0, logitRow);
    if (logitRow[0]! > 0) for (let row = 0; row < tile.height; row++) alphaRow(row).fill(255);
    return;
  }
  const sampleBand = createLogitSampler(band, geometry, xs, ys);
  const evaluate = createModelEvaluator(...fitter.fit(banded));
  const [bandRow, fitted] = [new Float32Array(tile.width), new Float32Array(tile.width)];
  for (let row = 0; row < tile.height; row++) {
    sampleLogits(row, logitRow);
    sampleBand(row, bandRow);
    evaluate(tile.x, tile.y + row, fitted);
    const out = alphaRow(row);
    for (let x = 0; x < tile.width; x++) {
      const clamped = Math.min(Math.max(fitted[x]!, 0), 1);
      out[x] = Math.round(255 * inBand(clamped, logitRow[x]!, bandRow[x]!));
    }
  }
}
