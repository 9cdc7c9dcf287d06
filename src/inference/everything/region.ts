import type { Point, Rect } from '../../shared/affine.ts';

/** A mask that a point prompt found, and that passed the filters. */
export interface Region {
  /** [256 x 256] over the padded model square; > 0 is inside. */
  logits: Float32Array;
  /** The decoder's own estimate, not clamped. */
  predictedIou: number;
  /** 0..1, on the cells of the image. */
  stabilityScore: number;
  /** The prompt that found it. */
  imagePoint: Point;
}

/** A region with what the search needs to compare it with others. */
export interface FoundRegion extends Region {
  /** The tightest box around the cells with logit > 0, in cells of the 256 grid. */
  cellBox: Rect;
  areaCells: number;
}
