import type { FloatArray } from './model-runtime.ts';

/** A prompt in model space, as in the reference's index. */
export interface ModelPrompt {
  points: readonly (readonly [x: number, y: number])[];
  labels: readonly number[];
  box?: readonly [left: number, top: number, right: number, bottom: number] | undefined;
  maskLogits?: Float32Array | undefined;
}

const MASK_SIDE = 256;

/**
 * Prompts as decoder inputs, but for the embedding. A box becomes two labelled points; without one, a padding point
 * follows (`_embed_points` of SAM's prompt encoder). All prompts of a call must come to the same count.
 */
export function decoderInputs(prompts: readonly ModelPrompt[]): Record<string, FloatArray> {
  const coords: number[] = [];
  const labels: number[] = [];
  const masks = new Float32Array(prompts.length * MASK_SIDE ** 2);
  prompts.forEach((prompt, i) => {
    coords.push(...prompt.points.flat(), ...(prompt.box ?? [0, 0]));
    labels.push(...prompt.labels, ...(prompt.box ? [2, 3] : [-1]));
    if (prompt.maskLogits) masks.set(prompt.maskLogits, i * MASK_SIDE ** 2);
  });
  const pointCount = labels.length / prompts.length;
  return {
    point_coords: { shape: [prompts.length, pointCount, 2], values: Float32Array.from(coords) },
    point_labels: { shape: [prompts.length, pointCount], values: Float32Array.from(labels) },
    mask_input: { shape: [prompts.length, 1, MASK_SIDE, MASK_SIDE], values: masks },
    has_mask_input: {
      shape: [prompts.length],
      values: Float32Array.from(prompts, ({ maskLogits }) => (maskLogits ? 1 : 0)),
    },
  };
}
