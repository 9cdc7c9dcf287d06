import { MICROSOFT_DOMAIN, type GraphBuilder, type Value } from './graph-builder.ts';

/** ONNX operations as functions, named as in the ONNX operator set; shapes in comments are of the values. */

export const add = (graph: GraphBuilder, a: Value, b: Value) => graph.node('Add', [a, b]);
export const sub = (graph: GraphBuilder, a: Value, b: Value) => graph.node('Sub', [a, b]);
export const mul = (graph: GraphBuilder, a: Value, b: Value) => graph.node('Mul', [a, b]);
export const matMul = (graph: GraphBuilder, a: Value, b: Value) => graph.node('MatMul', [a, b]);
export const relu = (graph: GraphBuilder, x: Value) => graph.node('Relu', [x]);
export const softmax = (graph: GraphBuilder, x: Value) => graph.node('Softmax', [x], { axis: -1 });

/** The exact (erf) form, fused by onnxruntime into one pass. */
export const gelu = (graph: GraphBuilder, x: Value) => graph.node('Gelu', [x], {}, MICROSOFT_DOMAIN);

export const transpose = (graph: GraphBuilder, x: Value, perm: readonly number[]) =>
  graph.node('Transpose', [x], { perm });

/** 0 keeps the size of that axis, -1 takes what is left. */
export const reshape = (graph: GraphBuilder, x: Value, shape: readonly number[]) =>
  graph.node('Reshape', [x, graph.integers(shape)]);

export const concat = (graph: GraphBuilder, parts: readonly Value[], axis: number) =>
  graph.node('Concat', parts, { axis });

/** Entries of `axis` by `indices`, whose shape takes that axis' place. */
export const gather = (graph: GraphBuilder, x: Value, indices: Value, axis: number) =>
  graph.node('Gather', [x, indices], { axis });

/** Elements `from` up to `to` of one axis. */
export const slice = (graph: GraphBuilder, x: Value, axis: number, from: number, to: number) =>
  graph.node('Slice', [x, graph.integers([from]), graph.integers([to]), graph.integers([axis])]);

/** Equal parts of one axis. */
export const split = (graph: GraphBuilder, x: Value, axis: number, parts: number) =>
  graph.nodes('Split', [x], parts, { axis });

/** Rows of `x` [n, inputs] through a linear layer with weight [outputs, inputs]. */
export const gemm = (graph: GraphBuilder, x: Value, weight: Value, bias?: Value) =>
  graph.node('Gemm', bias ? [x, weight, bias] : [x, weight], { transB: 1 });

/** Over the last axis. */
export function layerNorm(graph: GraphBuilder, x: Value, key: string, epsilon: number): Value {
  const affine = [graph.weight(`${key}.weight`), graph.weight(`${key}.bias`)];
  return graph.node('LayerNormalization', [x, ...affine], { axis: -1, epsilon: { float: epsilon } });
}

/** `x` [n, inputs] -> [n, outputs] by the linear layer `key`, its bias inside the product. */
export const linearRows = (graph: GraphBuilder, x: Value, key: string) =>
  gemm(graph, x, graph.weight(`${key}.weight`), graph.weight(`${key}.bias`));

/** [1, inputs, h, w] -> [1, outputs, h / stride, w / stride] by the convolution `key`, which pads to keep sizes. */
export function convolution(
  graph: GraphBuilder,
  x: Value,
  key: string,
  { stride = 1, depthwise = false, bias = true } = {},
): Value {
  const [outputs, , kernel] = graph.parameter(`${key}.weight`).shape as [number, number, number];
  const margin = (kernel - 1) / 2;
  const inputs = [x, graph.weight(`${key}.weight`)];
  if (bias) inputs.push(graph.weight(`${key}.bias`));
  return graph.node('Conv', inputs, {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [margin, margin, margin, margin],
    group: depthwise ? outputs : 1,
  });
}
