import { GraphBuilder } from '../../models/compile/onnx/graph-builder.ts';
import { writeModel } from '../../models/compile/onnx/write-model.ts';

const EMBEDDING_SHAPE = [1, 256, 64, 64];

/**
 * An encoder that takes an image and answers at once with one and the same embedding, so that tests of everything
 * around the encoder need not wait for it.
 * @param embedding [1 x 256 x 64 x 64]; zeros when left out
 */
export function stubEncoder(embedding: Float32Array = new Float32Array(256 * 64 * 64)): Uint8Array {
  const graph = new GraphBuilder('stub', new Map(), 'float32');
  const image = graph.input('input', [1, 3, 1024, 1024]);
  // onnxruntime wants the input used: a mean times 0 is added.
  const mean = graph.node('ReduceMean', [image], { axes: [0, 1, 2, 3], keepdims: 0 });
  const nothing = graph.node('Mul', [mean, graph.scalar(0)]);
  const answer = graph.node('Add', [
    graph.tensor('embedding', { shape: EMBEDDING_SHAPE, values: embedding }),
    nothing,
  ]);
  graph.output('output', EMBEDDING_SHAPE, answer);
  return writeModel(graph.build());
}

/** A model that doubles its input [n]. */
export function doublingModel(): Uint8Array {
  const graph = new GraphBuilder('doubling', new Map(), 'float32');
  graph.output('doubled', ['n'], graph.node('Mul', [graph.input('value', ['n']), graph.scalar(2)]));
  return writeModel(graph.build());
}
