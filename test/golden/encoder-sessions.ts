import { buildStem, buildTrunk } from '../../src/inference/model/graph/encoder.ts';
import type { StoredTensors } from '../../src/inference/model/stored-tensor.ts';
import { openGraph, run, type FloatArray, type Model } from './model-runtime.ts';

/** The encoder's graphs, opened for the whole model square. */
export class EncoderSessions {
  private constructor(private readonly parts: readonly Model[]) {}

  static async open(tensors: StoredTensors): Promise<EncoderSessions> {
    const graphs = [...buildStem(tensors, { width: 1024, height: 1024 }), ...buildTrunk(tensors)];
    const parts: Model[] = [];
    for (const graph of graphs) parts.push(await openGraph(graph));
    return new EncoderSessions(parts);
  }

  /** @param image [1, 3, 1024, 1024], normalised and padded */
  async embed(image: FloatArray): Promise<FloatArray> {
    let tensor = image;
    for (const part of this.parts) tensor = (await run(part, { input: tensor }))['output']!;
    return tensor;
  }

  async release(): Promise<void> {
    for (const part of this.parts) await part.release();
  }
}
