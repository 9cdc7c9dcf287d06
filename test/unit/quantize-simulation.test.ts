import { describe, expect, it } from 'vitest';
import { CAPTURE_PORTS, captureSamples, sampleNames } from '../../models/compile/quantize/capture-samples.ts';
import { findProductSites } from '../../models/compile/quantize/product-sites.ts';
import { quantized, quantizedColumns } from '../../models/compile/quantize/quantizer.ts';
import type { SiteScales } from '../../models/compile/quantize/estimated-loss.ts';
import { simulateQuantization } from '../../models/compile/quantize/simulate-quantization.ts';
import { collectSamples, siteWeight } from '../../models/compile/quantize/site-samples.ts';
import { GraphBuilder } from '../../src/inference/model/onnx/graph-builder.ts';
import type { OnnxModel } from '../../src/inference/model/onnx/model.ts';
import * as op from '../../src/inference/model/onnx/operations.ts';
import type { StoredTensors } from '../../src/inference/model/stored-tensor.ts';
import { runOnce } from '../golden/model-runtime.ts';

const SIDE = 3;
const IMAGE = { shape: [1, 4, SIDE, SIDE], values: waves(36, 1) };

/** One of each kind of product, built as the encoder is: [1, 4, 3, 3] -> [1, 1, 9, 4]. Puts out what each multiplies, too. */
function tinyEncoder(): OnnxModel {
  const stored = (shape: number[], seed: number) => ({
    type: 'float32' as const,
    shape,
    values: waves(
      shape.reduce((count, size) => count * size, 1),
      seed,
    ),
  });
  const tensors: StoredTensors = new Map([
    ['wide.weight', stored([4, 5], 2)],
    ['wide.bias', stored([5], 3)],
    ['block.attn.qkv.weight', stored([5, 12], 4)],
    ['block.attn.qkv.bias', stored([12], 5)],
  ]);
  const graph = new GraphBuilder('tiny', tensors);
  const image = graph.input('image', IMAGE.shape);
  const wide = op.gelu(graph, op.pointwise(graph, image, 'wide', { rows: SIDE, columns: SIDE }));
  const rows = op.transpose(graph, op.reshape(graph, wide, [5, -1]), [1, 0]);
  const qkv = op.linear(graph, rows, 'block.attn.qkv');
  const parts = op.split(
    graph,
    op.transpose(graph, op.reshape(graph, qkv, [9, 3, 1, 4]), [1, 2, 0, 3]),
    0,
    3,
  );
  const [queries, keys, values] = parts.map((part) => op.reshape(graph, part, [1, 1, 9, 4]));
  const attention = op.softmax(graph, op.matMulTransposed(graph, queries!, keys!));
  const context = op.matMul(graph, attention, values!);
  graph.output('context', [1, 1, 9, 4], context);
  graph.output('rows', [9, 5], rows);
  graph.output('qkv', [9, 12], qkv);
  graph.output('attention', [1, 1, 9, 9], attention);
  graph.output('values', [1, 1, 9, 4], values!);
  return graph.build();
}

const SCALES: Record<string, SiteScales> = {
  wide: { left: { kind: 'uniform', scale: 0.02 }, right: columns(5) },
  'block.attn.qkv': {
    left: { kind: 'by-sign', negativeScale: 0.17 / 128, positiveScale: 0.03 },
    right: columns(12),
  },
  'block.attn.scores': { left: { kind: 'uniform', scale: 0.05 }, right: { kind: 'uniform', scale: 0.04 } },
  'block.attn.context': {
    left: { kind: 'by-size', smallScale: 0.0005, largeScale: 1 / 127 },
    right: { kind: 'uniform', scale: 0.03 },
  },
};

function columns(count: number): SiteScales['right'] {
  return { kind: 'columns', scales: Float32Array.from({ length: count }, (_, i) => 0.01 + 0.001 * i) };
}

describe('the products of an encoder', () => {
  const encoder = tinyEncoder();
  const sites = findProductSites(encoder.graph);
  const site = (name: string) => sites.find((found) => found.name === name)!;

  it('are found with their names, layouts and sources', () => {
    expect(sites.map(({ name, layout, source }) => [name, layout, source])).toEqual([
      ['wide', 'grid', 'other'],
      ['block.attn.qkv', 'rows', 'gelu'],
      ['block.attn.scores', 'windows', 'other'],
      ['block.attn.context', 'windows', 'softmax'],
    ]);
  });

  it('multiply rounded factors in a simulation, and nothing else changes', async () => {
    const float = await runOnce(encoder, { image: IMAGE });
    const simulate = (name: string) =>
      runOnce(simulateQuantization(encoder, sites, new Map([[name, SCALES[name]!]])), { image: IMAGE });

    const { left, right } = SCALES['block.attn.qkv']!;
    const weight = siteWeight(encoder.graph, site('block.attn.qkv'));
    const bias = waves(12, 5);
    const rounded = productOf(
      quantized(float.rows!.values, left),
      right.kind === 'columns' ? quantizedColumns(weight.values, right.scales) : weight.values,
      12,
    ).map((value, i) => value + bias[i % 12]!);
    const { qkv, rows } = await simulate('block.attn.qkv');
    expect(rows!.values).toEqual(float.rows!.values);
    expectClose(qkv!.values, rounded);
    expect(largestDifference(qkv!.values, float.qkv!.values)).toBeGreaterThan(1e-3);

    const ofContext = SCALES['block.attn.context']!;
    const context = productOf(
      quantized(float.attention!.values, ofContext.left),
      quantized(float.values!.values, { kind: 'uniform', scale: 0.03 }),
      4,
    );
    expectClose((await simulate('block.attn.context')).context!.values, context);
  });

  it('have the image as their right-hand factor in a grid, with the same result', async () => {
    const float = await runOnce(encoder, { image: IMAGE });
    const all = await runOnce(simulateQuantization(encoder, sites, new Map(Object.entries(SCALES))), {
      image: IMAGE,
    });
    const { scales } = SCALES.wide!.right as { scales: Float32Array };
    const pixels = transposedOf(quantized(IMAGE.values, SCALES.wide!.left), 4);
    const weight = quantizedColumns(siteWeight(encoder.graph, site('wide')).values, scales);
    const bias = waves(5, 3);
    const hidden = productOf(pixels, weight, 5).map((value, i) => gelu(value + bias[i % 5]!));
    expectClose(all.rows!.values, hidden);
    expect(largestDifference(all.rows!.values, float.rows!.values)).toBeGreaterThan(1e-4);
  });

  it('are sampled in places, with the gradient that belongs to each', async () => {
    const capture = captureSamples(
      { ...encoder, graph: { ...encoder.graph, outputs: [{ name: 'context', shape: [1, 1, 9, 4] }] } },
      sites,
    );
    const places = [0.05, 0.5, 0.99];
    const seed = { shape: [1, 1, 9, 4], values: waves(36, 8) };
    const float = await runOnce(encoder, { image: IMAGE });
    const outputs = await runOnce(capture, {
      image: IMAGE,
      [CAPTURE_PORTS.embeddingGradient]: seed,
      [CAPTURE_PORTS.rows]: { shape: [3], values: Float32Array.from(places) },
      [CAPTURE_PORTS.windows]: { shape: [1], values: Float32Array.of(0.5) },
    });
    const rowsAt = (values: Float32Array, width: number) =>
      places.flatMap((place) => [...values.subarray(width * Math.floor(9 * place)).subarray(0, width)]);

    const qkv = collectSamples(encoder.graph, site('block.attn.qkv'), [outputs, outputs]);
    expect(qkv.left.shape).toEqual([1, 6, 5]);
    expectClose(qkv.left.values.subarray(0, 15), rowsAt(float.rows!.values, 5));
    expect(qkv.leftMax).toBeCloseTo(Math.max(...float.rows!.values.map(Math.abs)), 5);
    const wide = collectSamples(encoder.graph, site('wide'), [outputs]);
    expectClose(wide.left.values, rowsAt(transposedOf(IMAGE.values, 4), 4));
    expect(wide.right.shape).toEqual([4, 5]);
    expect([wide, qkv].map(({ elementsPerSample }) => elementsPerSample)).toEqual([3, 3]);

    // The context is the output: its gradient is the seed, and that of the values' columns follows by hand.
    const context = collectSamples(encoder.graph, site('block.attn.context'), [outputs]);
    expectClose(context.gradient.values, seed.values);
    const valueGradient = productOf(transposedOf(float.attention!.values, 9), seed.values, 4);
    const sampled = outputs[sampleNames(site('block.attn.qkv')).gradient]!;
    places.forEach((place, i) => {
      const row = Math.floor(9 * place);
      expectClose(
        sampled.values.subarray(12 * i + 8, 12 * i + 12),
        valueGradient.slice(4 * row, 4 * row + 4),
      );
    });

    // Keys come transposed, so that left x right are the scores: their softmax is the attention.
    const scores = collectSamples(encoder.graph, site('block.attn.scores'), [outputs]);
    expect(scores.right.shape).toEqual([1, 4, 9]);
    const product = productOf(scores.left.values, scores.right.values, 9);
    const exponents = product.map(Math.exp);
    const sums = Array.from({ length: 9 }, (_, row) =>
      exponents.slice(9 * row, 9 * row + 9).reduce((sum, value) => sum + value, 0),
    );
    expectClose(
      float.attention!.values,
      exponents.map((value, i) => value / sums[Math.floor(i / 9)]!),
    );
  });
});

/** [n, k] x [k, columns]. */
function productOf(left: ArrayLike<number>, right: ArrayLike<number>, columns: number): number[] {
  const inner = right.length / columns;
  return Array.from({ length: (left.length / inner) * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += left[row * inner + k]! * right[k * columns + column]!;
    return sum;
  });
}

/** [rows, n] -> [n, rows]. */
function transposedOf(values: Float32Array, rows: number): Float32Array {
  const width = values.length / rows;
  return values.map((_, i) => values[(i % rows) * width + Math.floor(i / rows)]!);
}

function gelu(x: number): number {
  return (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  expect(largestDifference(actual, expected)).toBeLessThan(1e-5);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
}

/** Values between -1 and 1 that do not repeat. */
function waves(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(1.7 * i + seed * 2.3));
}
