import { expect, it } from 'vitest';
import { seededRandom } from '../../bench/quantization/random.ts';
import { chained, extended } from '../../models/compile/onnx/combine-models.ts';
import { wholeEncoder } from '../../models/compile/onnx/whole-encoder.ts';
import { captureSamples, sampleNames } from '../../models/compile/quantize/capture-samples.ts';
import { appendGradients } from '../../models/compile/quantize/gradient/append-gradients.ts';
import { findProductSites } from '../../models/compile/quantize/product-sites.ts';
import { buildTaskGradient, TASK_GRADIENT_PORTS } from '../../models/compile/quantize/task-gradient.ts';
import { buildDecoder } from '../../src/inference/model/graph/decoder.ts';
import { MASK_PORTS, PROMPT_PORTS } from '../../src/inference/model/graph/decoder-ports.ts';
import { buildTrunk, PART_INPUT, PART_OUTPUT } from '../../src/inference/model/graph/encoder.ts';
import { buildPrepareImage } from '../../src/inference/model/graph/prepare-image.ts';
import { GraphBuilder } from '../../src/inference/model/onnx/graph-builder.ts';
import { readPack } from '../../src/inference/model/pack/read-pack.ts';
import { compiledPack, openGraph, run, runOnce } from './model-runtime.ts';

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

  const { [TASK_GRADIENT_PORTS.gradient]: gradient } = await run(backwards, {
    ...prompt,
    ...imagePort(embedding),
    [TASK_GRADIENT_PORTS.logitsSeed]: { shape: [1, 4, 256 * 256], values: logitsSeed },
    [TASK_GRADIENT_PORTS.iouSeed]: { shape: [1, 4], values: iouSeed },
  });
  const lossAt = async (direction: Float32Array, step: number) => {
    const moved = embedding.map((value, i) => value + step * direction[i]!);
    const outputs = await run(task, { ...prompt, ...imagePort(moved) });
    return (
      dot(outputs[MASK_PORTS.logits.name]!.values, logitsSeed) +
      dot(outputs[MASK_PORTS.iou.name]!.values, iouSeed)
    );
  };
  await expectGradient(gradient!.values, lossAt, 0.05);
});

it('goes back through the encoder, padded windows and all, as finite differences say', async () => {
  const { tensors } = readPack(await compiledPack('fp32'));
  const part = buildTrunk(tensors).at(-1)!;
  const { shape } = part.graph.inputs[0]!;
  const { shape: embeddingShape } = part.graph.outputs[0]!;
  const random = seededRandom(12);
  const noise = (dims: readonly (number | string)[]) => ({
    shape: dims as number[],
    values: Float32Array.from({ length: (dims as number[]).reduce((a, b) => a * b) }, () => random() - 0.5),
  });
  const [tokens, seed] = [noise(shape), noise(embeddingShape)];
  const graph = new GraphBuilder('backwards', new Map());
  const seeds = new Map([[PART_OUTPUT, graph.input('seed', embeddingShape)]]);
  graph.output('gradient', shape, appendGradients(graph, part.graph, seeds, [PART_INPUT]).get(PART_INPUT)!);
  const { gradient } = await runOnce(extended(part, graph.buildGraph()), { [PART_INPUT]: tokens, seed });

  const forwards = await openGraph(part);
  const lossAt = async (direction: Float32Array, step: number) => {
    const moved = tokens.values.map((value, i) => value + step * direction[i]!);
    const outputs = await run(forwards, { [PART_INPUT]: { shape: tokens.shape, values: moved } });
    return dot(outputs[PART_OUTPUT]!.values, seed.values);
  };
  await expectGradient(gradient!.values, lossAt, 0.5);
});

it('makes a graph of the encoder and the samples that calibration takes, which onnxruntime opens', async () => {
  const { tensors } = readPack(await compiledPack('fp32'));
  const encoder = wholeEncoder(tensors);
  const sites = findProductSites(encoder.graph);
  const capture = await openGraph(captureSamples(encoder, sites));
  expect(sites).toHaveLength(71);
  expect(capture.outputNames).toEqual(
    expect.arrayContaining(sites.map((site) => sampleNames(site).gradient)),
  );
  await capture.release();
});

/** Along the gradient itself: its own length is what the loss must grow by. */
async function expectGradient(
  gradient: Float32Array,
  lossAt: (direction: Float32Array, step: number) => Promise<number>,
  step: number,
) {
  const length = Math.sqrt(dot(gradient, gradient));
  const direction = gradient.map((value) => value / length);
  const difference = ((await lossAt(direction, step)) - (await lossAt(direction, -step))) / (2 * step);
  expect(length).toBeGreaterThan(0);
  expect(difference / length).toBeCloseTo(1, 2);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
