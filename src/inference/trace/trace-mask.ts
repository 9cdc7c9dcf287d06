import type { Point } from '../../shared/affine.ts';
import type { ImagePath } from '../../shared/host-contract.ts';
import type { MaskGeometry } from '../matte/mask-geometry.ts';

export function traceMask(
  _logits: Float32Array,
  _geometry: MaskGeometry,
  _clipImagePolygon: readonly Point[] | null,
  _tolerancePx: number,
): ImagePath[] {
  throw new Error('not written yet');
}
