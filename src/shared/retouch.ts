import * as v from 'valibot';
import { finiteNumber } from './contract.ts';

/** A stroke of a round brush over the mask. */
export const strokeSchema = v.object({
  mode: v.picklist(['add', 'erase']),
  /** In image pixels. */
  radiusPx: v.pipe(finiteNumber, v.gtValue(0), v.maxValue(10_000)),
  /** The line that the middle of the brush follows, in image space; one point for a dab. */
  imagePoints: v.pipe(
    v.array(v.object({ x: finiteNumber, y: finiteNumber })),
    v.nonEmpty(),
    v.maxLength(20_000),
  ),
});
export type Stroke = v.InferOutput<typeof strokeSchema>;

/** What the user does to the mask by hand: first it is inverted or not, then strokes go over it in their order. */
export const retouchSchema = v.object({
  isInverted: v.boolean(),
  strokes: v.pipe(v.array(strokeSchema), v.maxLength(1000)),
});
export type Retouch = v.InferOutput<typeof retouchSchema>;
