import { elementCount, type OnnxAttribute, type OnnxModel, type OnnxNode, type OnnxPort } from './model.ts';
import type { OnnxTensor } from './model.ts';
import { toFloat16Bits } from './float16.ts';
import { DATA_TYPE } from './schema.ts';
import type { WeightSet, WeightTensor } from '../weights.ts';

/** A value in the graph under construction. */
export interface Value {
  readonly name: string;
}

/** How large weights are stored; either way the graph computes in float32. */
export type WeightPrecision = 'float32' | 'float16';

/**
 * Smaller tensors stay float32 whatever the precision: together they are under 3 % of the file, and they hold
 * what rounding would hurt most (norms, biases, the positional encoding's frequencies).
 */
const MIN_FLOAT16_ELEMENTS = 4096;

/** LayerNormalization came with 17. */
const ONNX_OPSET = 17;
const IR_VERSION = 8;
export const MICROSOFT_DOMAIN = 'com.microsoft';

/** Attribute values: a plain number is an integer attribute, a list is a list of integers. */
export type Attributes = Readonly<Record<string, number | readonly number[] | { readonly float: number }>>;

/**
 * Builds one ONNX graph, node by node. Each method returns the value that it makes; operations are in
 * `operations.ts`. Runs anywhere: it only makes bytes.
 */
export class GraphBuilder {
  readonly #name: string;
  readonly #weights: WeightSet;
  readonly #precision: WeightPrecision;
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers = new Map<string, OnnxTensor>();
  readonly #inputs: OnnxPort[] = [];
  readonly #outputs: OnnxPort[] = [];

  constructor(name: string, weights: WeightSet, precision: WeightPrecision) {
    this.#name = name;
    this.#weights = weights;
    this.#precision = precision;
  }

  input(name: string, shape: OnnxPort['shape']): Value {
    this.#inputs.push({ name, shape });
    return { name };
  }

  /** Names `value` as an output of the graph. */
  output(name: string, shape: OnnxPort['shape'], value: Value): void {
    this.#outputs.push({ name, shape });
    this.#nodes.push({ ...node('Identity', '', [value.name], [name]), name: `Identity_${name}` });
  }

  /** The parameter as the weight set holds it, for builders that lay it out differently. */
  parameter(key: string): WeightTensor {
    const tensor = this.#weights.get(key);
    if (!tensor) throw new Error(`The weight set has no ${key}.`);
    return tensor;
  }

  /** A parameter, stored under its own key. */
  weight(key: string): Value {
    return this.tensor(key, this.parameter(key));
  }

  /** A float tensor; large ones are stored in the builder's precision. Stored once however often it is named. */
  tensor(name: string, { shape, values }: WeightTensor): Value {
    if (this.#precision === 'float32' || values.length < MIN_FLOAT16_ELEMENTS) {
      return this.#initializer(name, DATA_TYPE.float32, shape, values);
    }
    const float32Name = `${name}/float32`;
    if (!this.#initializers.has(name)) {
      const stored = this.#initializer(name, DATA_TYPE.float16, shape, toFloat16Bits(values));
      // onnxruntime folds this cast when it loads the model.
      this.#nodes.push({
        ...node('Cast', '', [stored.name], [float32Name], { to: DATA_TYPE.float32 }),
        name: `${name}/Cast`,
      });
    }
    return { name: float32Name };
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
    const name = `${opType}_${this.#nodes.length}`;
    const outputs = Array.from({ length: outputCount }, (_, i) => `${name}:${i}`);
    const inputNames = inputs.map((value) => value.name);
    this.#nodes.push({ ...node(opType, domain, inputNames, outputs, attributes), name });
    return outputs.map((output) => ({ name: output }));
  }

  build(): OnnxModel {
    return {
      irVersion: IR_VERSION,
      producerName: 'tinycut',
      opsets: new Map([
        ['', ONNX_OPSET],
        [MICROSOFT_DOMAIN, 1],
      ]),
      graph: {
        name: this.#name,
        nodes: this.#nodes,
        initializers: [...this.#initializers.values()],
        inputs: this.#inputs,
        outputs: this.#outputs,
      },
    };
  }

  #initializer(
    name: string,
    dataType: number,
    dims: readonly number[],
    data: Float32Array | Uint16Array | Int32Array | BigInt64Array,
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
  return { kind: 'ints', value };
}
