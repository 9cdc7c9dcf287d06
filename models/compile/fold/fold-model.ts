import { IMAGE_SIDE_PX } from '../../../src/inference/model/architecture.ts';
import { buildStem, PADDING_TOKENS } from '../../../src/inference/model/graph/encoder.ts';
import { paddingTable } from '../../../src/inference/model/stem-padding.ts';
import type { StoredTensor } from '../../../src/inference/model/stored-tensor.ts';
import { runGraphs } from '../run-graph.ts';
import type { WeightSet } from '../weights.ts';
import { foldDecoder } from './decoder-tensors.ts';
import { foldEncoder } from './encoder-tensors.ts';
import type { FoldedTensors } from './linear.ts';

/**
 * All tensors of a weight pack, in float32: the folded weights, and the stem's tokens of an empty model square, which the
 * engine takes for what lies far from the image (`src/inference/model/stem-padding.ts`).
 * @throws TinyCutError `model-corrupt` when the stem does not run with these weights
 */
export async function foldModel(weights: WeightSet): Promise<FoldedTensors> {
  const encoder = foldEncoder(weights);
  const stored = new Map(
    [...encoder].map(([name, tensor]): [string, StoredTensor] => [name, { type: 'float32', ...tensor }]),
  );
  const side = IMAGE_SIDE_PX;
  const empty = { shape: [1, 3, side, side], values: new Float32Array(3 * side ** 2) };
  const padding = paddingTable(await runGraphs(buildStem(stored, { width: side, height: side }), empty));
  return new Map([...encoder, [PADDING_TOKENS, padding], ...foldDecoder(weights)]);
}
