import { MICROSOFT_DOMAIN, type GraphBuilder, type Value } from '../onnx/graph-builder.ts';
import { concat, quantized, reshape, transpose } from '../onnx/operations.ts';
import { floatsOf, transposed } from '../stored-tensor.ts';
import { toGrid, toTokens, type GridSize } from './token-layout.ts';

const KERNEL_SIDE = 3;

/**
 * Tokens [rows * columns, inputs] -> [rows * columns, outputs] by the 3 x 3 convolution `key` without bias, whose weight is
 * stored as [ky * kx * inputs, outputs]. An int8 weight makes it one integer product on rows of nine neighbours.
 */
export function tokenConvolution(graph: GraphBuilder, tokens: Value, key: string, size: GridSize): Value {
  const weight = graph.stored(`${key}.weight`);
  const [rowsOfWeight, outputs] = weight.shape as [number, number];
  const inputs = rowsOfWeight / KERNEL_SIDE ** 2;
  const { rows, columns } = size;
  if (weight.type !== 'int8') {
    const byOutput = graph.floats(`${key}.weight`, transposed(floatsOf(weight)));
    const kernel = transpose(
      graph,
      reshape(graph, byOutput, [outputs, KERNEL_SIDE, KERNEL_SIDE, inputs]),
      [0, 3, 1, 2],
    );
    const grid = graph.node('Conv', [toGrid(graph, tokens, size, inputs), kernel], {
      kernel_shape: [KERNEL_SIDE, KERNEL_SIDE],
      pads: [1, 1, 1, 1],
    });
    return toTokens(graph, grid, outputs);
  }

  const { levels, scale, zeroPoint } = quantized(graph, tokens);
  const padded = graph.node('Pad', [
    reshape(graph, levels, [rows, columns, inputs]),
    graph.integers([1, 1, 0, 1, 1, 0]),
    zeroPoint,
  ]);
  const neighbours = Array.from({ length: KERNEL_SIDE ** 2 }, (_, i) => {
    const [ky, kx] = [Math.floor(i / KERNEL_SIDE), i % KERNEL_SIDE];
    const corners = [graph.integers([ky, kx]), graph.integers([ky + rows, kx + columns])];
    return graph.node('Slice', [padded, ...corners, graph.integers([0, 1])]);
  });
  return graph.node(
    'MatMulIntegerToFloat',
    [
      reshape(graph, concat(graph, neighbours, 2), [rows * columns, rowsOfWeight]),
      graph.bytes(`${key}.weight/levels`, weight.shape, weight.levels),
      scale,
      graph.floats(`${key}.weight/scales`, { shape: [outputs], values: weight.scales }),
      zeroPoint,
    ],
    {},
    MICROSOFT_DOMAIN,
  );
}
