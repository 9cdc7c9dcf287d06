import { PbfWriter } from 'pbf';
import type { OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode, OnnxPort, OnnxTensor } from './model.ts';
import * as field from './schema.ts';

/** Serialises a model. The same model always gives the same bytes: nothing is timed, hashed or reordered. */
export function writeModel(model: OnnxModel): Uint8Array {
  const pbf = new PbfWriter(new Uint8Array(expectedBytes(model.graph)));
  pbf.writeVarintField(field.MODEL.irVersion, model.irVersion);
  pbf.writeStringField(field.MODEL.producerName, model.producerName);
  pbf.writeMessage(field.MODEL.graph, writeGraph, model.graph);
  for (const opset of model.opsets) pbf.writeMessage(field.MODEL.opsetImport, writeOpset, opset);
  return pbf.finish();
}

/** Enough to hold the model without growing, which would copy the weights again and again. */
function expectedBytes({ nodes, initializers }: OnnxGraph): number {
  const perEntry = 512;
  let bytes = perEntry;
  for (const { rawData } of initializers) bytes += rawData.length + perEntry;
  for (const { attributes } of nodes) {
    bytes += perEntry;
    for (const attribute of attributes.values())
      if (attribute.kind === 'graph') bytes += expectedBytes(attribute.value);
  }
  return bytes;
}

function writeOpset([domain, version]: readonly [string, number], pbf: PbfWriter): void {
  pbf.writeStringField(field.OPERATOR_SET.domain, domain);
  pbf.writeVarintField(field.OPERATOR_SET.version, version);
}

function writeGraph(graph: OnnxGraph, pbf: PbfWriter): void {
  for (const node of graph.nodes) pbf.writeMessage(field.GRAPH.node, writeNode, node);
  pbf.writeStringField(field.GRAPH.name, graph.name);
  for (const tensor of graph.initializers) pbf.writeMessage(field.GRAPH.initializer, writeTensor, tensor);
  for (const port of graph.inputs) pbf.writeMessage(field.GRAPH.input, writePort, port);
  for (const port of graph.outputs) pbf.writeMessage(field.GRAPH.output, writePort, port);
}

function writeNode(node: OnnxNode, pbf: PbfWriter): void {
  for (const input of node.inputs) pbf.writeStringField(field.NODE.input, input);
  for (const output of node.outputs) pbf.writeStringField(field.NODE.output, output);
  pbf.writeStringField(field.NODE.name, node.name);
  pbf.writeStringField(field.NODE.opType, node.opType);
  for (const entry of node.attributes) pbf.writeMessage(field.NODE.attribute, writeAttribute, entry);
  if (node.domain) pbf.writeStringField(field.NODE.domain, node.domain);
}

function writeAttribute([name, attribute]: readonly [string, OnnxAttribute], pbf: PbfWriter): void {
  pbf.writeStringField(field.ATTRIBUTE.name, name);
  if (attribute.kind === 'float') pbf.writeFloatField(field.ATTRIBUTE.float, attribute.value);
  else if (attribute.kind === 'int') pbf.writeVarintField(field.ATTRIBUTE.int, attribute.value);
  else if (attribute.kind === 'tensor')
    pbf.writeMessage(field.ATTRIBUTE.tensor, writeTensor, attribute.value);
  else if (attribute.kind === 'graph') pbf.writeMessage(field.ATTRIBUTE.graph, writeGraph, attribute.value);
  else for (const value of attribute.value) pbf.writeVarintField(field.ATTRIBUTE.ints, value);
  pbf.writeVarintField(field.ATTRIBUTE.type, field.ATTRIBUTE_TYPE[attribute.kind]);
}

function writeTensor(tensor: OnnxTensor, pbf: PbfWriter): void {
  pbf.writePackedVarint(field.TENSOR.dims, [...tensor.dims]);
  pbf.writeVarintField(field.TENSOR.dataType, tensor.dataType);
  pbf.writeStringField(field.TENSOR.name, tensor.name);
  pbf.writeBytesField(field.TENSOR.rawData, tensor.rawData);
}

function writePort(port: OnnxPort, pbf: PbfWriter): void {
  pbf.writeStringField(field.VALUE_INFO.name, port.name);
  pbf.writeMessage(field.VALUE_INFO.type, writeType, port.shape);
}

function writeType(shape: OnnxPort['shape'], pbf: PbfWriter): void {
  pbf.writeMessage(field.TYPE.tensorType, writeTensorType, shape);
}

function writeTensorType(shape: OnnxPort['shape'], pbf: PbfWriter): void {
  pbf.writeVarintField(field.TENSOR_TYPE.elementType, field.DATA_TYPE.float32);
  pbf.writeMessage(field.TENSOR_TYPE.shape, writeShape, shape);
}

function writeShape(shape: OnnxPort['shape'], pbf: PbfWriter): void {
  for (const size of shape) pbf.writeMessage(field.SHAPE.dimension, writeDimension, size);
}

function writeDimension(size: number | string, pbf: PbfWriter): void {
  if (typeof size === 'number') pbf.writeVarintField(field.DIMENSION.value, size);
  else pbf.writeStringField(field.DIMENSION.parameter, size);
}
