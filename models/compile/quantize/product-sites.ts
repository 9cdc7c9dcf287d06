import type { OnnxGraph, OnnxNode } from '../../../src/inference/model/onnx/model.ts';

/**
 * A matrix product of the encoder whose factors can be quantised: a linear layer or 1 x 1 convolution, or one of the two
 * products of an attention.
 */
export interface ProductSite {
  /** The layer's key, or that of the attention with `scores` or `context` after it. */
  readonly name: string;
  readonly node: OnnxNode;
  /**
   * rows: [n, inputs] by a weight [inputs, outputs]. grid: [1, inputs, h, w] by a weight [outputs, inputs, 1, 1]. windows: both
   * factors are activations, [windows, heads, tokens, ...]; `scores` takes the second one transposed.
   */
  readonly layout: 'rows' | 'grid' | 'windows';
  /** What the first factor comes from, its layout aside. */
  readonly source: 'gelu' | 'softmax' | 'other';
}

/** Every site of an encoder graph that holds float weights, in the order of the graph. */
export function findProductSites(graph: OnnxGraph): ProductSite[] {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  const sites: ProductSite[] = [];
  let attention = '';
  for (const node of graph.nodes) {
    const layout = layoutOf(node);
    if (!layout) continue;
    const source = sourceOf(node.inputs[0]!, producers);
    let name: string;
    if (layout === 'windows') {
      name = `${attention}.${source === 'softmax' ? 'context' : 'scores'}`;
    } else {
      name = node.inputs[1]!.replace(/\.weight(\/kernel)?$/, '');
      if (name.endsWith('.qkv')) attention = name.slice(0, -'.qkv'.length);
    }
    sites.push({ name, node, layout, source });
  }
  return sites;
}

function layoutOf({ opType, attributes }: OnnxNode): ProductSite['layout'] | null {
  if (opType === 'Gemm') return 'rows';
  if (opType === 'MatMul' || opType === 'FusedMatMul') return 'windows';
  const kernel = attributes.get('kernel_shape');
  const isPointwise = kernel?.kind === 'ints' && kernel.value.every((side) => side === 1);
  return opType === 'Conv' && isPointwise ? 'grid' : null;
}

function sourceOf(value: string, producers: ReadonlyMap<string, OnnxNode>): ProductSite['source'] {
  const node = producers.get(value);
  if (node?.opType === 'FastGelu' || node?.opType === 'Gelu') return 'gelu';
  if (node?.opType === 'Softmax') return 'softmax';
  if (node?.opType === 'Reshape' || node?.opType === 'Transpose') return sourceOf(node.inputs[0]!, producers);
  return 'other';
}
