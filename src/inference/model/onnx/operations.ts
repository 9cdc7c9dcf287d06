import { floatsOf, transposed } from '../stored-tensor.ts';
import { ABSENT, MICROSOFT_DOMAIN, type GraphBuilder, type Value } from './graph-builder.ts';

/** ONNX operations as functions, named as in the ONNX operator set; shapes in comments are of the values. */

export const add = (graph: GraphBuilder, a: Value, b: Value) => graph.node('Add', [a, b]);
export const sub = (graph: GraphBuilder, a: Value, b: Value) => graph.node('Sub', [a, b]);
export const mul = (graph: GraphBuilder, a: Value, b: Value) => graph.node('Mul', [a, b]);
export const matMul = (graph: GraphBuilder, a: Value, b: Value) => graph.node('MatMul', [a, b]);
/** a x b^T over the last two axes, without a transposed copy of b. */
export const matMulTransposed = (graph: GraphBuilder, a: Value, b: Value) =>
  graph.node('FusedMatMul', [a, b], { transB: 1 }, MICROSOFT_DOMAIN);
export const relu = (graph: GraphBuilder, x: Value) => graph.node('Relu', [x]);
export const softmax = (graph: GraphBuilder, x: Value) => graph.node('Softmax', [x], { axis: -1 });

/**
 * GELU of x + bias by its tanh approximation, which onnxruntime-web runs four times faster than the exact (erf) form; the masks
 * agree (docs/decisions/graphs.md).
 */
export const gelu = (graph: GraphBuilder, x: Value, bias?: Value) =>
  graph.node('FastGelu', bias ? [x, bias] : [x], {}, MICROSOFT_DOMAIN);

export const exactGelu = (graph: GraphBuilder, x: Value, bias?: Value) =>
  graph.node('Gelu', [bias ? add(graph, x, bias) : x], {}, MICROSOFT_DOMAIN);

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

/** Over the last axis, with its affine: for few rows. */
export function layerNorm(graph: GraphBuilder, x: Value, key: string, epsilon: number): Value {
  const affine = [graph.weight(`${key}.weight`), graph.weight(`${key}.bias`)];
  return graph.node('LayerNormalization', [x, ...affine], { axis: -1, epsilon: { float: epsilon } });
}

/**
 * [n, rows, channels] with each row brought to mean 0 and variance 1: a LayerNorm without its affine. For many rows,
 * onnxruntime-web takes a third of LayerNormalization's time when they stand as the channels of an instance norm.
 */
export function normalizeRows(graph: GraphBuilder, x: Value, rows: number, epsilon: number): Value {
  const constant = (value: number) =>
    graph.floats(`rows/${rows}/${value}`, { shape: [rows], values: new Float32Array(rows).fill(value) });
  return graph.node('InstanceNormalization', [x, constant(1), constant(0)], { epsilon: { float: epsilon } });
}

/** The affine of the norm `key`, on what `normalizeRows` gives. */
export const normAffine = (graph: GraphBuilder, x: Value, key: string) =>
  add(graph, mul(graph, x, graph.weight(`${key}.weight`)), graph.weight(`${key}.bias`));

/** To bytes, with one scale and zero point for all: x = (levels - zeroPoint) * scale. */
export function quantized(graph: GraphBuilder, x: Value): Record<'levels' | 'scale' | 'zeroPoint', Value> {
  const [levels, scale, zeroPoint] = graph.nodes('DynamicQuantizeLinear', [x], 3) as [Value, Value, Value];
  return { levels, scale, zeroPoint };
}

/**
 * Rows `x` [n, inputs] -> [n, outputs] by the linear layer `key`, whose weight is stored as [inputs, outputs]. An int8
 * weight makes it an integer product, with the rows quantised as they come.
 */
export function linear(graph: GraphBuilder, x: Value, key: string, { bias = true } = {}): Value {
  const weight = graph.stored(`${key}.weight`);
  if (weight.type !== 'int8') {
    const inputs = [x, graph.weight(`${key}.weight`)];
    if (bias) inputs.push(graph.weight(`${key}.bias`));
    return graph.node('Gemm', inputs);
  }
  const { shape, levels, scales } = weight;
  const inputs = [
    x,
    graph.bytes(`${key}.weight/levels`, shape, levels),
    graph.floats(`${key}.weight/scales`, { shape: [scales.length], values: scales }),
  ];
  if (bias) inputs.push(ABSENT, graph.weight(`${key}.bias`));
  return graph.node('DynamicQuantizeMatMul', inputs, {}, MICROSOFT_DOMAIN);
}

/**
 * [1, inputs, rows, columns] -> [1, outputs, rows, columns] by the 1 x 1 convolution `key`, whose weight is stored as [inputs, outputs].
 * Here the image is the right-hand factor, which has no room for a scale per output: that comes afterwards.
 */
export function pointwise(
  graph: GraphBuilder,
  x: Value,
  key: string,
  { rows, columns }: { rows: number; columns: number },
): Value {
  const weight = graph.stored(`${key}.weight`);
  const [inputs, outputs] = weight.shape as [number, number];
  if (weight.type !== 'int8') {
    const kernel = graph.once(`${key}.weight/kernel`, (name) => {
      const { values } = transposed(floatsOf(weight));
      return graph.floats(name, { shape: [outputs, inputs, 1, 1], values });
    });
    return graph.node('Conv', [x, kernel, graph.weight(`${key}.bias`)], { kernel_shape: [1, 1] });
  }
  const { levels, scale, zeroPoint } = quantized(graph, reshape(graph, x, [inputs, -1]));
  const shifted = graph.once(`${key}.weight/shifted`, (name) => {
    const values = new Uint8Array(weight.levels.length);
    for (let input = 0, i = 0; input < inputs; input++)
      for (let output = 0; output < outputs; output++)
        values[output * inputs + input] = weight.levels[i++]! + 128;
    return graph.bytes(name, [outputs, inputs], values);
  });
  const product = graph.node(
    'MatMulIntegerToFloat',
    [
      shifted,
      levels,
      graph.scalar(1),
      scale,
      graph.bytes('zero_point/128', [], Uint8Array.of(128)),
      zeroPoint,
    ],
    {},
    MICROSOFT_DOMAIN,
  );
  const perOutput = (name: string, values: Float32Array) => graph.floats(name, { shape: [outputs], values });
  return graph.node(
    'BatchNormalization',
    [
      reshape(graph, product, [1, outputs, rows, columns]),
      perOutput(`${key}.weight/scales`, weight.scales),
      graph.weight(`${key}.bias`),
      perOutput(`zeros/${outputs}`, new Float32Array(outputs)),
      perOutput(`ones/${outputs}`, new Float32Array(outputs).fill(1)),
    ],
    { epsilon: { float: 0 } },
  );
}

/**
 * [1, inputs, h, w] -> [1, outputs, h / stride, w / stride] by the convolution `key`, which pads to keep sizes.
 * @param margins.top rows of zeros there, where not as at the other sides; likewise `bottom`
 */
export function convolution(
  graph: GraphBuilder,
  x: Value,
  key: string,
  {
    stride = 1,
    depthwise = false,
    margins = {},
  }: { stride?: number; depthwise?: boolean; margins?: { top?: number; bottom?: number } } = {},
): Value {
  const [outputs, , kernel] = graph.stored(`${key}.weight`).shape as [number, number, number];
  const margin = (kernel - 1) / 2;
  return graph.node('Conv', [x, graph.weight(`${key}.weight`), graph.weight(`${key}.bias`)], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [margins.top ?? margin, margin, margins.bottom ?? margin, margin],
    group: depthwise ? outputs : 1,
  });
}
