import * as v from 'valibot';
import { defineContract, finiteNumber } from './contract.ts';
import { imageLayerSchema, imagePathSchema, repeatedCutoutSchema, sizeSchema } from './host-contract.ts';

/** What the UI serves to its host, for commands that start there and need the engine. */
export const UI_CONTRACT = defineContract({
  methods: {
    /** The outline of the mask on show, in image space. Fails with `mask-empty` when there is none. */
    traceMask: {
      params: v.object({}),
      result: v.object({ imageSizePx: sizeSchema, paths: v.pipe(v.array(imagePathSchema), v.nonEmpty()) }),
    },
    /**
     * Places a cutout for each image, of its subject, or as an earlier one was made; one after the other: a failure of one stops no other. Cancelling the call
     * stops it, and what has been placed stays. Fails with `bad-argument` while another such call is at work.
     */
    removeBackgrounds: {
      params: v.object({
        layers: v.pipe(v.array(imageLayerSchema), v.nonEmpty()),
        repeated: v.optional(repeatedCutoutSchema),
      }),
      progress: v.object({
        doneCount: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
        layerName: v.string(),
        /** Of all the work, 0..1. */
        fraction: v.pipe(finiteNumber, v.minValue(0), v.maxValue(1)),
      }),
      result: v.object({
        /** Stopped by the user in the UI. */
        isCancelled: v.boolean(),
        /** Images that got a cutout of their subject, since the earlier one's clicks mean nothing on them. */
        substituteCount: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
        failures: v.array(v.object({ layerName: v.string(), message: v.string() })),
      }),
    },
  },
  events: {},
});
export type UiContract = typeof UI_CONTRACT;
