import {
  EMBEDDING_CHANNELS,
  EMBEDDING_SIDE,
  LAYER_NORM_2D_EPSILON,
  LOGITS_SIDE,
  MASK_TOKENS,
  MASK_UPSCALING_CHANNELS,
} from '../architecture.ts';
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import {
  add,
  exactGelu,
  gelu,
  linear,
  matMul,
  matMulTransposed,
  mul,
  normalizeRows,
  relu,
  reshape,
  slice,
  transpose,
} from '../onnx/operations.ts';
import { tokenLinear } from './token-attention.ts';
import type { Decoded } from './two-way-transformer.ts';

export interface MaskHeadOptions {
  /** GELU as defined, where a few hundredths of a logit matter more than a tenth of the decoder's time. */
  readonly exactGelu: boolean;
}

const UPSCALING = 'mask_decoder.output_upscaling';
const HYPERNETWORKS = 'mask_decoder.output_hypernetworks_mlps';
const HEAD_LAYERS = 3;
/** Pixels that one becomes in a transposed convolution of 2 x 2 with stride 2. */
const PIXELS = 4;

/**
 * Decoded tokens and image -> logits [B, 4, 256, 256], one mask per mask token. A transposed convolution whose kernels
 * do not overlap is a product on rows; the pixels are put in place once, at the end.
 */
export function maskHead(
  graph: GraphBuilder,
  { tokens, normalizedImage }: Decoded,
  options: MaskHeadOptions,
): Value {
  const activation = options.exactGelu ? exactGelu : gelu;
  const [firstChannels, lastChannels] = MASK_UPSCALING_CHANNELS;
  const side = EMBEDDING_SIDE;
  const firstPixels = PIXELS * side ** 2;
  const cells = reshape(graph, normalizedImage, [-1, EMBEDDING_CHANNELS]);
  let pixels = reshape(graph, linear(graph, cells, `${UPSCALING}.0`), [-1, firstPixels, firstChannels]);
  pixels = normalizeRows(graph, pixels, firstPixels, LAYER_NORM_2D_EPSILON);
  pixels = mul(graph, pixels, graph.weight(`${UPSCALING}.1.weight`));
  pixels = activation(graph, pixels, graph.weight(`${UPSCALING}.1.bias`));
  pixels = activation(graph, linear(graph, reshape(graph, pixels, [-1, firstChannels]), `${UPSCALING}.3`));
  pixels = reshape(graph, pixels, [-1, LOGITS_SIDE ** 2, lastChannels]);

  const kernels = maskKernels(graph, slice(graph, tokens, 1, 1, 1 + MASK_TOKENS));
  const logits = matMulTransposed(graph, kernels, pixels);
  // Pixels still lie cell by cell: [B, mask, cell y, cell x, outer ky, outer kx, inner ky, inner kx].
  const placed = transpose(
    graph,
    reshape(graph, logits, [-1, MASK_TOKENS, side, side, 2, 2, 2, 2]),
    [0, 1, 2, 4, 6, 3, 5, 7],
  );
  return reshape(graph, placed, [-1, MASK_TOKENS, LOGITS_SIDE, LOGITS_SIDE]);
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
    const key = `${HYPERNETWORKS}.layers.${layer}`;
    x = add(graph, matMul(graph, x, graph.weight(`${key}.weight`)), graph.weight(`${key}.bias`));
  }
  return transpose(graph, x, [1, 0, 2]);
}
