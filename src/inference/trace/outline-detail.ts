import type { OutlineSettings } from '../../shared/engine-contract.ts';
import { CELL_MODEL_PX } from '../../shared/engine-contract.ts';
import { cellSideInImagePx, type MaskGeometry } from '../matte/mask-geometry.ts';

/** What a detail of 0..1 means for one image. */
export interface OutlineLimits {
  /** Largest distance between outline and edge, in image pixels. */
  tolerancePx: number;
  /** Islands and holes with less area are left out, in square pixels. */
  minAreaPx: number;
}

/** Largest distance at a detail of 0, 0.5 and 1, in units: twice as fine per third and a bit. */
const COARSEST_UNITS = 6.7;
const FINEST_UNITS = 0.6;
/** Side of the smallest island or hole that is kept, in tolerances. */
const MIN_SIDE_TOLERANCES = 4;

/**
 * The tolerance falls evenly on a logarithmic scale: 6.7, 2 and 0.6 units at a detail of 0, 0.5 and 1. A unit is an image
 * pixel, and for logits no less than a model pixel: finer outlines would only copy the noise of the mask.
 * @param unitPx image pixels per unit
 */
export function outlineLimits({ detail }: OutlineSettings, unitPx: number): OutlineLimits {
  const tolerancePx = unitPx * COARSEST_UNITS * (FINEST_UNITS / COARSEST_UNITS) ** detail;
  return { tolerancePx, minAreaPx: (MIN_SIDE_TOLERANCES * tolerancePx) ** 2 };
}

/** The unit of masks that are logits, in image pixels. */
export function logitUnitPx(geometry: MaskGeometry): number {
  return Math.max(1, cellSideInImagePx(geometry) / CELL_MODEL_PX);
}
