import { elementCount, type OnnxAttribute, type OnnxModel, type OnnxNode, type OnnxPort } from './model.ts';
import type { OnnxTensor } from './model.ts';
import {
  floatsOf,
  storedTensor,
  type FloatTensor,
  type StoredTensor,
  type StoredTensors,
} from '../stored-tensor.ts';
import { DATA_TYPE } from './schema.ts';

/** A value in the graph under construction. */
export interface Value {
  readonly name: string;
}

/** Stands for an optional input that is left out. */
export const ABSENT: Value = { name: '' };

/** LayerNormalization came with 17. */
const ONNX_OPSET = 17;
const IR_VERSION = 8;
export const MICROSOFT_DOMAIN = 'com.microsoft';

/** Attribute values: a plain number is an integer attribute, a list is a list of integers. */
export type Attributes = Readonly<
  Record<
    string,
    number | readonly number[] | { readonly float: number } | { readonly graph: OnnxModel['graph'] }
  >
>;

/**
 * Builds one ONNX graph, node by node. Each method returns the value that it makes; operations are in
 * `operations.ts`. Runs anywhere: it only makes bytes.
 */
export class GraphBuilder {
  readonly #name: string;
  readonly #tensors: StoredTensors;
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers = new Map<string, OnnxTensor>();
  readonly #inputs: OnnxPort[] = [];
  readonly #outputs: OnnxPort[] = [];

  constructor(name: string, tensors: StoredTensors) {
    this.#name = name;
    this.#tensors = tensors;
  }

  input(name: string, shape: OnnxPort['shape']): Value {
    this.#inputs.push({ name, shape });
    return { name };
  }

  /** Names `value` as an output of the graph. */
  output(name: string, shape: OnnxPort['shape'], value: Value): void {
    this.#outputs.push({ name, shape });
    this.#nodes.push({
      ...node('Identity', '', [value.name], [name]),
      name: `${this.#name}/Identity_${name}`,
    });
  }

  /** @throws TinyCutError `model-corrupt` when the pack has no such tensor. */
  stored(key: string): StoredTensor {
    return storedTensor(this.#tensors, key);
  }

  /** A stored tensor as float32. */
  weight(key: string): Value {
    return this.floats(key, floatsOf(this.stored(key)));
  }

  /** A float32 constant. Kept once however often it is named. */
  floats(name: string, { shape, values }: FloatTensor): Value {
    return this.#initializer(name, DATA_TYPE.float32, shape, values);
  }

  /** An integer constant of one byte an element. */
  bytes(name: string, shape: readonly number[], values: Int8Array | Uint8Array): Value {
    const dataType = values instanceof Int8Array ? DATA_TYPE.int8 : DATA_TYPE.uint8;
    return this.#initializer(name, dataType, shape, values);
  }

  /** The constant `name`, made unless it is there: where making its values takes a while. */
  once(name: string, make: (name: string) => Value): Value {
    return this.#initializers.has(name) ? { name } : make(name);
  }

  scalar(value: number): Value {
    return this.#initializer(`scalar/${value}`, DATA_TYPE.float32, [], Float32Array.of(value));
  }

  /** A list of integers, such as a shape or axes. */
  integers(values: readonly number[]): Value {
    const data = BigInt64Array.from(values, BigInt);
    return this.#initializer(`integers/${values.join('_')}`, DATA_TYPE.int64, [values.length], data);
  }

  indices(name: string, shape: readonly number[], values: Int32Array): Value {
    return this.#initializer(name, DATA_TYPE.int32, shape, values);
  }

  /** Adds a node with one output. */
  node(opType: string, inputs: readonly Value[], attributes: Attributes = {}, domain = ''): Value {
    return this.nodes(opType, inputs, 1, attributes, domain)[0]!;
  }

  /** Adds a node with `outputCount` outputs. */
  nodes(
    opType: string,
    inputs: readonly Value[],
    outputCount: number,
    attributes: Attributes = {},
    domain = '',
  ): Value[] {
    const name = `${this.#name}/${opType}_${this.#nodes.length}`;
    const outputs = Array.from({ length: outputCount }, (_, i) => `${name}:${i}`);
    const inputNames = inputs.map((value) => value.name);
    this.#nodes.push({ ...node(opType, domain, inputNames, outputs, attributes), name });
    return outputs.map((output) => ({ name: output }));
  }

  /** The graph alone, as a branch of an `If` takes it. */
  buildGraph(): OnnxModel['graph'] {
    return {
      name: this.#name,
      nodes: this.#nodes,
      initializers: [...this.#initializers.values()],
      inputs: this.#inputs,
      outputs: this.#outputs,
    };
  }

  build(): OnnxModel {
    return {
      irVersion: IR_VERSION,
      producerName: 'tinycut',
      opsets: new Map([
        ['', ONNX_OPSET],
        [MICROSOFT_DOMAIN, 1],
      ]),
      graph: this.buildGraph(),
    };
  }

  #initializer(
    name: string,
    dataType: number,
    dims: readonly number[],
    data: Float32Array | Int8Array | Uint8Array | Int32Array | BigInt64Array,
  ): Value {
    if (!this.#initializers.has(name)) {
      if (data.length !== elementCount(dims)) {
        throw new Error(`${name} [${dims.join(', ')}] has ${data.length} elements.`);
      }
      const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      this.#initializers.set(name, { name, dataType, dims, rawData });
    }
    return { name };
  }
}

function node(
  opType: string,
  domain: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Attributes = {},
): Omit<OnnxNode, 'name'> {
  return {
    opType,
    domain,
    inputs,
    outputs,
    attributes: new Map(Object.entries(attributes).map(([key, value]) => [key, attribute(value)])),
  };
}

function attribute(value: Attributes[string]): OnnxAttribute {
  if (typeof value === 'number') return { kind: 'int', value };
  if ('float' in value) return { kind: 'float', value: value.float };
  if ('graph' in value) return { kind: 'graph', value: value.graph };
  return { kind: 'ints', value };
}
