import type { Product } from '../../models/compile/quantize/estimated-loss.ts';
import { GraphBuilder } from '../../src/inference/model/onnx/graph-builder.ts';
import { matMul } from '../../src/inference/model/onnx/operations.ts';
import { writeModel } from '../../src/inference/model/onnx/write-model.ts';
import { configureRuntime, ModelSession } from '../../src/inference/session.ts';

/** Matrix products by onnxruntime-web, ten times faster than a loop of ours. */
export async function openProduct(): Promise<Product> {
  configureRuntime(undefined);
  const open = (rightShape: readonly string[]) => {
    const graph = new GraphBuilder('product', new Map());
    const [left, right] = [graph.input('left', ['b', 'n', 'k']), graph.input('right', rightShape)];
    graph.output('product', ['b', 'n', 'p'], matMul(graph, left, right));
    return ModelSession.create('product', writeModel(graph.build()));
  };
  const byMatrix = await open(['k', 'p']);
  const byStack = await open(['b', 'k', 'p']);
  return async (left, right) => {
    const { outputs } = await (right.shape.length === 2 ? byMatrix : byStack).run({
      left: { data: left.values, dims: left.shape },
      right: { data: right.values, dims: right.shape },
    });
    return outputs['product']!.data;
  };
}
