import { GraphBuilder } from '../../src/inference/model/onnx/graph-builder.ts';
import { writeModel } from '../../src/inference/model/onnx/write-model.ts';
import type { Network } from '../../src/inference/network.ts';
import type { SegmenterNetwork } from '../../src/inference/segmenter.ts';

/**
 * A network whose encoder answers at once with one and the same embedding, so that tests of everything around the encoder
 * need not wait for it.
 * @param embedding [1 x 256 x 64 x 64]; zeros when left out
 */
export function withEmbedding(
  network: Network,
  embedding: Float32Array = new Float32Array(256 * 64 * 64),
): SegmenterNetwork {
  return {
    embed: () => Promise.resolve(embedding),
    prepare: (...args) => network.prepare(...args),
    decode: (...args) => network.decode(...args),
    decodeBatch: (...args) => network.decodeBatch(...args),
    releaseSpare: () => network.releaseSpare(),
    release: () => network.release(),
  };
}

/** A model that doubles its input [n]. */
export function doublingModel(): Uint8Array {
  const graph = new GraphBuilder('doubling', new Map());
  graph.output('doubled', ['n'], graph.node('Mul', [graph.input('value', ['n']), graph.scalar(2)]));
  return writeModel(graph.build());
}
