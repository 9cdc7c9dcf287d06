import { LOGITS_SIDE } from '../../shared/engine-contract.ts';
import type { Retouch, Stroke } from '../../shared/retouch.ts';
import type { ShownMask } from './mask-size.ts';

export const NO_RETOUCH: Retouch = { isInverted: false, strokes: [] };

export function isRetouched({ isInverted, strokes }: Retouch): boolean {
  return isInverted || strokes.length > 0;
}

export function addStroke(retouch: Retouch, stroke: Stroke): Retouch {
  return { ...retouch, strokes: [...retouch.strokes, stroke] };
}

/** What was in is out and the other way round: of the mask, and of each stroke over it. */
export function invert({ isInverted, strokes }: Retouch): Retouch {
  return {
    isInverted: !isInverted,
    strokes: strokes.map((stroke) => ({ ...stroke, mode: stroke.mode === 'add' ? 'erase' : 'add' })),
  };
}

/** What strokes lie on as long as nothing is selected. */
export const BLANK_MASK: ShownMask = {
  tokenIndex: 0,
  logits: new Float32Array(LOGITS_SIDE * LOGITS_SIDE).fill(-10),
  predictedIou: 0,
  stabilityScore: 0,
  areaFraction: 0,
};
