import { DECODER_HEADS, EMBEDDING_CHANNELS } from '../architecture.ts';
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import { add, linear, matMul, matMulTransposed, reshape, softmax, transpose } from '../onnx/operations.ts';

/** Tokens [B, T, inputs] -> [B, T, outputs] by the linear layer `key`. Float products with a bias take rows alone. */
export function tokenLinear(graph: GraphBuilder, x: Value, key: string): Value {
  if (graph.stored(`${key}.weight`).type === 'int8') return linear(graph, x, key);
  return add(graph, matMul(graph, x, graph.weight(`${key}.weight`)), graph.weight(`${key}.bias`));
}

/** Tokens look at one another, but for the ignored ones: [B, T, 256]. */
export function selfAttention(
  graph: GraphBuilder,
  placedTokens: Value,
  tokens: Value,
  ignored: Value,
  key: string,
): Value {
  const headChannels = EMBEDDING_CHANNELS / DECODER_HEADS;
  const project = (x: Value, name: string) =>
    transpose(
      graph,
      reshape(graph, tokenLinear(graph, x, `${key}.${name}`), [0, 0, DECODER_HEADS, headChannels]),
      [0, 2, 1, 3],
    );
  const scores = matMulTransposed(graph, project(placedTokens, 'q_proj'), project(placedTokens, 'k_proj'));
  const masked = add(graph, scores, graph.node('Unsqueeze', [ignored, graph.integers([1])]));
  const attended = matMul(graph, softmax(graph, masked), project(tokens, 'v_proj'));
  const joined = reshape(graph, transpose(graph, attended, [0, 2, 1, 3]), [0, 0, EMBEDDING_CHANNELS]);
  return tokenLinear(graph, joined, `${key}.out_proj`);
}
