import * as v from 'valibot';
import { defineContract } from './contract.ts';
import { imagePathSchema, sizeSchema } from './host-contract.ts';

/** What the UI serves to its host, for commands that start there and need the mask. */
export const UI_CONTRACT = defineContract({
  methods: {
    /** The outline of the mask on show, in image space. Fails with `mask-empty` when there is none. */
    traceMask: {
      params: v.object({}),
      result: v.object({ imageSizePx: sizeSchema, paths: v.pipe(v.array(imagePathSchema), v.nonEmpty()) }),
    },
  },
  events: {},
});
export type UiContract = typeof UI_CONTRACT;
