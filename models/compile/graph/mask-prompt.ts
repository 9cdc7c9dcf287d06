import {
  EMBEDDING_CHANNELS,
  EMBEDDING_SIDE,
  LAYER_NORM_2D_EPSILON,
  MASK_DOWNSCALING_CHANNELS,
} from '../architecture.ts';
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import { concat, gelu, gemm, layerNorm, mul, reshape, sub, transpose } from '../onnx/operations.ts';
import { permuted, reshaped, transposed } from '../weights.ts';

/**
 * What a mask prompt adds to the image, as a product of low rank: `coefficients` [B, 4096, 18] x `basis`
 * [18, 256] is the dense embedding [B, 4096, 256]. The last layer of the mask's downscaling is linear, so that
 * whoever projects the image can project the basis instead, and share the image's part among prompts.
 */
export interface MaskPrompt {
  readonly coefficients: Value;
  readonly basis: Value;
}

const ROOT = 'prompt_encoder.mask_downscaling';

/** `mask` [B, 1, 256, 256], `hasMask` [B]: where that is 0, the embedding for "no mask" stands in. */
export function maskPrompt(graph: GraphBuilder, mask: Value, hasMask: Value): MaskPrompt {
  const [, hiddenChannels] = MASK_DOWNSCALING_CHANNELS;
  const cells = EMBEDDING_SIDE ** 2;
  const hidden = reshape(graph, downscaled(graph, mask), [-1, cells, hiddenChannels]);

  const given = reshape(graph, hasMask, [-1, 1, 1]);
  const absent = sub(graph, graph.scalar(1), given);
  const ones = graph.tensor('cell_ones', { shape: [1, cells, 1], values: new Float32Array(cells).fill(1) });
  const coefficients = concat(
    graph,
    [mul(graph, hidden, given), mul(graph, ones, given), mul(graph, ones, absent)],
    2,
  );

  const projection = reshaped(graph.parameter(`${ROOT}.6.weight`), [EMBEDDING_CHANNELS, hiddenChannels]);
  const basis = concat(
    graph,
    [
      graph.tensor(`${ROOT}.6.weight/transposed`, transposed(projection)),
      reshape(graph, graph.weight(`${ROOT}.6.bias`), [1, EMBEDDING_CHANNELS]),
      graph.weight('prompt_encoder.no_mask_embed.weight'),
    ],
    0,
  );
  return { coefficients, basis };
}

/** [B, 1, 256, 256] -> [B * 4096, 16], by two convolutions of 2 x 2 with stride 2, a norm and GELU after each. */
function downscaled(graph: GraphBuilder, mask: Value): Value {
  const side = EMBEDDING_SIDE;
  // From [B, cell y, outer ky, inner ky, cell x, outer kx, inner kx] to each cell's kernels side by side.
  const pixels = transpose(graph, reshape(graph, mask, [-1, side, 2, 2, side, 2, 2]), [0, 1, 4, 2, 5, 3, 6]);
  let x = patchConvolution(graph, pixels, `${ROOT}.0`);
  x = gelu(graph, layerNorm(graph, x, `${ROOT}.1`, LAYER_NORM_2D_EPSILON));
  x = patchConvolution(graph, x, `${ROOT}.3`);
  return gelu(graph, layerNorm(graph, x, `${ROOT}.4`, LAYER_NORM_2D_EPSILON));
}

/** A convolution whose kernels do not overlap is a matrix product on rows [n, ky * kx * inputs]. */
function patchConvolution(graph: GraphBuilder, x: Value, key: string): Value {
  const kernel = permuted(graph.parameter(`${key}.weight`), [0, 2, 3, 1]);
  const [outputs, ky, kx, inputs] = kernel.shape as [number, number, number, number];
  const rowLength = ky * kx * inputs;
  const weight = graph.tensor(`${key}.weight/rows`, reshaped(kernel, [outputs, rowLength]));
  return gemm(graph, reshape(graph, x, [-1, rowLength]), weight, graph.weight(`${key}.bias`));
}
