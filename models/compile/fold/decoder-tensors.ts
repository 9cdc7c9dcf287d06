import {
  CROSS_ATTENTION_CHANNELS,
  DECODER_HEADS,
  DECODER_LAYERS,
  EMBEDDING_CHANNELS,
  MASK_TOKENS,
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

const ROOT = 'mask_decoder';
const TRANSFORMER = `${ROOT}.transformer`;
const HEAD_CHANNELS = CROSS_ATTENTION_CHANNELS / DECODER_HEADS;
const HEAD_LAYERS = [0, 1, 2];

/**
 * The tensors of the prompt encoder and the mask decoder as the graphs in `src/inference/model/graph` take them: linear
 * layers as [inputs, outputs]; the image's side of the cross attentions per head, as the tokens' side applies it;
 * transposed convolutions as layers on rows; scales, and biases that a softmax cancels or passes through, folded.
 */
export function foldDecoder(weights: WeightSet): FoldedTensors {
  const tensors: FoldedTensors = new Map();
  for (const [key, tensor] of weights)
    if (/^prompt_encoder\.(?!mask_downscaling\.[036]\.)|^mask_decoder\..*(\.norm|_token)/.test(key))
      tensors.set(key, tensor);
  foldMaskPrompt(tensors, weights);

  for (let layer = 0; layer < DECODER_LAYERS; layer++) {
    const key = `${TRANSFORMER}.layers.${layer}`;
    foldSelfAttention(tensors, weights, `${key}.self_attn`);
    // The first layer's image comes as it is, the others' through the norm of the layer before.
    const imageBias = layer === 0 ? null : normBias(weights, layer - 1);
    foldTokensToImage(tensors, weights, `${key}.cross_attn_token_to_image`, imageBias);
    foldImageToTokens(tensors, weights, `${key}.cross_attn_image_to_token`, imageBias);
    tensors.delete(`${key}.norm4.bias`);
    for (const name of ['lin1', 'lin2'])
      setLinear(tensors, `${key}.mlp.${name}`, linearOf(weights, `${key}.mlp.${name}`));
  }
  const lastBias = normBias(weights, DECODER_LAYERS - 1);
  foldTokensToImage(tensors, weights, `${TRANSFORMER}.final_attn_token_to_image`, lastBias);
  foldHeads(tensors, weights);
  return tensors;
}

/** The mask's downscaling: convolutions of 2 x 2 with stride 2 as layers on rows [ky * kx * inputs]. */
function foldMaskPrompt(tensors: FoldedTensors, weights: WeightSet): void {
  const key = 'prompt_encoder.mask_downscaling';
  for (const index of [0, 3]) {
    const weight = permuted(weightOf(weights, `${key}.${index}.weight`), [2, 3, 1, 0]);
    const outputs = weight.shape[3]!;
    setLinear(tensors, `${key}.${index}`, {
      weight: reshaped(weight, [weight.values.length / outputs, outputs]),
      bias: weightOf(weights, `${key}.${index}.bias`).values,
    });
  }
  const last = linearOf(weights, `${key}.6`);
  const noMask = weightOf(weights, 'prompt_encoder.no_mask_embed.weight').values;
  setLinear(tensors, `${key}.6`, {
    weight: last.weight,
    bias: last.bias!.map((value, i) => value - noMask[i]!),
  });
}

function foldSelfAttention(tensors: FoldedTensors, weights: WeightSet, key: string): void {
  const scale = (EMBEDDING_CHANNELS / DECODER_HEADS) ** -0.5;
  setLinear(tensors, `${key}.q_proj`, scaled(linearOf(weights, `${key}.q_proj`), scale));
  for (const name of ['k_proj', 'v_proj', 'out_proj'])
    setLinear(tensors, `${key}.${name}`, linearOf(weights, `${key}.${name}`));
}

/** Of the norm after the image's attention, whose image is used without it. */
function normBias(weights: WeightSet, layer: number): Float32Array {
  return weightOf(weights, `${TRANSFORMER}.layers.${layer}.norm4.bias`).values;
}

/**
 * A key's bias adds the same to all scores of a query, and a value's passes through, since the weights sum to one.
 * @param imageBias to be added to the image that is given; null for the first layer, whose image is projected beforehand
 */
function foldTokensToImage(
  tensors: FoldedTensors,
  weights: WeightSet,
  key: string,
  imageBias: Float32Array | null,
): void {
  const isPrepared = imageBias === null;
  const plainValues = linearOf(weights, `${key}.v_proj`);
  const values = imageBias ? foldInputBias(imageBias, plainValues) : plainValues;
  setLinear(tensors, `${key}.q_proj`, scaled(linearOf(weights, `${key}.q_proj`), HEAD_CHANNELS ** -0.5));
  setLinear(tensors, `${key}.out_proj`, foldInputBias(values.bias!, linearOf(weights, `${key}.out_proj`)));
  const keys = linearOf(weights, `${key}.k_proj`);
  tensors.set(`${key}.k_proj.weight`, isPrepared ? keys.weight : headsLast(keys, [1, 2, 0]));
  tensors.set(`${key}.v_proj.weight`, isPrepared ? values.weight : headsLast(values, [1, 0, 2]));
}

function foldImageToTokens(
  tensors: FoldedTensors,
  weights: WeightSet,
  key: string,
  imageBias: Float32Array | null,
): void {
  const plainQueries = linearOf(weights, `${key}.q_proj`);
  const queries = scaled(
    imageBias ? foldInputBias(imageBias, plainQueries) : plainQueries,
    HEAD_CHANNELS ** -0.5,
  );
  if (!imageBias) setLinear(tensors, `${key}.q_proj`, queries);
  else {
    tensors.set(`${key}.q_proj.weight`, headsLast(queries, [1, 2, 0]));
    tensors.set(`${key}.q_proj.bias`, { shape: [DECODER_HEADS, HEAD_CHANNELS, 1], values: queries.bias! });
  }
  for (const name of ['k_proj', 'v_proj'])
    setLinear(tensors, `${key}.${name}`, linearOf(weights, `${key}.${name}`));
  const output = linearOf(weights, `${key}.out_proj`);
  tensors.set(
    `${key}.out_proj.weight`,
    reshaped(output.weight, [DECODER_HEADS, HEAD_CHANNELS, EMBEDDING_CHANNELS]),
  );
  tensors.set(`${key}.out_proj.bias`, {
    shape: [EMBEDDING_CHANNELS],
    // What is added to the image takes the image's own bias along.
    values: output.bias!.map((value, i) => (value + (imageBias?.[i] ?? 0)) / DECODER_HEADS),
  });
}

/** A layer [256, 128] seen as [inputs, head, channel of head], its axes reordered. */
function headsLast({ weight }: Linear, axes: readonly number[]): FloatTensor {
  return permuted(reshaped(weight, [EMBEDDING_CHANNELS, DECODER_HEADS, HEAD_CHANNELS]), axes);
}

function scaled(layer: Linear, factor: number): Linear {
  return scaleOutputs(layer, factor, 0, layer.weight.shape[1]!);
}

function foldHeads(tensors: FoldedTensors, weights: WeightSet): void {
  const upscaling = `${ROOT}.output_upscaling`;
  const lastNorm = `${TRANSFORMER}.layers.${DECODER_LAYERS - 1}.norm4`;
  setLinear(
    tensors,
    `${upscaling}.0`,
    foldNorm(weights, lastNorm, transposedConvolution(weights, `${upscaling}.0`)),
  );
  for (const field of ['weight', 'bias'])
    tensors.set(`${upscaling}.1.${field}`, weightOf(weights, `${upscaling}.1.${field}`));
  setLinear(tensors, `${upscaling}.3`, transposedConvolution(weights, `${upscaling}.3`));
  for (const layer of HEAD_LAYERS) {
    const key = `${ROOT}.iou_prediction_head.layers.${layer}`;
    setLinear(tensors, key, linearOf(weights, key));
    stackHypernetworks(tensors, weights, layer);
  }
}

/** One layer of the four MLPs: weights [4, inputs, outputs], biases [4, 1, outputs]. */
function stackHypernetworks(tensors: FoldedTensors, weights: WeightSet, layer: number): void {
  const mlps = `${ROOT}.output_hypernetworks_mlps`;
  const parts = Array.from({ length: MASK_TOKENS }, (_, mask) =>
    linearOf(weights, `${mlps}.${mask}.layers.${layer}`),
  );
  const stack = (values: readonly Float32Array[]) => {
    const stacked = new Float32Array(MASK_TOKENS * values[0]!.length);
    values.forEach((part, mask) => stacked.set(part, mask * part.length));
    return stacked;
  };
  const [inputs, outputs] = parts[0]!.weight.shape as [number, number];
  tensors.set(`${mlps}.layers.${layer}.weight`, {
    shape: [MASK_TOKENS, inputs, outputs],
    values: stack(parts.map(({ weight }) => weight.values)),
  });
  tensors.set(`${mlps}.layers.${layer}.bias`, {
    shape: [MASK_TOKENS, 1, outputs],
    values: stack(parts.map(({ bias }) => bias!)),
  });
}

/** 2 x 2 with stride 2, [inputs, outputs, ky, kx], as a layer on rows: [inputs, ky * kx * outputs]. */
function transposedConvolution(weights: WeightSet, key: string): Linear {
  const kernel = permuted(weightOf(weights, `${key}.weight`), [0, 2, 3, 1]);
  const [inputs, ky, kx, outputs] = kernel.shape as [number, number, number, number];
  const bias = weightOf(weights, `${key}.bias`).values;
  return {
    weight: reshaped(kernel, [inputs, ky * kx * outputs]),
    bias: Float32Array.from({ length: ky * kx * outputs }, (_, i) => bias[i % outputs]!),
  };
}
