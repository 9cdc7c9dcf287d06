import {
  ATTENTION_STAGES,
  CONV_STAGE,
  ENCODER_HEAD_CHANNELS,
  type AttentionStage,
} from '../../../src/inference/model/architecture.ts';
import type { FloatTensor } from '../../../src/inference/model/stored-tensor.ts';
import { permuted, reshaped, weightOf, type WeightSet } from '../weights.ts';
import {
  foldInputBias,
  foldNorm,
  linearOf,
  scaleOutputs,
  setLinear,
  type FoldedTensors,
  type Linear,
} from './linear.ts';

const ROOT = 'image_encoder';

/**
 * The encoder's tensors as `src/inference/model/graph/encoder.ts` takes them: the norms' affines folded into the layers
 * after them, linear layers (and 1 x 1 convolutions on tokens) as [inputs, outputs], the rest as it is.
 */
export function foldEncoder(weights: WeightSet): FoldedTensors {
  const tensors: FoldedTensors = new Map();
  for (const [key, tensor] of weights) if (key.startsWith(`${ROOT}.`)) tensors.set(key, tensor);

  const asMatrix = (key: string) => setLinear(tensors, key, linearOf(weights, key));
  for (let block = 0; block < CONV_STAGE.blocks; block++) {
    asMatrix(`${ROOT}.layers.0.blocks.${block}.conv1.c`);
    asMatrix(`${ROOT}.layers.0.blocks.${block}.conv3.c`);
  }
  asMatrix(`${ROOT}.layers.0.downsample.conv1.c`);
  asMatrix(`${ROOT}.layers.0.downsample.conv3.c`);
  for (const stage of ATTENTION_STAGES) {
    const key = `${ROOT}.layers.${stage.index}`;
    for (let block = 0; block < stage.blocks; block++)
      foldBlock(tensors, weights, `${key}.blocks.${block}`, stage);
    if (stage.mergeStride) {
      asMatrix(`${key}.downsample.conv1.c`);
      asMatrix(`${key}.downsample.conv3.c`);
    }
  }
  asMatrix(`${ROOT}.neck.0`);
  // [ky * kx * inputs, outputs], as a product on rows of neighbouring tokens takes it.
  const kernel = permuted(weightOf(weights, `${ROOT}.neck.2.weight`), [2, 3, 1, 0]);
  const outputs = kernel.shape[3]!;
  tensors.set(`${ROOT}.neck.2.weight`, reshaped(kernel, [kernel.values.length / outputs, outputs]));
  return tensors;
}

function foldBlock(tensors: FoldedTensors, weights: WeightSet, key: string, stage: AttentionStage): void {
  const { channels } = stage;
  const qkv = partsFirst(foldNorm(weights, `${key}.attn.norm`, linearOf(weights, `${key}.attn.qkv`)), stage);
  const scaled = scaleOutputs(qkv, ENCODER_HEAD_CHANNELS ** -0.5, 0, channels);
  // A key's bias adds the same to all scores of a query, which the softmax takes out again. A value's passes through
  // the attention unchanged, since its weights sum to one.
  const [queryBias, , valueBias] = [0, 1, 2].map((part) =>
    scaled.bias!.subarray(part * channels, (part + 1) * channels),
  ) as [Float32Array, Float32Array, Float32Array];
  const bias = new Float32Array(3 * channels);
  bias.set(queryBias);
  setLinear(tensors, `${key}.attn.qkv`, { weight: scaled.weight, bias });
  setLinear(tensors, `${key}.attn.proj`, foldInputBias(valueBias, linearOf(weights, `${key}.attn.proj`)));

  const fc1 = foldNorm(weights, `${key}.mlp.norm`, linearOf(weights, `${key}.mlp.fc1`));
  setLinear(tensors, `${key}.mlp.fc1`, fc1);
  setLinear(tensors, `${key}.mlp.fc2`, linearOf(weights, `${key}.mlp.fc2`));
  for (const norm of ['attn.norm', 'mlp.norm'])
    for (const field of ['weight', 'bias']) tensors.delete(`${key}.${norm}.${field}`);
}

/** Outputs in the order [query | key | value][head] instead of [head][query | key | value]. */
function partsFirst({ weight, bias }: Linear, { heads, channels }: AttentionStage): Linear {
  const reordered = (tensor: FloatTensor, rows: number) =>
    permuted(reshaped(tensor, [rows, heads, 3, ENCODER_HEAD_CHANNELS]), [0, 2, 1, 3]);
  return {
    weight: reshaped(reordered(weight, channels), [channels, 3 * channels]),
    bias: bias && reordered({ shape: [bias.length], values: bias }, 1).values,
  };
}
