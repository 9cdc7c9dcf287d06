import type { Thresholds } from './accept-masks.ts';

/**
 * `grid`: SAM's generator, a dense grid of points (arXiv 2304.02643, section 5).
 * `hierarchical`: TinySAM's, a coarse grid, then the dense grid where nothing is certain yet (arXiv 2312.13789,
 * section 3.4).
 * `default`: ours, a tenth of the prompts: a coarse grid, then the point that is farthest from what is explained.
 */
export type RegionMethod = 'default' | 'hierarchical' | 'grid';

export interface RegionSettings extends Thresholds {
  /** Points along each side of the dense grid. */
  gridSide: number;
  /** Points along each side of the first grid; nothing for `grid`. */
  coarseSide: number;
  /** Where the logit of a region is above it, no more prompts are needed; nothing for `grid`. */
  confidentLogit: number;
  /** Of two regions whose boxes overlap more, the one with the lower predicted IoU goes. */
  maxBoxIou: number;
  /** Where `default` stops. */
  maxPrompts: number;
}

/** Constants of segment-anything's automatic_mask_generator.py and TinySAM's hierarchical_mask_generator.py. */
export const PUBLISHED_SETTINGS: RegionSettings = {
  gridSide: 32,
  coarseSide: 8,
  minPredictedIou: 0.88,
  minStabilityScore: 0.95,
  maxBoxIou: 0.7,
  confidentLogit: 8.5,
  maxPrompts: Infinity,
};

/** How they were chosen: docs/decisions/everything.md. */
export const REGION_SETTINGS: Record<RegionMethod, RegionSettings> = {
  grid: PUBLISHED_SETTINGS,
  hierarchical: { ...PUBLISHED_SETTINGS, confidentLogit: 7.5 },
  default: {
    ...PUBLISHED_SETTINGS,
    minPredictedIou: 0.75,
    minStabilityScore: 0.8,
    confidentLogit: 3,
    maxPrompts: 100,
  },
};
