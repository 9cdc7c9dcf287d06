import type { OnnxGraph } from '../../../src/inference/model/onnx/model.ts';
import { DATA_TYPE } from '../../../src/inference/model/onnx/schema.ts';
import { transposed, type FloatTensor } from '../../../src/inference/model/stored-tensor.ts';
import { sampleNames } from './capture-samples.ts';
import type { ProductSite } from './product-sites.ts';

/** What a site multiplied on the calibration images, in places, and how much a task's loss depends on what came out. */
export interface SiteSamples {
  /** [b, n, k] */
  readonly left: FloatTensor;
  /** [b, k, p]; of a layer [k, p], its weight. */
  readonly right: FloatTensor;
  /** [b, n, p]: gradients with respect to left x right. */
  readonly gradient: FloatTensor;
  /** So many elements of the product there are for each that was sampled. */
  readonly elementsPerSample: number;
  /** Of all that was multiplied, not of the samples alone. */
  readonly leftMax: number;
  readonly rightMax: number;
}

/**
 * @param outputs of the graph that `captureSamples` made, one for each image
 * @param encoder the graph that it was made of
 */
export function collectSamples(
  encoder: OnnxGraph,
  site: ProductSite,
  outputs: readonly Readonly<Record<string, FloatTensor>>[],
): SiteSamples {
  const names = sampleNames(site);
  const of = (name: string) => outputs.map((image) => image[name]!);
  const largest = (name: string) => Math.max(...of(name).map(({ values }) => values[0]!));
  const axis = site.layout === 'windows' ? 0 : 1;
  const gradient = joined(of(names.gradient), axis);
  const elementCount = of(names.elementCount).reduce((total, { values }) => total + values[0]!, 0);
  const common = {
    left: joined(of(names.left), axis),
    gradient,
    elementsPerSample: elementCount / gradient.values.length,
    leftMax: largest(names.leftMax),
  };
  if (site.layout !== 'windows') {
    const right = siteWeight(encoder, site);
    return { ...common, right, rightMax: maxMagnitude(right.values) };
  }
  const windows = joined(of(names.right), axis);
  const right = site.node.opType === 'FusedMatMul' ? lastAxesSwapped(windows) : windows;
  return { ...common, right, rightMax: largest(names.rightMax) };
}

/** The weight of a layer, as [inputs, outputs]. */
export function siteWeight(graph: OnnxGraph, { node, layout }: ProductSite): FloatTensor {
  const tensor = graph.initializers.find(({ name }) => name === node.inputs[1]);
  if (tensor?.dataType !== DATA_TYPE.float32) throw new Error(`${node.name} has no float weight.`);
  const { buffer, byteOffset, byteLength } = tensor.rawData;
  const values = new Float32Array(buffer, byteOffset, byteLength / 4);
  const [rows, columns] = tensor.dims as [number, number];
  const matrix = { shape: [rows, columns], values };
  return layout === 'grid' ? transposed(matrix) : matrix;
}

export function maxMagnitude(values: Float32Array): number {
  return values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
}

/** Along the first axis that is longer than one of all before it. */
function joined(parts: readonly FloatTensor[], axis: number): FloatTensor {
  const [first] = parts;
  const size = parts.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  const shape = first!.shape.map((length, i) => (i === axis ? size : length));
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.values.length, 0));
  let offset = 0;
  for (const part of parts) {
    values.set(part.values, offset);
    offset += part.values.length;
  }
  return { shape, values };
}

function lastAxesSwapped({ shape, values }: FloatTensor): FloatTensor {
  const [batch, rows, columns] = shape as [number, number, number];
  const size = rows * columns;
  const result = new Float32Array(values.length);
  for (let i = 0; i < batch; i++) {
    const matrix = { shape: [rows, columns], values: values.subarray(i * size, (i + 1) * size) };
    result.set(transposed(matrix).values, i * size);
  }
  return { shape: [batch, columns, rows], values: result };
}
