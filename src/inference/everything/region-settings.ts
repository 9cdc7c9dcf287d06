import type { Thresholds } from './accept-masks.ts';

/**
 * `grid`: SAM's generator, a dense grid of points (arXiv 2304.02643, section 5).
 * `hierarchical`: TinySAM's, a coarse grid, then the dense grid where nothing is certain yet (arXiv 2312.13789,
 * section 3.4), then, which is ours, once more what nearly passed.
 * `default`: ours, a tenth of the prompts: a coarse grid, then the point that is farthest from what is explained.
 */
export type RegionMethod = 'default' | 'hierarchical' | 'grid';

export interface RegionSettings extends Thresholds {
  /** Points along each side of the dense grid. */
  gridSide: number;
  /** Points along each side of the first grid; nothing for `grid`. */
  coarseSide: number;
  /** Where the logit of a mask is above it, no more prompts are needed; nothing for `grid`. */
  confidentLogit: number;
  /** Which masks count for that, also some that are not found to be regions: `hierarchical` asks once more for those. */
  hintThresholds: Thresholds;
  /** Of two regions whose boxes overlap more, the one with the lower predicted IoU goes. */
  maxBoxIou: number;
  /** Where the search stops; nothing for `grid`. */
  maxPrompts: number;
  /** How many of these may be points, for `hierarchical`: the rest is for what nearly passed. */
  maxPoints: number;
}

/** Constants of segment-anything's automatic_mask_generator.py and TinySAM's hierarchical_mask_generator.py. */
const SAM_THRESHOLDS: Thresholds = { minPredictedIou: 0.88, minStabilityScore: 0.95 };
export const PUBLISHED_SETTINGS: RegionSettings = {
  gridSide: 32,
  coarseSide: 8,
  ...SAM_THRESHOLDS,
  maxBoxIou: 0.7,
  confidentLogit: 8.5,
  hintThresholds: SAM_THRESHOLDS,
  maxPrompts: Infinity,
  maxPoints: Infinity,
};

const LOOSE_THRESHOLDS: Thresholds = { minPredictedIou: 0.75, minStabilityScore: 0.8 };

/** How they were chosen: docs/decisions/everything.md. */
export const REGION_SETTINGS: Record<RegionMethod, RegionSettings> = {
  grid: PUBLISHED_SETTINGS,
  hierarchical: {
    ...PUBLISHED_SETTINGS,
    confidentLogit: 12,
    hintThresholds: { minPredictedIou: 0.75, minStabilityScore: 0.7 },
    maxPrompts: PUBLISHED_SETTINGS.gridSide ** 2 / 2,
    maxPoints: 320,
  },
  default: {
    ...PUBLISHED_SETTINGS,
    ...LOOSE_THRESHOLDS,
    hintThresholds: LOOSE_THRESHOLDS,
    confidentLogit: 3,
    maxPrompts: 100,
  },
};
