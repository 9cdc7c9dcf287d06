import { ENCODER_HEAD_CHANNELS, LAYER_NORM_EPSILON, type AttentionStage } from '../architecture.ts';
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import {
  add,
  concat,
  convolution,
  gather,
  gelu,
  linear,
  matMul,
  matMulTransposed,
  normalizeRows,
  reshape,
  softmax,
  split,
  transpose,
} from '../onnx/operations.ts';
import { attentionBiasIndex } from './attention-bias.ts';
import { toGrid, toTokens, type GridSize } from './token-layout.ts';

/**
 * One TinyViT block on tokens [rows * columns, channels]: attention within windows, a depthwise convolution across them,
 * an MLP (`TinyViTBlock` of TinySAM's `tinysam/modeling/tiny_vit_sam.py`).
 */
export function windowAttentionBlock(
  graph: GraphBuilder,
  tokens: Value,
  key: string,
  stage: AttentionStage,
  size: GridSize,
): Value {
  const { channels } = stage;
  const attended = add(graph, tokens, windowAttention(graph, tokens, `${key}.attn`, stage, size));

  const grid = toGrid(graph, attended, size, channels);
  const mixedGrid = convolution(graph, grid, `${key}.local_conv.c`, { depthwise: true });
  const mixed = toTokens(graph, mixedGrid, channels);

  const hidden = gelu(graph, linear(graph, normalizedTokens(graph, mixed, stage, size), `${key}.mlp.fc1`));
  return add(graph, mixed, linear(graph, hidden, `${key}.mlp.fc2`));
}

function windowAttention(
  graph: GraphBuilder,
  tokens: Value,
  key: string,
  stage: AttentionStage,
  size: GridSize,
): Value {
  const { channels, heads, window } = stage;
  const { rows, columns } = size;
  const windowRows = Math.ceil(rows / window);
  const windowColumns = Math.ceil(columns / window);
  const padded: GridSize = { rows: windowRows * window, columns: windowColumns * window };

  // The network was trained with windows padded before the norm, and the padding not masked: a padded token's key and
  // value are the layer's biases alone. Those of keys cancel in the softmax and those of values went into the projection
  // (models/compile/fold/encoder-tensors.ts), so that zeros after the product are the same padding.
  const product = linear(graph, normalizedTokens(graph, tokens, stage, size), `${key}.qkv`);
  const qkv = padEnd(graph, product, size, padded, 3 * channels);

  // Windows and heads are parted in one transposition.
  const parted = transpose(
    graph,
    reshape(graph, qkv, [windowRows, window, windowColumns, window, 3, heads, ENCODER_HEAD_CHANNELS]),
    [4, 0, 2, 5, 1, 3, 6],
  );
  const perHead = [3 * windowRows * windowColumns, heads, window ** 2, ENCODER_HEAD_CHANNELS];
  const [queries, keys, values] = split(graph, reshape(graph, parted, perHead), 0, 3) as [
    Value,
    Value,
    Value,
  ];

  const biased = add(graph, matMulTransposed(graph, queries, keys), attentionBias(graph, key, window));
  const attended = matMul(graph, softmax(graph, biased), values);

  const joined = transpose(
    graph,
    reshape(graph, attended, [windowRows, windowColumns, heads, window, window, ENCODER_HEAD_CHANNELS]),
    [0, 3, 1, 4, 2, 5],
  );
  const result = graph.node('Slice', [
    reshape(graph, joined, [padded.rows, padded.columns, channels]),
    graph.integers([0, 0]),
    graph.integers([rows, columns]),
    graph.integers([0, 1]),
  ]);
  return linear(graph, reshape(graph, result, [-1, channels]), `${key}.proj`);
}

/**
 * Tokens [rows * columns, channels] with zeros below and to the right. Not by Pad: compiling its WASM takes longer than
 * an encode wins by it.
 */
function padEnd(
  graph: GraphBuilder,
  tokens: Value,
  { rows, columns }: GridSize,
  padded: GridSize,
  channels: number,
): Value {
  const zeros = (shape: readonly [number, number]) =>
    graph.floats(`zeros/${shape.join('x')}`, { shape, values: new Float32Array(shape[0] * shape[1]) });
  let grid = reshape(graph, tokens, [rows, columns * channels]);
  if (padded.columns > columns)
    grid = concat(graph, [grid, zeros([rows, (padded.columns - columns) * channels])], 1);
  if (padded.rows > rows)
    grid = concat(graph, [grid, zeros([padded.rows - rows, padded.columns * channels])], 0);
  return grid;
}

/** The affine is in the layer that follows. */
function normalizedTokens(
  graph: GraphBuilder,
  tokens: Value,
  { channels }: AttentionStage,
  { rows, columns }: GridSize,
): Value {
  const count = rows * columns;
  const normalized = normalizeRows(
    graph,
    reshape(graph, tokens, [1, count, channels]),
    count,
    LAYER_NORM_EPSILON,
  );
  return reshape(graph, normalized, [count, channels]);
}

/** [heads, window^2, window^2]: the table is spread in each run, which costs a thousandth of it and keeps loading quick. */
function attentionBias(graph: GraphBuilder, key: string, window: number): Value {
  const tokens = window ** 2;
  const index = graph.indices(`attention_bias_index/${window}`, [tokens, tokens], attentionBiasIndex(window));
  return gather(graph, graph.weight(`${key}.attention_biases`), index, 1);
}
