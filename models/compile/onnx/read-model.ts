import { PbfReader } from 'pbf';
import { TinyCutError } from '../../../src/shared/errors.ts';
import {
  elementCount,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxPort,
  type OnnxTensor,
} from '../../../src/inference/model/onnx/model.ts';
import type { OnnxModel } from '../../../src/inference/model/onnx/model.ts';
import * as field from '../../../src/inference/model/onnx/schema.ts';

/**
 * Reads an ONNX file. Covers what exported float models hold: raw tensors, and attributes that are numbers,
 * lists of integers or tensors; other attributes are skipped.
 *
 * @throws TinyCutError `model-corrupt` when the bytes are no ONNX model or a tensor's data has the wrong length.
 */
export function readModel(file: Uint8Array): OnnxModel {
  let model: OnnxModel;
  try {
    model = readModelMessage(file);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new TinyCutError('model-corrupt', `The file is not a readable ONNX model: ${reason}.`);
  }
  for (const tensor of model.graph.initializers) checkLength(tensor);
  return model;
}

function checkLength({ name, dataType, dims, rawData }: OnnxTensor): void {
  const expected = elementCount(dims) * (field.BYTES_PER_ELEMENT[dataType] ?? NaN);
  if (rawData.length === expected) return;
  throw new TinyCutError(
    'model-corrupt',
    `Tensor ${name} [${dims.join(', ')}] of type ${dataType} holds ${rawData.length} bytes of raw data.`,
  );
}

function readModelMessage(file: Uint8Array): OnnxModel {
  const model = { irVersion: 0, producerName: '', opsets: new Map<string, number>() };
  let graph = emptyGraph();
  new PbfReader(file).readFields((tag, _, pbf) => {
    if (tag === field.MODEL.irVersion) model.irVersion = pbf.readVarint();
    else if (tag === field.MODEL.producerName) model.producerName = pbf.readString();
    else if (tag === field.MODEL.graph) graph = pbf.readMessage(readGraphField, emptyGraph());
    else if (tag === field.MODEL.opsetImport) {
      const opset = pbf.readMessage(readOpsetField, { domain: '', version: 0 });
      model.opsets.set(opset.domain, opset.version);
    }
  }, null);
  return { ...model, graph };
}

function readOpsetField(tag: number, opset: { domain: string; version: number }, pbf: PbfReader): void {
  if (tag === field.OPERATOR_SET.domain) opset.domain = pbf.readString();
  else if (tag === field.OPERATOR_SET.version) opset.version = pbf.readVarint();
}

const emptyGraph = () => ({
  name: '',
  nodes: [] as OnnxNode[],
  initializers: [] as OnnxTensor[],
  inputs: [] as OnnxPort[],
  outputs: [] as OnnxPort[],
});

function readGraphField(tag: number, graph: ReturnType<typeof emptyGraph>, pbf: PbfReader): void {
  if (tag === field.GRAPH.name) graph.name = pbf.readString();
  else if (tag === field.GRAPH.node) graph.nodes.push(pbf.readMessage(readNodeField, emptyNode()));
  else if (tag === field.GRAPH.initializer) graph.initializers.push(readTensor(pbf));
  else if (tag === field.GRAPH.input) graph.inputs.push(pbf.readMessage(readPortField, emptyPort()));
  else if (tag === field.GRAPH.output) graph.outputs.push(pbf.readMessage(readPortField, emptyPort()));
}

const emptyNode = () => ({
  name: '',
  opType: '',
  domain: '',
  inputs: [] as string[],
  outputs: [] as string[],
  attributes: new Map<string, OnnxAttribute>(),
});

function readNodeField(tag: number, node: ReturnType<typeof emptyNode>, pbf: PbfReader): void {
  if (tag === field.NODE.input) node.inputs.push(pbf.readString());
  else if (tag === field.NODE.output) node.outputs.push(pbf.readString());
  else if (tag === field.NODE.name) node.name = pbf.readString();
  else if (tag === field.NODE.opType) node.opType = pbf.readString();
  else if (tag === field.NODE.domain) node.domain = pbf.readString();
  else if (tag === field.NODE.attribute) {
    const { name, attribute } = readAttribute(pbf);
    if (attribute) node.attributes.set(name, attribute);
  }
}

function readAttribute(pbf: PbfReader): { name: string; attribute: OnnxAttribute | null } {
  let name = '';
  let attribute: OnnxAttribute | null = null;
  const ints: number[] = [];
  pbf.readMessage((tag, _, inner) => {
    if (tag === field.ATTRIBUTE.name) name = inner.readString();
    else if (tag === field.ATTRIBUTE.float) attribute = { kind: 'float', value: inner.readFloat() };
    else if (tag === field.ATTRIBUTE.int) attribute = { kind: 'int', value: inner.readVarint(true) };
    else if (tag === field.ATTRIBUTE.tensor) attribute = { kind: 'tensor', value: readTensor(inner) };
    else if (tag === field.ATTRIBUTE.graph)
      attribute = { kind: 'graph', value: inner.readMessage(readGraphField, emptyGraph()) };
    else if (tag === field.ATTRIBUTE.ints) {
      inner.readPackedVarint(ints, true);
      attribute = { kind: 'ints', value: ints };
    }
  }, null);
  return { name, attribute };
}

function readTensor(pbf: PbfReader): OnnxTensor {
  const tensor = { name: '', dataType: 0, dims: [] as number[], rawData: new Uint8Array(0) };
  return pbf.readMessage((tag, _, inner) => {
    if (tag === field.TENSOR.dims) inner.readPackedVarint(tensor.dims);
    else if (tag === field.TENSOR.dataType) tensor.dataType = inner.readVarint();
    else if (tag === field.TENSOR.name) tensor.name = inner.readString();
    else if (tag === field.TENSOR.rawData) tensor.rawData = new Uint8Array(inner.readBytes());
  }, tensor);
}

const emptyPort = () => ({ name: '', shape: [] as (number | string)[] });

function readPortField(tag: number, port: ReturnType<typeof emptyPort>, pbf: PbfReader): void {
  if (tag === field.VALUE_INFO.name) port.name = pbf.readString();
  else if (tag === field.VALUE_INFO.type) pbf.readMessage(readTypeField, port);
}

function readTypeField(tag: number, port: ReturnType<typeof emptyPort>, pbf: PbfReader): void {
  if (tag === field.TYPE.tensorType) pbf.readMessage(readTensorTypeField, port);
}

function readTensorTypeField(tag: number, port: ReturnType<typeof emptyPort>, pbf: PbfReader): void {
  if (tag === field.TENSOR_TYPE.shape) pbf.readMessage(readShapeField, port);
}

function readShapeField(tag: number, port: ReturnType<typeof emptyPort>, pbf: PbfReader): void {
  if (tag !== field.SHAPE.dimension) return;
  pbf.readMessage((innerTag, _, inner) => {
    if (innerTag === field.DIMENSION.value) port.shape.push(inner.readVarint());
    else if (innerTag === field.DIMENSION.parameter) port.shape.push(inner.readString());
  }, null);
}
