import { GraphBuilder, type Value } from '../../../src/inference/model/onnx/graph-builder.ts';
import type { OnnxModel } from '../../../src/inference/model/onnx/model.ts';
import { concat, gather, mul, transpose } from '../../../src/inference/model/onnx/operations.ts';
import { DATA_TYPE } from '../../../src/inference/model/onnx/schema.ts';
import { extended, withGraph } from '../onnx/combine-models.ts';
import { appendGradients } from './gradient/append-gradients.ts';
import { shapeOf } from './gradient/shapes.ts';
import type { ProductSite } from './product-sites.ts';

/** Further inputs of the graph that takes samples. */
export const CAPTURE_PORTS = {
  /** Gradient of a task's loss with respect to the encoder's output. */
  embeddingGradient: 'embedding_gradient',
  /** Which rows or cells to take of every linear layer, and which windows of every attention: [n], each 0 <= x < 1. */
  rows: 'sampled_rows',
  windows: 'sampled_windows',
} as const;

/** What the graph puts out for each site. */
export const sampleNames = (site: ProductSite) => ({
  /** [1, n, inputs], or [n, tokens, channels] of windows. */
  left: `${site.name}/left`,
  /** Of windows only. */
  right: `${site.name}/right`,
  /** Gradient with respect to the site's output, where the samples are taken. */
  gradient: `${site.name}/gradient`,
  /** Of the whole output. */
  elementCount: `${site.name}/element_count`,
  /** Of all of the first factor; the same for the second one of windows. */
  leftMax: `${site.name}/left_max`,
  rightMax: `${site.name}/right_max`,
});

/**
 * An encoder that puts out, instead of the embedding, samples of what each site multiplies and of how much a task's loss
 * depends on what comes out of it.
 */
export function captureSamples(encoder: OnnxModel, sites: readonly ProductSite[]): OnnxModel {
  const { outputs } = encoder.graph;
  const graph = new GraphBuilder('capture', new Map());
  const [embedding] = outputs;
  const seed = graph.input(CAPTURE_PORTS.embeddingGradient, embedding!.shape);
  const rows = graph.input(CAPTURE_PORTS.rows, ['rows']);
  const windows = graph.input(CAPTURE_PORTS.windows, ['windows']);
  const gradients = appendGradients(
    graph,
    encoder.graph,
    new Map([[embedding!.name, seed]]),
    sites.map(({ node }) => node.outputs[0]!),
  );
  for (const site of sites) {
    const [left, right] = site.node.inputs.map((name) => ({ name })) as [Value, Value];
    const names = sampleNames(site);
    const take = (x: Value) => sampled(graph, x, site.layout, site.layout === 'windows' ? windows : rows);
    graph.output(names.left, FREE, take(left));
    graph.output(names.gradient, FREE, take(gradients.get(site.node.outputs[0]!)!));
    graph.output(names.elementCount, [], sizeOf(graph, { name: site.node.outputs[0]! }));
    graph.output(names.leftMax, [], largest(graph, left));
    if (site.layout !== 'windows') continue;
    graph.output(names.right, FREE, take(right));
    graph.output(names.rightMax, [], largest(graph, right));
  }
  return extended(withGraph(encoder, { outputs: [] }), graph.buildGraph());
}

const FREE = ['batch', 'rows', 'columns'];

/** [n, ...] of the places 0..1 along the rows, the cells or the windows of all heads. */
function sampled(graph: GraphBuilder, x: Value, layout: ProductSite['layout'], places: Value): Value {
  if (layout === 'rows') {
    const rows = graph.node('Unsqueeze', [x, graph.integers([0])]);
    return gather(graph, rows, indices(graph, rows, 1, places), 1);
  }
  if (layout === 'grid') {
    const cells = graph.node('Reshape', [x, graph.integers([0, 0, -1])]);
    return transpose(graph, gather(graph, cells, indices(graph, cells, 2, places), 2), [0, 2, 1]);
  }
  const matrix = graph.node('Shape', [x], { start: 2 });
  const all = graph.node('Reshape', [x, concat(graph, [graph.integers([-1]), matrix], 0)]);
  return gather(graph, all, indices(graph, all, 0, places), 0);
}

/** Places 0..1 along an axis, as indices. */
function indices(graph: GraphBuilder, x: Value, axis: number, places: Value): Value {
  const size = gather(graph, shapeOf(graph, x), graph.integers([axis]), 0);
  const scaled = mul(graph, places, graph.node('Cast', [size], { to: DATA_TYPE.float32 }));
  return graph.node('Cast', [graph.node('Floor', [scaled])], { to: DATA_TYPE.int64 });
}

const sizeOf = (graph: GraphBuilder, x: Value) =>
  graph.node('Cast', [graph.node('Size', [x])], { to: DATA_TYPE.float32 });

function largest(graph: GraphBuilder, x: Value): Value {
  const end = (opType: string) => graph.node(opType, [x], { keepdims: 0 });
  return graph.node('Max', [end('ReduceMax'), graph.node('Neg', [end('ReduceMin')])]);
}
