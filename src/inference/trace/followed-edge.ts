import { DEFAULT_EDGE, type EdgeSettings } from '../../shared/edge-settings.ts';
import type { OutlineSettings } from '../../shared/engine-contract.ts';
import type { MaskGeometry } from '../matte/mask-geometry.ts';
import { MAX_SMOOTH_RADIUS_PX, smoothRadiusPx } from '../matte/smooth-edge.ts';
import { logitUnitPx, outlineLimits, type OutlineLimits } from './outline-detail.ts';

/** What is finer than about this share of the tolerance is blurred away before an outline is fitted. */
const SMOOTHING_SHARE = 0.5;

/** How an edge is fitted to the image when its outline is wanted, and how that is traced. */
export interface FollowedEdge {
  edge: EdgeSettings;
  limits: OutlineLimits;
  /** Side of the smallest thing that is left of the edge, in image pixels. */
  cellPx: number;
}

/**
 * Wisps and jags that are finer than the tolerance would only take nodes: the edge is smoothed. How soft it is wished does not
 * matter, since an outline is a line.
 * @param geometry of the logits that the edge is fitted from
 */
export function followedEdge(
  edge: EdgeSettings,
  outline: OutlineSettings,
  geometry: MaskGeometry,
): FollowedEdge {
  const limits = outlineLimits(outline, logitUnitPx(geometry));
  const least = Math.min((SMOOTHING_SHARE * limits.tolerancePx) / MAX_SMOOTH_RADIUS_PX, 1);
  const smooth = Math.max(edge.smooth, least);
  const { softness } = DEFAULT_EDGE;
  return { edge: { ...edge, softness, smooth }, limits, cellPx: 2 * smoothRadiusPx(smooth) + 1 };
}
