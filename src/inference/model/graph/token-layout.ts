import type { Size } from '../../../shared/affine.ts';
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import { reshape, transpose } from '../onnx/operations.ts';

/** Rows and columns of a grid of tokens. */
export interface GridSize {
  readonly rows: number;
  readonly columns: number;
}

/** The tokens of an image of this size, one every `stridePx`. */
export function gridOf({ width, height }: Size, stridePx: number): GridSize {
  return { rows: height / stridePx, columns: width / stridePx };
}

/** Grid [1, channels, rows, columns] -> tokens [rows * columns, channels], row-major. */
export function toTokens(graph: GraphBuilder, grid: Value, channels: number): Value {
  return transpose(graph, reshape(graph, grid, [channels, -1]), [1, 0]);
}

/** Tokens [rows * columns, channels] -> grid [1, channels, rows, columns]. */
export function toGrid(
  graph: GraphBuilder,
  tokens: Value,
  { rows, columns }: GridSize,
  channels: number,
): Value {
  return reshape(graph, transpose(graph, tokens, [1, 0]), [1, channels, rows, columns]);
}
