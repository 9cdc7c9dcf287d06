import * as ort from 'onnxruntime-web/wasm';
import type { OnnxModel } from '../../src/inference/model/onnx/model.ts';
import { writeModel } from '../../src/inference/model/onnx/write-model.ts';
import type { FloatTensor } from '../../src/inference/model/stored-tensor.ts';
import { TinyCutError } from '../../src/shared/errors.ts';

ort.env.wasm.numThreads = 1;

/**
 * Opens graphs of one input and one output in onnxruntime-web and runs each on what the one before it gave.
 * @throws TinyCutError `model-corrupt` when one does not open
 */
export async function runGraphs(models: readonly OnnxModel[], input: FloatTensor): Promise<FloatTensor> {
  let tensor = input;
  for (const model of models) {
    tensor = await withSession(model, async (session) => {
      const feed = new ort.Tensor('float32', tensor.values, tensor.shape);
      const result = (await session.run({ [session.inputNames[0]!]: feed }))[session.outputNames[0]!]!;
      return { shape: result.dims, values: result.data as Float32Array };
    });
  }
  return tensor;
}

/** @throws TinyCutError `model-corrupt` when the graph does not open in onnxruntime-web */
export async function openGraph(model: OnnxModel): Promise<void> {
  await withSession(model, () => Promise.resolve());
}

async function withSession<T>(
  model: OnnxModel,
  use: (session: ort.InferenceSession) => Promise<T>,
): Promise<T> {
  let session: ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(writeModel(model), { graphOptimizationLevel: 'disabled' });
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new TinyCutError('model-corrupt', `The graph ${model.graph.name} does not open: ${reason}`);
  }
  try {
    return await use(session);
  } finally {
    await session.release();
  }
}
