import { CROSS_ATTENTION_CHANNELS, DECODER_HEADS, EMBEDDING_CHANNELS } from '../architecture.ts';
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import {
  add,
  concat,
  matMul,
  matMulTransposed,
  mul,
  reshape,
  softmax,
  transpose,
} from '../onnx/operations.ts';
import { HEAD_CHANNELS, IMAGE_CELLS } from './decoder-ports.ts';
import { tokenLinear } from './token-attention.ts';

/**
 * Attention between few tokens and 4096 cells. An image-side projection costs 4096 x 256 x 128 products; moved to the
 * tokens' side, exactly, it costs tokens x 8 x 256 x 4096 in all: scores = (q W_k^T) . image, and
 * out = (A . image) W_v W_o. Cheaper below some 16 tokens.
 */

/**
 * The image as one layer sees it, [B, 4096, 256]: its norm's bias is in the layer's weights, since a bias of the keys
 * cancels in the softmax and one of the values passes through.
 */
export interface LayerImage {
  readonly cells: Value;
  /** With the cells' positions added. */
  readonly placed: Value;
}

/** Tokens look at the image: [B, T, 256] -> [B, T, 256]. */
export function tokensToImage(
  graph: GraphBuilder,
  placedTokens: Value,
  image: LayerImage,
  key: string,
): Value {
  const queries = headsOf(graph, tokenLinear(graph, placedTokens, `${key}.q_proj`));
  // [B, 8, T, 16] x [8, 16, 256] -> [B, 8 T, 256].
  const probes = flatHeads(graph, matMul(graph, queries, graph.weight(`${key}.k_proj.weight`)));
  const attention = softmax(graph, matMulTransposed(graph, probes, image.placed));
  const seen = unflatHeads(graph, matMul(graph, attention, image.cells));
  return joinHeads(graph, matMul(graph, seen, graph.weight(`${key}.v_proj.weight`)), key);
}

/** The same for the first layer, whose keys [., 8, 16, 4096] and values [., 8, 4096, 16] are made once per image. */
export function tokensToPreparedImage(
  graph: GraphBuilder,
  placedTokens: Value,
  keys: Value,
  values: Value,
  key: string,
): Value {
  const queries = headsOf(graph, tokenLinear(graph, placedTokens, `${key}.q_proj`));
  return joinHeads(graph, matMul(graph, softmax(graph, matMul(graph, queries, keys)), values), key);
}

/** The image looks at the tokens: what to add to its cells, [B, 4096, 256]. */
export function imageToTokens(
  graph: GraphBuilder,
  placedImage: Value,
  placedTokens: Value,
  tokens: Value,
  ignored: Value,
  key: string,
): Value {
  const keys = headsOf(graph, tokenLinear(graph, placedTokens, `${key}.k_proj`));
  const probes = flatHeads(graph, matMul(graph, keys, graph.weight(`${key}.q_proj.weight`)));
  // The queries' bias adds a number to each token's scores: [B, 8, T, 16] x [8, 16, 1].
  const offsets = reshape(graph, matMul(graph, keys, graph.weight(`${key}.q_proj.bias`)), [
    0,
    DECODER_HEADS,
    -1,
  ]);
  return fromTokens(
    graph,
    matMulTransposed(graph, placedImage, probes),
    add(graph, offsets, ignored),
    tokens,
    key,
  );
}

/** The same for the first layer, whose queries [., 4096, 128] are made once per image. */
export function preparedImageToTokens(
  graph: GraphBuilder,
  queries: Value,
  placedTokens: Value,
  tokens: Value,
  ignored: Value,
  key: string,
): Value {
  const keys = tokenLinear(graph, placedTokens, `${key}.k_proj`);
  // Each head's keys in its own channels of a row of zeros: one product for all heads.
  const channels = CROSS_ATTENTION_CHANNELS;
  const ownChannels = Float32Array.from({ length: DECODER_HEADS * channels }, (_, i) =>
    Math.floor((i % channels) / HEAD_CHANNELS) === Math.floor(i / channels) ? 1 : 0,
  );
  const mask = graph.floats('own_channels', { shape: [DECODER_HEADS, 1, channels], values: ownChannels });
  const parted = mul(graph, graph.node('Unsqueeze', [keys, graph.integers([1])]), mask);
  const probes = reshape(graph, parted, [0, -1, channels]);
  const scores = matMulTransposed(graph, queries, probes);
  // Once per head: onnxruntime adds long rows several times faster than short ones.
  const perHead = concat(graph, new Array<Value>(DECODER_HEADS).fill(ignored), 1);
  return fromTokens(graph, scores, perHead, tokens, key);
}

/** Scores [., 4096, 8 T], and what to add for each head and token [B, 8, T] -> [B, 4096, 256]. */
function fromTokens(graph: GraphBuilder, scores: Value, offsets: Value, tokens: Value, key: string): Value {
  const values = headsOf(graph, tokenLinear(graph, tokens, `${key}.v_proj`));
  // The output's bias is split among the heads, whose weights sum to one each.
  const outputs = add(
    graph,
    matMul(graph, values, graph.weight(`${key}.out_proj.weight`)),
    graph.weight(`${key}.out_proj.bias`),
  );
  const perHead = reshape(graph, scores, [0, IMAGE_CELLS, DECODER_HEADS, -1]);
  const attention = softmax(
    graph,
    add(graph, perHead, graph.node('Unsqueeze', [offsets, graph.integers([1])])),
  );
  return matMul(graph, reshape(graph, attention, [0, IMAGE_CELLS, -1]), flatHeads(graph, outputs));
}

/** [B, T, 128] -> [B, 8, T, 16]. */
function headsOf(graph: GraphBuilder, x: Value): Value {
  return transpose(graph, reshape(graph, x, [0, 0, DECODER_HEADS, HEAD_CHANNELS]), [0, 2, 1, 3]);
}

/** [B, 8, T, 256] -> [B, 8 T, 256]. */
function flatHeads(graph: GraphBuilder, x: Value): Value {
  return reshape(graph, x, [0, -1, EMBEDDING_CHANNELS]);
}

/** [B, 8 T, 256] -> [B, 8, T, 256]. */
function unflatHeads(graph: GraphBuilder, x: Value): Value {
  return reshape(graph, x, [0, DECODER_HEADS, -1, EMBEDDING_CHANNELS]);
}

/** [B, 8, T, 16] -> [B, T, 256] by the output layer. */
function joinHeads(graph: GraphBuilder, x: Value, key: string): Value {
  const joined = reshape(graph, transpose(graph, x, [0, 2, 1, 3]), [0, 0, CROSS_ATTENTION_CHANNELS]);
  return tokenLinear(graph, joined, `${key}.out_proj`);
}
