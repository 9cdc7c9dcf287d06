import {
  MICROSOFT_DOMAIN,
  type GraphBuilder,
  type Value,
} from '../../../../src/inference/model/onnx/graph-builder.ts';
import type { OnnxNode } from '../../../../src/inference/model/onnx/model.ts';
import { add, concat, mul, sub, transpose } from '../../../../src/inference/model/onnx/operations.ts';
import { exactGeluSlope, fastGeluSlope } from './gelu-slope.ts';
import { cutLike, paddedTo, partAlong, reshapedLike, summedTo } from './shapes.ts';

/** One node, seen from behind. */
export interface NodeGradient {
  readonly node: OnnxNode;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Gradient with respect to each output; null for one that the loss does not depend on. */
  readonly gradients: readonly (Value | null)[];
  /** The elements of an int64 constant. */
  integersOf(value: Value): number[];
}

/** Adds what computes the vector-Jacobian product for one input of a node. */
export type InputGradient = (graph: GraphBuilder, at: NodeGradient, gradient: Value) => Value;

const product = (graph: GraphBuilder, a: Value, b: Value, transposes: { transA?: 1; transB?: 1 }) =>
  graph.node('FusedMatMul', [a, b], transposes, MICROSOFT_DOMAIN);

const pass: InputGradient = (_, __, gradient) => gradient;
const summed =
  (input: 0 | 1): InputGradient =>
  (graph, { inputs }, gradient) =>
    summedTo(graph, gradient, inputs[input]!);
const like: InputGradient = (graph, { inputs }, gradient) => reshapedLike(graph, gradient, inputs[0]!);

/** Of any number of inputs: as much of the gradient as came from one of them. */
const partOfConcat =
  (input: number): InputGradient =>
  (graph, { node, inputs }, gradient) =>
    partAlong(graph, gradient, integerAttribute(node, 'axis'), inputs.slice(0, input), inputs[input]!);

const productRules: readonly InputGradient[] = [
  (graph, { inputs: [a, b], node }, gradient) =>
    summedTo(graph, product(graph, gradient, b!, node.attributes.has('transB') ? {} : { transB: 1 }), a!),
  (graph, { inputs: [a, b], node }, gradient) =>
    summedTo(
      graph,
      node.attributes.has('transB')
        ? product(graph, gradient, a!, { transA: 1 })
        : product(graph, a!, gradient, { transA: 1 }),
      b!,
    ),
];

/** The rule for one input of an operation; undefined where there is none. */
export function gradientRule(opType: string, input: number): InputGradient | undefined {
  return opType === 'Concat' ? partOfConcat(input) : RULES[opType]?.[input];
}

/**
 * By operation, a rule for each of the inputs that may vary; the others are weights. The operations are those between the
 * image and the losses in this project's graphs, as those graphs use them.
 */
const RULES: Readonly<Record<string, readonly InputGradient[]>> = {
  Identity: [pass],
  Add: [summed(0), summed(1)],
  Sub: [summed(0), (graph, { inputs }, g) => summedTo(graph, graph.node('Neg', [g]), inputs[1]!)],
  Mul: [
    (graph, { inputs: [a, b] }, gradient) => summedTo(graph, mul(graph, gradient, b!), a!),
    (graph, { inputs: [a, b] }, gradient) => summedTo(graph, mul(graph, gradient, a!), b!),
  ],
  MatMul: productRules,
  FusedMatMul: productRules,
  Gemm: [(graph, { inputs }, gradient) => product(graph, gradient, inputs[1]!, { transB: 1 })],
  Reshape: [like],
  Unsqueeze: [like],
  Transpose: [
    (graph, { node }, gradient) => {
      const perm = integersAttribute(node, 'perm');
      return transpose(
        graph,
        gradient,
        perm.map((_, axis) => perm.indexOf(axis)),
      );
    },
  ],
  Split: [
    (graph, { node, outputs, gradients }) => {
      const parts = outputs.map((output, i) => gradients[i] ?? mul(graph, output, graph.scalar(0)));
      return concat(graph, parts, integerAttribute(node, 'axis'));
    },
  ],
  Slice: [
    (graph, { inputs: [x, starts, , axes] }, gradient) => paddedTo(graph, gradient, x!, starts!, axes!),
  ],
  Pad: [
    (graph, { inputs: [x, pads], integersOf }, gradient) => {
      const widths = integersOf(pads!);
      return cutLike(graph, gradient, x!, widths.slice(0, widths.length / 2));
    },
  ],
  Relu: [(graph, { outputs }, gradient) => mul(graph, gradient, graph.node('Sign', [outputs[0]!]))],
  FastGelu: [(graph, { inputs }, gradient) => mul(graph, gradient, fastGeluSlope(graph, inputs[0]!))],
  Gelu: [(graph, { inputs }, gradient) => mul(graph, gradient, exactGeluSlope(graph, inputs[0]!))],
  Softmax: [
    (graph, { outputs: [y] }, gradient) => {
      const weighted = mul(graph, gradient, y!);
      return sub(graph, weighted, mul(graph, y!, sumRows(graph, weighted)));
    },
  ],
  // On [n, rows, channels] with a row as an instance: its scale belongs to the row.
  InstanceNormalization: [
    (graph, { node, inputs: [x, scale] }, gradient) => {
      const perRow = graph.node('Unsqueeze', [scale!, graph.integers([-1])]);
      return normGradient(graph, node, x!, mul(graph, gradient, perRow));
    },
  ],
  LayerNormalization: [
    (graph, { node, inputs: [x, scale] }, gradient) =>
      normGradient(graph, node, x!, mul(graph, gradient, scale!)),
  ],
  Conv: [
    (graph, { node, inputs: [x, weight] }, gradient) => {
      const strides = node.attributes.has('strides') ? integersAttribute(node, 'strides') : [1, 1];
      const back = graph.node('ConvTranspose', [gradient, weight!], {
        kernel_shape: integersAttribute(node, 'kernel_shape'),
        strides,
        pads: node.attributes.has('pads') ? integersAttribute(node, 'pads') : [0, 0, 0, 0],
        group: node.attributes.has('group') ? integerAttribute(node, 'group') : 1,
        // As much as a stride may have left over; what was not is cut off.
        output_padding: strides.map((stride) => stride - 1),
      });
      return cutLike(graph, back, x!, [0, 0, 0, 0]);
    },
  ],
};

const sumRows = (graph: GraphBuilder, x: Value) =>
  graph.node('ReduceSum', [x, graph.integers([-1])], { keepdims: 1 });
const meanRows = (graph: GraphBuilder, x: Value) =>
  graph.node('ReduceMean', [x], { axes: [-1], keepdims: 1 });

/** Of rows brought to mean 0 and variance 1, for the gradient with respect to what they became. */
function normGradient(graph: GraphBuilder, node: OnnxNode, x: Value, gradient: Value): Value {
  const epsilon = node.attributes.get('epsilon');
  if (epsilon?.kind !== 'float') throw new Error(`${node.name} has no epsilon.`);
  const centred = sub(graph, x, meanRows(graph, x));
  const variance = meanRows(graph, mul(graph, centred, centred));
  const deviation = graph.node('Sqrt', [add(graph, variance, graph.scalar(epsilon.value))]);
  const normalized = graph.node('Div', [centred, deviation]);
  const along = mul(graph, normalized, meanRows(graph, mul(graph, gradient, normalized)));
  const across = sub(graph, sub(graph, gradient, meanRows(graph, gradient)), along);
  return graph.node('Div', [across, deviation]);
}

function integerAttribute(node: OnnxNode, name: string): number {
  const attribute = node.attributes.get(name);
  if (attribute?.kind === 'int') return attribute.value;
  throw new Error(`${node.name} has no integer ${name}.`);
}

function integersAttribute(node: OnnxNode, name: string): number[] {
  const attribute = node.attributes.get(name);
  if (attribute?.kind === 'ints') return [...attribute.value];
  throw new Error(`${node.name} has no integers ${name}.`);
}
