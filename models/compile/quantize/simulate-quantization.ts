import { GraphBuilder, type Value } from '../../../src/inference/model/onnx/graph-builder.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from '../../../src/inference/model/onnx/model.ts';
import { add, relu, sub } from '../../../src/inference/model/onnx/operations.ts';
import { transposed, type FloatTensor } from '../../../src/inference/model/stored-tensor.ts';
import { withGraph } from '../onnx/combine-models.ts';
import type { ProductSite } from './product-sites.ts';
import { quantizedColumns, smallRangeEnd, type Quantizer } from './quantizer.ts';
import type { SiteScales } from './estimated-loss.ts';
import { siteWeight } from './site-samples.ts';

/** Scales by the name of the site; a site without stays float. */
export type QuantizationRecipe = ReadonlyMap<string, SiteScales>;

/**
 * The encoder as static 8-bit scales would leave it: rounded weights for its weights, and each activation that a site
 * multiplies rounded and brought back in float.
 */
export function simulateQuantization(
  encoder: OnnxModel,
  sites: readonly ProductSite[],
  recipe: QuantizationRecipe,
): OnnxModel {
  const nodes: OnnxNode[] = [];
  const initializers = new Map(encoder.graph.initializers.map((tensor) => [tensor.name, tensor]));
  const siteOf = new Map(sites.map((site) => [site.node.name, site]));
  for (const node of encoder.graph.nodes) {
    const site = siteOf.get(node.name);
    const scales = site && recipe.get(site.name);
    if (!scales) {
      nodes.push(node);
      continue;
    }
    const graph = new GraphBuilder(`quantize/${site.name}`, new Map());
    const [left, right, ...rest] = node.inputs as [string, string, ...string[]];
    const roundedLeft = rounded(graph, { name: left }, scales.left);
    let roundedRight: Value;
    if (scales.right.kind === 'columns') {
      const weight = siteWeight(encoder.graph, site);
      const values = quantizedColumns(weight.values, scales.right.scales);
      roundedRight = storedWeight(
        graph,
        right,
        site,
        { shape: weight.shape, values },
        initializers.get(right)!,
      );
    } else {
      roundedRight = rounded(graph, { name: right }, scales.right);
    }
    const added = graph.buildGraph();
    for (const tensor of added.initializers) initializers.set(tensor.name, tensor);
    nodes.push(...added.nodes, { ...node, inputs: [roundedLeft.name, roundedRight.name, ...rest] });
  }
  return withGraph(encoder, { nodes, initializers: [...initializers.values()] });
}

function storedWeight(
  graph: GraphBuilder,
  name: string,
  { layout }: ProductSite,
  matrix: FloatTensor,
  { dims }: OnnxTensor,
): Value {
  const { values } = layout === 'grid' ? transposed(matrix) : matrix;
  return graph.floats(`${name}/rounded`, { shape: dims, values });
}

function rounded(graph: GraphBuilder, x: Value, quantizer: Quantizer): Value {
  if (quantizer.kind === 'uniform') return throughLevels(graph, x, quantizer.scale);
  if (quantizer.kind === 'by-sign') {
    const positive = relu(graph, x);
    return add(
      graph,
      throughLevels(graph, positive, quantizer.positiveScale),
      throughLevels(graph, sub(graph, x, positive), quantizer.negativeScale),
    );
  }
  const isSmall = graph.node('LessOrEqual', [x, graph.scalar(smallRangeEnd(quantizer.smallScale))]);
  return graph.node('Where', [
    isSmall,
    throughLevels(graph, x, quantizer.smallScale),
    throughLevels(graph, x, quantizer.largeScale),
  ]);
}

function throughLevels(graph: GraphBuilder, x: Value, scale: number): Value {
  const by = [graph.scalar(scale), graph.bytes('zero_point/int8', [], Int8Array.of(0))];
  const levels = graph.node('QuantizeLinear', [x, ...by]);
  return graph.node('DequantizeLinear', [levels, ...by]);
}
