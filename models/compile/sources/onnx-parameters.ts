import { TinyCutError } from '../../../src/shared/errors.ts';
import { DATA_TYPE } from '../../../src/inference/model/onnx/schema.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from '../../../src/inference/model/onnx/model.ts';
import type { FloatTensor } from '../../../src/inference/model/stored-tensor.ts';

/**
 * The parameters of an exported graph, found by name where the exporter kept it, else by the node that consumes
 * them: exporters rename folded and transposed weights, but keep the module path in the node's name. Remembers
 * what was taken, so that a parameter nobody asked for is noticed.
 */
export class OnnxParameters {
  readonly #fileName: string;
  readonly #tensors: ReadonlyMap<string, OnnxTensor>;
  readonly #nodes: ReadonlyMap<string, OnnxNode>;
  readonly #untaken: Set<string>;

  constructor({ graph }: OnnxModel, fileName: string) {
    this.#fileName = fileName;
    this.#untaken = new Set(graph.initializers.map(({ name }) => name));
    this.#nodes = new Map(graph.nodes.map((node) => [node.name, node]));
    const tensors = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
    for (const { opType, outputs, attributes } of graph.nodes) {
      const value = opType === 'Constant' ? attributes.get('value') : undefined;
      if (value?.kind === 'tensor') tensors.set(outputs[0]!, value.value);
    }
    this.#tensors = tensors;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** @throws TinyCutError `model-corrupt` when there is no such float tensor. */
  named(name: string): FloatTensor {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw this.#fault(`no tensor ${name}`);
    if (tensor.dataType !== DATA_TYPE.float32) throw this.#fault(`${name} is not float32`);
    this.#untaken.delete(name);
    return {
      shape: tensor.dims,
      values: new Float32Array(tensor.rawData.slice().buffer),
    };
  }

  /** The tensor that feeds input `position` of the node with this name. */
  feeding(nodeName: string, position: number): FloatTensor {
    const input = this.#nodes.get(nodeName)?.inputs[position];
    if (input === undefined) throw this.#fault(`no node ${nodeName} with an input ${position}`);
    return this.named(input);
  }

  /** @throws TinyCutError `model-corrupt` naming the initializers that were not taken. */
  expectAllTaken(): void {
    if (this.#untaken.size > 0) throw this.#fault(`unknown tensors ${[...this.#untaken].join(', ')}`);
  }

  #fault(what: string): TinyCutError {
    return new TinyCutError('model-corrupt', `${this.#fileName} is not the graph that is expected: ${what}.`);
  }
}
