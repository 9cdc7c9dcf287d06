import type { Point } from '../../src/shared/affine.ts';
import type { ImagePath } from '../../src/shared/host-contract.ts';
import type { MaskGeometry } from '../../src/inference/matte/mask-geometry.ts';
import { traceMask } from '../../src/inference/trace/trace-mask.ts';

/** A mask's outlines at a tolerance; islands and holes below its square are left out. */
export function tracePaths(
  logits: Float32Array,
  geometry: MaskGeometry,
  clipImagePolygon: readonly Point[] | null,
  tolerancePx: number,
): ImagePath[] {
  const limits = { tolerancePx, minAreaPx: tolerancePx ** 2 };
  return traceMask(logits, geometry, clipImagePolygon, limits).paths;
}
