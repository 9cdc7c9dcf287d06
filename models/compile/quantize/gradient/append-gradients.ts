import type { GraphBuilder, Value } from '../../../../src/inference/model/onnx/graph-builder.ts';
import type { OnnxGraph, OnnxTensor } from '../../../../src/inference/model/onnx/model.ts';
import { add } from '../../../../src/inference/model/onnx/operations.ts';
import { DATA_TYPE } from '../../../../src/inference/model/onnx/schema.ts';
import { gradientRule } from './gradient-rules.ts';

/**
 * Reverse-mode differentiation of a graph, as a graph: adds to `builder`, which is to follow `graph`, what computes the
 * gradient of a loss with respect to `targets`.
 * @param seeds the gradient of the loss with respect to some of the graph's values, by their names
 * @param targets names of values; each must be one that a seed depends on
 * @returns the gradients by target
 * @throws Error naming an operation on the way that has no rule, or a target without a gradient
 */
export function appendGradients(
  builder: GraphBuilder,
  graph: OnnxGraph,
  seeds: ReadonlyMap<string, Value>,
  targets: Iterable<string>,
): Map<string, Value> {
  const wanted = new Set(targets);
  const varying = new Set(wanted);
  for (const { inputs, outputs } of graph.nodes)
    if (inputs.some((name) => varying.has(name))) for (const output of outputs) varying.add(output);

  const constants = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const integersOf = ({ name }: Value) => int64Elements(constants.get(name), name);
  const gradients = new Map(seeds);
  for (const node of [...graph.nodes].reverse()) {
    const outputGradients = node.outputs.map((name) => gradients.get(name) ?? null);
    const isWanted = node.inputs.map((name) => varying.has(name));
    const gradient = outputGradients.find((value) => value !== null);
    if (!gradient || !isWanted.includes(true)) continue;
    const at = {
      node,
      inputs: node.inputs.map((name) => ({ name })),
      outputs: node.outputs.map((name) => ({ name })),
      gradients: outputGradients,
      integersOf,
    };
    node.inputs.forEach((name, i) => {
      if (!isWanted[i]) return;
      const rule = gradientRule(node.opType, i);
      if (!rule) throw new Error(`No gradient is known for input ${i} of ${node.opType} (${node.name}).`);
      const part = rule(builder, at, gradient);
      const others = gradients.get(name);
      gradients.set(name, others ? add(builder, others, part) : part);
    });
  }
  return new Map(
    [...wanted].map((name) => {
      const gradient = gradients.get(name);
      if (!gradient) throw new Error(`The loss does not depend on ${name}.`);
      return [name, gradient];
    }),
  );
}

function int64Elements(tensor: OnnxTensor | undefined, name: string): number[] {
  if (tensor?.dataType !== DATA_TYPE.int64) throw new Error(`${name} is no constant of integers.`);
  const { buffer, byteOffset, byteLength } = tensor.rawData;
  return Array.from(new BigInt64Array(buffer, byteOffset, byteLength / 8), Number);
}
