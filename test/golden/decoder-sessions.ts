import { buildDecoder } from '../../src/inference/model/graph/decoder.ts';
import { buildPrepareImage } from '../../src/inference/model/graph/prepare-image.ts';
import { buildRefineImage, REFINED } from '../../src/inference/model/graph/refine-image.ts';
import type { StoredTensors } from '../../src/inference/model/stored-tensor.ts';
import type { ModelPrompt } from './model-prompts.ts';
import { openGraph, run, type FloatArray, type Model } from './model-runtime.ts';

const MASK_SIDE = 256;

/** The decoder's three graphs as the engine chains them, for whole batches of prompts. */
export class DecoderSessions {
  private constructor(
    private readonly preparer: Model,
    private readonly refiner: Model,
    private readonly decoder: Model,
  ) {}

  static async open(tensors: StoredTensors, { exactGelu = true } = {}): Promise<DecoderSessions> {
    return new DecoderSessions(
      await openGraph(buildPrepareImage(tensors)),
      await openGraph(buildRefineImage(tensors)),
      await openGraph(buildDecoder(tensors, { exactGelu })),
    );
  }

  prepare(embedding: FloatArray): Promise<Record<string, FloatArray>> {
    return run(this.preparer, { image_embedding: embedding });
  }

  /**
   * All prompts of a call must come to the same count of points, and all have a mask or none. `ignoredPoints` more are
   * added, which must change nothing. `maskCells` is how many rows and columns of the embedding the masks are made of.
   */
  async decode(
    prepared: Record<string, FloatArray>,
    prompts: readonly ModelPrompt[],
    { wantsMasks = true, ignoredPoints = 0, maskCells = [64, 64] } = {},
  ): Promise<{ logits: Float32Array; iou: Float32Array }> {
    const coords = prompts.flatMap((prompt) => [
      ...prompt.points.flat(),
      ...(prompt.box ?? [0, 0]),
      ...new Array<number>(2 * ignoredPoints).fill(77),
    ]);
    const labels = prompts.flatMap((prompt) => [
      ...prompt.labels,
      ...(prompt.box ? [2, 3] : [-1]),
      ...new Array<number>(ignoredPoints).fill(-2),
    ]);
    const pointCount = labels.length / prompts.length;
    const outputs = await run(this.decoder, {
      ...(await this.imagesOf(prepared, prompts)),
      point_coords: { shape: [prompts.length, pointCount, 2], values: Float32Array.from(coords) },
      point_labels: { shape: [prompts.length, pointCount], values: Float32Array.from(labels) },
      wants_masks: { shape: [1], values: Float32Array.of(wantsMasks ? 1 : 0) },
      mask_cells: { shape: maskCells, values: new Float32Array(maskCells[0]! * maskCells[1]!) },
    });
    return { logits: outputs['low_res_logits']!.values, iou: outputs['iou_predictions']!.values };
  }

  async release(): Promise<void> {
    await Promise.all([this.preparer, this.refiner, this.decoder].map((session) => session.release()));
  }

  private async imagesOf(prepared: Record<string, FloatArray>, prompts: readonly ModelPrompt[]) {
    const masks = prompts.flatMap(({ maskLogits }) => (maskLogits ? [maskLogits] : []));
    if (masks.length === 0) return prepared;
    const values = new Float32Array(prompts.length * MASK_SIDE ** 2);
    masks.forEach((mask, i) => values.set(mask, i * MASK_SIDE ** 2));
    const shape = [prompts.length, 1, MASK_SIDE, MASK_SIDE];
    const refined = await run(this.refiner, { ...prepared, mask_input: { shape, values } });
    return Object.fromEntries(
      Object.entries(refined).map(([name, tensor]) => [name.slice(REFINED.length), tensor]),
    );
  }
}
