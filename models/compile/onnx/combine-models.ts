import type { OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from '../../../src/inference/model/onnx/model.ts';

/** `model` with `graph` after it: nodes that read the model's values by name, and further inputs and outputs. */
export function extended(model: OnnxModel, graph: OnnxGraph): OnnxModel {
  const { nodes, inputs, outputs } = model.graph;
  return withGraph(model, {
    nodes: [...nodes, ...graph.nodes],
    initializers: distinct([...model.graph.initializers, ...graph.initializers]),
    inputs: [...inputs, ...graph.inputs],
    outputs: [...outputs, ...graph.outputs],
  });
}

/** One model of two: what `first` puts out is what the inputs of `second` of the same name take. */
export function chained(first: OnnxModel, second: OnnxModel): OnnxModel {
  const made = new Set(first.graph.outputs.map(({ name }) => name));
  return withGraph(first, {
    nodes: [...first.graph.nodes, ...second.graph.nodes],
    initializers: distinct([...first.graph.initializers, ...second.graph.initializers]),
    inputs: [...first.graph.inputs, ...second.graph.inputs.filter(({ name }) => !made.has(name))],
    outputs: second.graph.outputs,
  });
}

/** Every `If` replaced by its `then` branch; what only decided between the branches stays, unread. */
export function withThenBranches(model: OnnxModel): OnnxModel {
  const initializers: OnnxTensor[] = [...model.graph.initializers];
  const nodes = model.graph.nodes.flatMap((node): OnnxNode[] => {
    const branch = node.attributes.get('then_branch');
    if (node.opType !== 'If' || branch?.kind !== 'graph') return [node];
    initializers.push(...branch.value.initializers);
    const renamed = new Map(branch.value.outputs.map(({ name }, i) => [name, node.outputs[i]!]));
    return branch.value.nodes.map((inner) => ({
      ...inner,
      outputs: inner.outputs.map((name) => renamed.get(name) ?? name),
    }));
  });
  return withGraph(model, { nodes, initializers: distinct(initializers) });
}

/** `model` with another value for some parts of its graph. */
export function withGraph(model: OnnxModel, changes: Partial<OnnxGraph>): OnnxModel {
  return { ...model, graph: { ...model.graph, ...changes } };
}

/** The graphs of this project name a constant by what it holds: the same name, the same tensor. */
function distinct(initializers: readonly OnnxTensor[]): OnnxTensor[] {
  return [...new Map(initializers.map((tensor) => [tensor.name, tensor])).values()];
}
