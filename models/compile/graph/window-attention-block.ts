import { ENCODER_HEAD_CHANNELS, LAYER_NORM_EPSILON, type AttentionStage } from '../architecture.ts';
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import {
  add,
  convolution,
  gather,
  gelu,
  layerNorm,
  linearRows,
  matMul,
  mul,
  reshape,
  slice,
  softmax,
  split,
  transpose,
} from '../onnx/operations.ts';
import { attentionBiasIndex } from './attention-bias.ts';
import { toGrid, toTokens } from './token-layout.ts';

/**
 * One TinyViT block on tokens [side^2, channels]: attention within windows, a depthwise convolution across them,
 * an MLP (`TinyViTBlock` of TinySAM's `tinysam/modeling/tiny_vit_sam.py`).
 */
export function windowAttentionBlock(
  graph: GraphBuilder,
  tokens: Value,
  key: string,
  stage: AttentionStage,
): Value {
  const attended = add(graph, tokens, windowAttention(graph, tokens, `${key}.attn`, stage));

  const grid = toGrid(graph, attended, stage.side, stage.channels);
  const mixedGrid = convolution(graph, grid, `${key}.local_conv.c`, { depthwise: true });
  const mixed = toTokens(graph, mixedGrid, stage.channels);

  let hidden = layerNorm(graph, mixed, `${key}.mlp.norm`, LAYER_NORM_EPSILON);
  hidden = gelu(graph, linearRows(graph, hidden, `${key}.mlp.fc1`));
  return add(graph, mixed, linearRows(graph, hidden, `${key}.mlp.fc2`));
}

function windowAttention(graph: GraphBuilder, tokens: Value, key: string, stage: AttentionStage): Value {
  const { channels, heads, window, side } = stage;
  const windowsPerSide = Math.ceil(side / window);
  const paddedSide = windowsPerSide * window;
  const windows = windowsPerSide ** 2;
  const margin = paddedSide - side;

  // Padding comes before the norm and takes part in attention unmasked: the network was trained so.
  const grid = reshape(graph, tokens, [side, side, channels]);
  const padded = graph.node('Pad', [grid, graph.integers([0, 0, 0, margin, margin, 0])]);
  const normed = layerNorm(graph, padded, `${key}.norm`, LAYER_NORM_EPSILON);
  const qkv = linearRows(graph, reshape(graph, normed, [-1, channels]), `${key}.qkv`);

  // Windows and heads are parted in one transposition. Queries, keys and values interleave per head.
  const parted = transpose(
    graph,
    reshape(graph, qkv, [windowsPerSide, window, windowsPerSide, window, heads, 3, ENCODER_HEAD_CHANNELS]),
    [5, 0, 2, 4, 1, 3, 6],
  );
  const perHead = [3 * windows, heads, window ** 2, ENCODER_HEAD_CHANNELS];
  const [queries, keys, values] = split(graph, reshape(graph, parted, perHead), 0, 3) as [
    Value,
    Value,
    Value,
  ];

  const scaledQueries = mul(graph, queries, graph.scalar(ENCODER_HEAD_CHANNELS ** -0.5));
  const scores = matMul(graph, scaledQueries, transpose(graph, keys, [0, 1, 3, 2]));
  const biased = add(graph, scores, attentionBias(graph, key, window));
  const attended = matMul(graph, softmax(graph, biased), values);

  const joined = transpose(
    graph,
    reshape(graph, attended, [windowsPerSide, windowsPerSide, heads, window, window, ENCODER_HEAD_CHANNELS]),
    [0, 3, 1, 4, 2, 5],
  );
  let result = reshape(graph, joined, [paddedSide, paddedSide, channels]);
  result = slice(graph, slice(graph, result, 0, 0, side), 1, 0, side);
  return linearRows(graph, reshape(graph, result, [-1, channels]), `${key}.proj`);
}

/** [heads, window^2, window^2]: onnxruntime expands the table once, when it loads the model. */
function attentionBias(graph: GraphBuilder, key: string, window: number): Value {
  const tokens = window ** 2;
  const index = graph.indices(`attention_bias_index/${window}`, [tokens, tokens], attentionBiasIndex(window));
  return gather(graph, graph.weight(`${key}.attention_biases`), index, 1);
}
