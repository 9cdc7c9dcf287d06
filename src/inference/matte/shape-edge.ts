import type { Size } from '../../shared/affine.ts';
import { DEFAULT_EDGE, type EdgeSettings } from '../../shared/edge-settings.ts';
import { shiftEdge } from './shift-edge.ts';
import { smoothEdge } from './smooth-edge.ts';
import { steepenedByte } from './steepen.ts';

/** How much steeper than the image shows an edge gets at most: a step of a pixel. */
const MAX_STEEPNESS = 12;
/** The fit leaves haze this faint, and holes as faint, where there are none. Only the softest edge keeps them. */
export const HAZE = 0.04;
/** Alpha up to it, 0..255, is a ghost on other backgrounds, and as little less than 255 a hole, where it is no hair. */
const FAINT_ALPHA = 15;

/**
 * The user's wishes for an edge: shifted, then smoothed, then softened or hardened. Where alpha goes on to the border, so
 * does the result: the border is no edge.
 * @param alpha 0..255 [height x width], overwritten
 */
export function shapeEdge(
  alpha: Uint8Array,
  sizePx: Size,
  { softness, shiftPx, smooth }: EdgeSettings,
): void {
  if (shiftPx !== 0) shiftEdge(alpha, sizePx, shiftPx);
  if (smooth > 0) smoothEdge(alpha, sizePx, smooth);
  const steepness = steepnessOf(softness);
  const faintAlpha = FAINT_ALPHA * Math.min((1 - softness) / (1 - DEFAULT_EDGE.softness), 1);
  const steeper = Uint8Array.from({ length: 256 }, (_, a) =>
    withoutFaint(steepenedByte(a, steepness), faintAlpha),
  );
  for (let i = 0; i < alpha.length; i++) alpha[i] = steeper[alpha[i]!]!;
}

function withoutFaint(alpha: number, faintAlpha: number): number {
  if (alpha <= faintAlpha) return 0;
  return alpha >= 255 - faintAlpha ? 255 : alpha;
}

/** 1 keeps alpha as it was fitted. */
function steepnessOf(softness: number): number {
  const usual = 1 / (1 - 2 * HAZE);
  const middle = DEFAULT_EDGE.softness;
  if (softness < middle) return usual * (MAX_STEEPNESS / usual) ** (1 - softness / middle);
  return usual + ((softness - middle) / (1 - middle)) * (1 - usual);
}
