import { DECODER_HEADS } from '../architecture.ts';
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import { add, matMul, mul, reshape, softmax, transpose } from '../onnx/operations.ts';
import { transposed } from '../weights.ts';

/**
 * Attention of queries [B, n, channels] over keys and values [B, m, channels], all projected, in eight heads:
 * [B, n, channels].
 */
export function attend(
  graph: GraphBuilder,
  queries: Value,
  keys: Value,
  values: Value,
  channels: number,
): Value {
  const headChannels = channels / DECODER_HEADS;
  const perHead = (x: Value, perm: readonly number[]) =>
    transpose(graph, reshape(graph, x, [0, 0, DECODER_HEADS, headChannels]), perm);
  const scaled = mul(graph, queries, graph.scalar(headChannels ** -0.5));
  const scores = matMul(graph, perHead(scaled, [0, 2, 1, 3]), perHead(keys, [0, 2, 3, 1]));
  const attended = matMul(graph, softmax(graph, scores), perHead(values, [0, 2, 1, 3]));
  return reshape(graph, transpose(graph, attended, [0, 2, 1, 3]), [0, 0, channels]);
}

/** Tokens [B, T, inputs] -> [B, T, outputs] by the linear layer `key`. Both B and T are free, so no rows to flatten. */
export function tokenLinear(graph: GraphBuilder, x: Value, key: string): Value {
  const weight = graph.tensor(`${key}.weight/transposed`, transposed(graph.parameter(`${key}.weight`)));
  return add(graph, matMul(graph, x, weight), graph.weight(`${key}.bias`));
}
