import type { Stroke } from '../../shared/retouch.ts';

export interface Brush {
  kind: Stroke['mode'];
  /** Of the image's long side, so that a brush is as large to the eye on any image. */
  radiusFraction: number;
}

export const START_BRUSH: Brush = { kind: 'add', radiusFraction: 0.02 };
export const MIN_RADIUS_FRACTION = 0.001;
export const MAX_RADIUS_FRACTION = 0.15;
/** One press of [ or ]. */
const SIZE_STEP = 1.25;

export function withRadius(brush: Brush, radiusFraction: number): Brush {
  return {
    ...brush,
    radiusFraction: Math.min(Math.max(radiusFraction, MIN_RADIUS_FRACTION), MAX_RADIUS_FRACTION),
  };
}

export function smaller(brush: Brush): Brush {
  return withRadius(brush, brush.radiusFraction / SIZE_STEP);
}

export function larger(brush: Brush): Brush {
  return withRadius(brush, brush.radiusFraction * SIZE_STEP);
}
