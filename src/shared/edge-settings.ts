import * as v from 'valibot';
import { finiteNumber } from './contract.ts';

/** Edges move by no more than this. */
export const MAX_EDGE_SHIFT_PX = 10;

const share = v.pipe(finiteNumber, v.minValue(0), v.maxValue(1));

/** Of an edge that is fitted to the image. */
export const edgeSettingsSchema = v.object({
  /** From an edge of a pixel, 0, over what the image shows, DEFAULT_EDGE, to all that may be hair or haze, 1. */
  softness: share,
  /** Grows, > 0, or shrinks the object, in whole image pixels. */
  shiftPx: v.pipe(finiteNumber, v.integer(), v.minValue(-MAX_EDGE_SHIFT_PX), v.maxValue(MAX_EDGE_SHIFT_PX)),
  /** From the edge as it is, 0, to one without jags and wisps, 1. */
  smooth: share,
});
export type EdgeSettings = v.InferOutput<typeof edgeSettingsSchema>;

export const DEFAULT_EDGE: EdgeSettings = { softness: 0.5, shiftPx: 0, smooth: 0 };
