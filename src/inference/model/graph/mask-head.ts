import {
  EMBEDDING_CHANNELS,
  EMBEDDING_SIDE,
  LAYER_NORM_2D_EPSILON,
  MASK_TOKENS,
  MASK_UPSCALING_CHANNELS,
} from '../architecture.ts';
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import {
  add,
  concat,
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

export interface MaskCounts {
  /** [1], integer: B. */
  readonly prompts: Value;
  /** [rows, columns] */
  readonly maskCells: Value;
}

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
 * Decoded tokens and image -> logits [B, 4, 4 rows * 4 columns], one mask per mask token, of as many of the image's rows and
 * columns as `maskCells` has: the rest is padding, a third of the work for a 3:2 photo. A transposed convolution whose
 * kernels do not overlap is a product on rows; the pixels are put in place once, at the end.
 */
export function maskHead(
  graph: GraphBuilder,
  { tokens, normalizedImage }: Decoded,
  { prompts, maskCells }: MaskCounts,
  options: MaskHeadOptions,
): Value {
  const activation = options.exactGelu ? exactGelu : gelu;
  const [firstChannels, lastChannels] = MASK_UPSCALING_CHANNELS;
  const side = EMBEDDING_SIDE;
  const sizeCells = graph.node('Shape', [maskCells]);
  const image = reshape(graph, normalizedImage, [0, side, side, EMBEDDING_CHANNELS]);
  const shown = graph.node('Slice', [image, graph.integers([0, 0]), sizeCells, graph.integers([1, 2])]);
  const cells = reshape(graph, shown, [-1, EMBEDDING_CHANNELS]);
  // A whole row or column of cells at a time, of whichever there are 64.
  const linePixels = PIXELS * side;
  let pixels = reshape(graph, linear(graph, cells, `${UPSCALING}.0`), [-1, linePixels, firstChannels]);
  pixels = normalizeRows(graph, pixels, linePixels, LAYER_NORM_2D_EPSILON);
  pixels = mul(graph, pixels, graph.weight(`${UPSCALING}.1.weight`));
  pixels = activation(graph, pixels, graph.weight(`${UPSCALING}.1.bias`));
  pixels = activation(graph, linear(graph, reshape(graph, pixels, [-1, firstChannels]), `${UPSCALING}.3`));

  const kernels = maskKernels(graph, slice(graph, tokens, 1, 1, 1 + MASK_TOKENS));
  const perPrompt = concat(graph, [prompts, graph.integers([-1, lastChannels])], 0);
  pixels = graph.node('Reshape', [pixels, perPrompt]);
  const logits = matMulTransposed(graph, kernels, pixels);
  // Pixels still lie cell by cell: [B, mask, cell y, cell x, outer ky, outer kx, inner ky, inner kx].
  const byCell = concat(graph, [graph.integers([0, 0]), sizeCells, graph.integers([2, 2, 2, 2])], 0);
  const placed = transpose(graph, graph.node('Reshape', [logits, byCell]), [0, 1, 2, 4, 6, 3, 5, 7]);
  return reshape(graph, placed, [0, 0, -1]);
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
