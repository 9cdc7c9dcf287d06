import type { Size } from '../../shared/affine.ts';
import { CELL_MODEL_PX, maskContours, type Contour } from './mask-contours.ts';

/** The engine removes islands and holes up to this size from its results, so they would be a false promise here. */
const MAX_SPECK_CELLS = 8;
const MAX_SPECK_SHARE = 0.01;

/**
 * The outlines of a mask without its dust. See `maskContours` for the parameters; the engine measures specks in whole
 * cells and this by the area of the outline, so the two may differ at the limit.
 */
export function outlinesToShow(logits: Float32Array, modelSizePx: Size, imageSizePx: Size): Contour[] {
  const contours = maskContours(logits, modelSizePx, imageSizePx);
  const cellImagePx =
    (CELL_MODEL_PX ** 2 * imageSizePx.width * imageSizePx.height) / (modelSizePx.width * modelSizePx.height);
  const areas = contours.map((points) => enclosedArea(points) / cellImagePx);
  const largest = areas.reduce((max, area) => Math.max(max, area), 0);
  const maxSpeckCells = Math.min(MAX_SPECK_CELLS, largest * MAX_SPECK_SHARE);
  return contours.filter((_, i) => areas[i]! > maxSpeckCells);
}

function enclosedArea(points: Contour): number {
  let twice = 0;
  for (let i = 0; i < points.length; i += 2) {
    const j = (i + 2) % points.length;
    twice += points[i]! * points[j + 1]! - points[j]! * points[i + 1]!;
  }
  return Math.abs(twice) / 2;
}
