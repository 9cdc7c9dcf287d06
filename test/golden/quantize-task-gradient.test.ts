import { expect, it } from 'vitest';
import { seededRandom } from '../../bench/quantization/random.ts';
import { chained } from '../../models/compile/onnx/combine-models.ts';
import { buildTaskGradient, TASK_GRADIENT_PORTS } from '../../models/compile/quantize/task-gradient.ts';
import { buildDecoder } from '../../src/inference/model/graph/decoder.ts';
import { MASK_PORTS, PROMPT_PORTS } from '../../src/inference/model/graph/decoder-ports.ts';
import { buildPrepareImage } from '../../src/inference/model/graph/prepare-image.ts';
import { readPack } from '../../src/inference/model/pack/read-pack.ts';
import { compiledPack, openGraph, run } from './model-runtime.ts';

it('goes back through the decoder: from masks and IoUs to the embedding, as finite differences say', async () => {
  const { tensors } = readPack(await compiledPack('fp32'));
  const task = await openGraph(
    chained(buildPrepareImage(tensors), buildDecoder(tensors, { exactGelu: true })),
  );
  const backwards = await openGraph(buildTaskGradient(tensors));
  const random = seededRandom(11);
  const noise = (length: number, size: number) =>
    Float32Array.from({ length }, () => size * (random() + random() - 1));
  const embedding = noise(256 * 64 * 64, 0.5);
  const logitsSeed = noise(4 * 256 * 256, 0.01);
  const iouSeed = Float32Array.of(1, -2, 0.5, 3);
  const prompt = {
    [PROMPT_PORTS.coords.name]: { shape: [1, 2, 2], values: Float32Array.of(400, 600, 0, 0) },
    [PROMPT_PORTS.labels.name]: { shape: [1, 2], values: Float32Array.of(1, -1) },
    [PROMPT_PORTS.wantsMasks.name]: { shape: [1], values: Float32Array.of(1) },
    [PROMPT_PORTS.maskCells.name]: { shape: [64, 64], values: new Float32Array(64 * 64) },
  };
  const imagePort = (values: Float32Array) => ({ image_embedding: { shape: [1, 256, 64, 64], values } });
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

  const { [TASK_GRADIENT_PORTS.gradient]: gradient } = await run(backwards, {
    ...prompt,
    ...imagePort(embedding),
    [TASK_GRADIENT_PORTS.logitsSeed]: { shape: [1, 4, 256 * 256], values: logitsSeed },
    [TASK_GRADIENT_PORTS.iouSeed]: { shape: [1, 4], values: iouSeed },
  });
  const lossAt = async (step: number, direction: Float32Array) => {
    const moved = embedding.map((value, i) => value + step * direction[i]!);
    const outputs = await run(task, { ...prompt, ...imagePort(moved) });
    return (
      dot(outputs[MASK_PORTS.logits.name]!.values, logitsSeed) +
      dot(outputs[MASK_PORTS.iou.name]!.values, iouSeed)
    );
  };
  // Along the gradient itself: its own length is what the loss must grow by.
  const length = Math.sqrt(dot(gradient!.values, gradient!.values));
  const direction = gradient!.values.map((value) => value / length);
  const step = 0.05;
  const difference = ((await lossAt(step, direction)) - (await lossAt(-step, direction))) / (2 * step);
  expect(length).toBeGreaterThan(0);
  expect(difference / length).toBeCloseTo(1, 2);
});
