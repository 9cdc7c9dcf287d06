import type { GraphBuilder, Value } from '../../../../src/inference/model/onnx/graph-builder.ts';
import { add, concat, gather, sub } from '../../../../src/inference/model/onnx/operations.ts';

/** Shapes are asked for when the graph runs, so that free dimensions need no inference here. */

export const shapeOf = (graph: GraphBuilder, x: Value) => graph.node('Shape', [x]);

export const reshapedLike = (graph: GraphBuilder, x: Value, like: Value) =>
  graph.node('Reshape', [x, shapeOf(graph, like)]);

/** Sums a gradient over what broadcasting had repeated, back to the shape of `like`. */
export function summedTo(graph: GraphBuilder, gradient: Value, like: Value): Value {
  const own = shapeOf(graph, like);
  const full = shapeOf(graph, gradient);
  const missingAxes = sub(graph, shapeOf(graph, full), shapeOf(graph, own));
  const padded = concat(graph, [graph.node('Expand', [graph.integers([1]), missingAxes]), own], 0);
  const isRepeated = graph.node('Not', [graph.node('Equal', [padded, full])]);
  const axes = graph.node('Reshape', [graph.node('NonZero', [isRepeated]), graph.integers([-1])]);
  const sum = graph.node('ReduceSum', [gradient, axes], { keepdims: 1, noop_with_empty_axes: 1 });
  return graph.node('Reshape', [sum, own]);
}

/** Zeros around `part`, which was cut out of `whole` at `starts` along `axes` (both [n], int64, not negative). */
export function paddedTo(graph: GraphBuilder, part: Value, whole: Value, starts: Value, axes: Value): Value {
  const wholeShape = shapeOf(graph, whole);
  const missing = sub(graph, wholeShape, shapeOf(graph, part));
  const zeros = sub(graph, wholeShape, wholeShape);
  const before = graph.node('ScatterElements', [zeros, axes, starts]);
  return graph.node('Pad', [part, concat(graph, [before, sub(graph, missing, before)], 0)]);
}

/** As much of `x` as `like` has, from `starts` on (one for each axis). */
export function cutLike(graph: GraphBuilder, x: Value, like: Value, starts: readonly number[]): Value {
  const begin = graph.integers(starts);
  return graph.node('Slice', [x, begin, add(graph, begin, shapeOf(graph, like))]);
}

/** As much of `x` along `axis` as `like` has there, from where the `previous` end. */
export function partAlong(
  graph: GraphBuilder,
  x: Value,
  axis: number,
  previous: readonly Value[],
  like: Value,
): Value {
  const along = graph.integers([axis]);
  const sizeOf = (part: Value) => gather(graph, shapeOf(graph, part), along, 0);
  const begin = previous.reduce((sum, part) => add(graph, sum, sizeOf(part)), graph.integers([0]));
  return graph.node('Slice', [x, begin, add(graph, begin, sizeOf(like)), along]);
}
