/** An ONNX model as plain values: what the reader returns and the writer takes. */

/** Elements little-endian and row-major, as in `TensorProto.raw_data`. */
export interface OnnxTensor {
  readonly name: string;
  /** One of DATA_TYPE. */
  readonly dataType: number;
  readonly dims: readonly number[];
  readonly rawData: Uint8Array;
}

export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  | { readonly kind: 'graph'; readonly value: OnnxGraph };

export interface OnnxNode {
  readonly name: string;
  readonly opType: string;
  /** '' is the ONNX domain. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** A graph input or output, float32. A dimension given by name is free: any size at run time. */
export interface OnnxPort {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
}

export interface OnnxModel {
  readonly irVersion: number;
  readonly producerName: string;
  /** Operator set version by domain. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly graph: OnnxGraph;
}

export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}
