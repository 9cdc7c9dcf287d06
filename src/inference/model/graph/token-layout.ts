import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import { reshape, transpose } from '../onnx/operations.ts';

/** Grid [1, channels, side, side] -> tokens [side * side, channels], row-major. */
export function toTokens(graph: GraphBuilder, grid: Value, channels: number): Value {
  return transpose(graph, reshape(graph, grid, [channels, -1]), [1, 0]);
}

/** Tokens [side * side, channels] -> grid [1, channels, side, side]. */
export function toGrid(graph: GraphBuilder, tokens: Value, side: number, channels: number): Value {
  return reshape(graph, transpose(graph, tokens, [1, 0]), [1, channels, side, side]);
}
