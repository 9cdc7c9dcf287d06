import type { OnnxGraph, OnnxModel } from './model.ts';

/**
 * The model with short names for everything but its inputs and outputs. onnxruntime looks names up thousands of times while it
 * loads a model, and one for which it needs no memory of its own takes half the time.
 */
export function withShortNames(model: OnnxModel): OnnxModel {
  const { inputs, outputs } = model.graph;
  const names = new Map(
    ['', ...inputs.map(({ name }) => name), ...outputs.map(({ name }) => name)].map((n) => [n, n]),
  );
  const short = (name: string): string => {
    let given = names.get(name);
    if (given === undefined) names.set(name, (given = names.size.toString(36)));
    return given;
  };
  const renamed = (graph: OnnxGraph): OnnxGraph => ({
    ...graph,
    nodes: graph.nodes.map((node) => ({
      ...node,
      name: '',
      inputs: node.inputs.map(short),
      outputs: node.outputs.map(short),
      attributes: new Map(
        [...node.attributes].map(([key, attribute]) => [
          key,
          attribute.kind === 'graph' ? { ...attribute, value: renamed(attribute.value) } : attribute,
        ]),
      ),
    })),
    initializers: graph.initializers.map((tensor) => ({ ...tensor, name: short(tensor.name) })),
    inputs: graph.inputs.map((port) => ({ ...port, name: short(port.name) })),
    outputs: graph.outputs.map((port) => ({ ...port, name: short(port.name) })),
  });
  return { ...model, graph: renamed(model.graph) };
}
