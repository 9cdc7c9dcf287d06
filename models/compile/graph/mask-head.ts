import {
  EMBEDDING_CHANNELS,
  EMBEDDING_SIDE,
  LAYER_NORM_2D_EPSILON,
  LOGITS_SIDE,
  MASK_TOKENS,
  MASK_UPSCALING_CHANNELS,
} from '../architecture.ts';
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import { add, gelu, gemm, layerNorm, matMul, relu, reshape, slice, transpose } from '../onnx/operations.ts';
import { permuted, reshaped } from '../weights.ts';
import { tokenLinear } from './multi-head.ts';
import type { Decoded } from './two-way-transformer.ts';

const UPSCALING = 'mask_decoder.output_upscaling';
const HEAD_LAYERS = 3;

/** Decoded tokens [B, T, 256] and image [B, 4096, 256] -> logits [B, 4, 256, 256], one mask per mask token. */
export function maskHead(graph: GraphBuilder, { tokens, image }: Decoded): Value {
  const [firstChannels, lastChannels] = MASK_UPSCALING_CHANNELS;
  let pixels = transposedPatchConvolution(
    graph,
    reshape(graph, image, [-1, EMBEDDING_CHANNELS]),
    `${UPSCALING}.0`,
  );
  pixels = reshape(graph, pixels, [-1, firstChannels]);
  pixels = gelu(graph, layerNorm(graph, pixels, `${UPSCALING}.1`, LAYER_NORM_2D_EPSILON));
  pixels = gelu(graph, transposedPatchConvolution(graph, pixels, `${UPSCALING}.3`));
  pixels = reshape(graph, pixels, [-1, LOGITS_SIDE ** 2, lastChannels]);

  const kernels = maskKernels(graph, slice(graph, tokens, 1, 1, 1 + MASK_TOKENS));
  const logits = matMul(graph, pixels, transpose(graph, kernels, [0, 2, 1]));
  // Pixels still lie cell by cell: [B, cell y, cell x, outer ky, outer kx, inner ky, inner kx, mask].
  const side = EMBEDDING_SIDE;
  const cells = reshape(graph, logits, [-1, side, side, 2, 2, 2, 2, MASK_TOKENS]);
  const rows = transpose(graph, cells, [0, 7, 1, 3, 5, 2, 4, 6]);
  return reshape(graph, rows, [-1, MASK_TOKENS, LOGITS_SIDE, LOGITS_SIDE]);
}

/** Decoded tokens [B, T, 256] -> predicted IoU of each mask [B, 4]. */
export function iouHead(graph: GraphBuilder, tokens: Value): Value {
  let x = slice(graph, tokens, 1, 0, 1);
  for (let layer = 0; layer < HEAD_LAYERS; layer++) {
    if (layer > 0) x = relu(graph, x);
    x = tokenLinear(graph, x, `mask_decoder.iou_prediction_head.layers.${layer}`);
  }
  return reshape(graph, x, [-1, MASK_TOKENS]);
}

/** Mask tokens [B, 4, 256] -> [B, 4, 32], each through the MLP of its own: four matrices in one product. */
function maskKernels(graph: GraphBuilder, maskTokens: Value): Value {
  let x = transpose(graph, maskTokens, [1, 0, 2]);
  for (let layer = 0; layer < HEAD_LAYERS; layer++) {
    if (layer > 0) x = relu(graph, x);
    x = add(graph, matMul(graph, x, stacked(graph, layer, 'weight')), stacked(graph, layer, 'bias'));
  }
  return transpose(graph, x, [1, 0, 2]);
}

/** One layer of the four MLPs: weights [4, inputs, outputs] or biases [4, 1, outputs]. */
function stacked(graph: GraphBuilder, layer: number, field: 'weight' | 'bias'): Value {
  const mlps = 'mask_decoder.output_hypernetworks_mlps';
  const parts = Array.from({ length: MASK_TOKENS }, (_, mask) =>
    graph.parameter(`${mlps}.${mask}.layers.${layer}.${field}`),
  );
  const partLength = parts[0]!.values.length;
  const values = new Float32Array(MASK_TOKENS * partLength);
  parts.forEach((part, mask) => values.set(part.values, mask * partLength));
  const stack =
    field === 'bias'
      ? { shape: [MASK_TOKENS, 1, partLength], values }
      : permuted({ shape: [MASK_TOKENS, ...parts[0]!.shape], values }, [0, 2, 1]);
  return graph.tensor(`${mlps}.layers.${layer}.${field}/stacked`, stack);
}

/**
 * A transposed convolution of 2 x 2 with stride 2 makes four pixels of each: rows [n, inputs] ->
 * [n, ky * kx * outputs], whose pixels are put in place once, at the end.
 */
function transposedPatchConvolution(graph: GraphBuilder, x: Value, key: string): Value {
  const kernel = permuted(graph.parameter(`${key}.weight`), [2, 3, 1, 0]);
  const [ky, kx, outputs, inputs] = kernel.shape as [number, number, number, number];
  const weight = graph.tensor(`${key}.weight/rows`, reshaped(kernel, [ky * kx * outputs, inputs]));
  const { values } = graph.parameter(`${key}.bias`);
  const repeated = Float32Array.from({ length: ky * kx * outputs }, (_, i) => values[i % outputs]!);
  const bias = graph.tensor(`${key}.bias/repeated`, { shape: [repeated.length], values: repeated });
  return gemm(graph, x, weight, bias);
}
