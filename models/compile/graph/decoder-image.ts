import { EMBEDDING_SIDE } from '../architecture.ts';
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import { add, gemm, linearRows, matMul, reshape } from '../onnx/operations.ts';
import type { MaskPrompt } from './mask-prompt.ts';

/** The image's side of the decoder: one feature vector for each of the embedding's 4096 cells. */
export interface DecoderImage {
  /** [B, 4096, 256]. */
  readonly features: Value;
  /** The features, with their positions or without, through the linear layer `key`: [B, 4096, outputs]. */
  project(key: string, input: 'placed' | 'bare'): Value;
}

const CELLS = EMBEDDING_SIDE ** 2;

/**
 * Before the first layer, the prompts' images differ by their mask prompts alone: project the embedding
 * [4096, 256] once for all prompts, and each prompt's mask coefficients by the projected basis.
 */
export function sharedImage(
  graph: GraphBuilder,
  embedding: Value,
  positions: Value,
  { coefficients, basis }: MaskPrompt,
): DecoderImage {
  const inputs = { bare: embedding, placed: add(graph, embedding, positions) };
  return {
    features: add(graph, matMul(graph, coefficients, basis), embedding),
    project(key, input) {
      const shared = linearRows(graph, inputs[input], key);
      const projectedBasis = gemm(graph, basis, graph.weight(`${key}.weight`));
      return add(graph, matMul(graph, coefficients, projectedBasis), shared);
    },
  };
}

/** After a layer, each prompt has an image of its own. */
export function promptImage(graph: GraphBuilder, features: Value, positions: Value): DecoderImage {
  const inputs = { bare: features, placed: add(graph, features, positions) };
  return { features, project: (key, input) => imageLinear(graph, inputs[input], key) };
}

/** [B, 4096, inputs] -> [B, 4096, outputs] by the linear layer `key`. */
export function imageLinear(graph: GraphBuilder, x: Value, key: string): Value {
  const [outputs, inputs] = graph.parameter(`${key}.weight`).shape as [number, number];
  return reshape(graph, linearRows(graph, reshape(graph, x, [-1, inputs]), key), [-1, CELLS, outputs]);
}
