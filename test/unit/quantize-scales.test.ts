import { describe, expect, it } from 'vitest';
import { quantized, quantizedColumns } from '../../models/compile/quantize/quantizer.ts';
import { estimatedLoss, type Product } from '../../models/compile/quantize/estimated-loss.ts';
import { minMaxScales, searchScales } from '../../models/compile/quantize/search-scales.ts';
import type { SiteSamples } from '../../models/compile/quantize/site-samples.ts';
import { drawSeeds } from '../../models/compile/quantize/task-gradient.ts';
import { seededRandom } from '../../bench/quantization/random.ts';
import type { FloatTensor } from '../../src/inference/model/stored-tensor.ts';

describe('rounding to 8 bits', () => {
  it('takes the nearest level, ties to even, and clips to -128..127', () => {
    const values = Float32Array.of(0.5, 1.5, -0.5, -1.5, 0.49, 126.6, 500, -500);
    const rounded = quantized(values, { kind: 'uniform', scale: 1 });
    expect([...rounded].map((value) => value + 0)).toEqual([0, 2, 0, -2, 0, 127, 127, -128]);
    expect([...quantized(Float32Array.of(0.3, -7), { kind: 'uniform', scale: 0.25 })]).toEqual([0.25, -7]);
  });

  it('gives each column, sign or range the scale that is its own', () => {
    expect([...quantizedColumns(Float32Array.of(0.9, 0.9, -1.6, -1.6), Float32Array.of(1, 0.5))]).toEqual([
      1, 1, -2, -1.5,
    ]);
    const bySign = { kind: 'by-sign', negativeScale: 0.125, positiveScale: 2 } as const;
    expect([...quantized(Float32Array.of(-0.13, 3.1, 1000, -20), bySign)]).toEqual([-0.125, 4, 254, -16]);
    const bySize = { kind: 'by-size', smallScale: 1 / 512, largeScale: 1 / 64 } as const;
    const [small, large] = quantized(Float32Array.of(1 / 400, 0.5 + 1 / 200), bySize);
    expect(small).toBe(1 / 512);
    expect(large).toBe(0.5);
  });
});

describe('the search for scales', () => {
  it('beats min-max scales on rows that it has not seen, also by split ranges', async () => {
    const weight = tensor([24, 10], (random) => gaussian(random));
    const [seen, unseen] = [1, 2].map((seed) => activations(seed, weight)) as [SiteSamples, SiteSamples];
    // Scales of what was seen, judged on what was not.
    const lossOf = (scales: Parameters<typeof estimatedLoss>[1]) => estimatedLoss(unseen, scales, product);
    const minMax = await lossOf(minMaxScales(seen));
    const searched = await lossOf(await searchScales(seen, { source: 'gelu', splitRanges: false }, product));
    const split = await lossOf(await searchScales(seen, { source: 'gelu', splitRanges: true }, product));
    expect(searched).toBeLessThan(0.7 * minMax);
    expect(split).toBeLessThan(0.7 * searched);
  });

  it('gives a softmax a small range that its many small weights fit', async () => {
    const left = tensor([2, 8, 40], (random) => (random() < 0.02 ? 114 / 127 : 0.01 * random()));
    const right = tensor([2, 40, 6], gaussian);
    const gradient = tensor([2, 8, 6], () => 1);
    const samples = {
      left,
      right,
      gradient,
      elementsPerSample: 1,
      leftMax: maxOf(left),
      rightMax: maxOf(right),
    };
    const searched = await searchScales(samples, { source: 'softmax', splitRanges: false }, product);
    const split = await searchScales(samples, { source: 'softmax', splitRanges: true }, product);
    const smallScale = split.left.kind === 'by-size' ? split.left.smallScale : NaN;
    expect(127 * smallScale).toBeGreaterThan(0.009);
    expect(127 * smallScale).toBeLessThan(0.9);
    expect(await estimatedLoss(samples, split, product)).toBeLessThan(
      0.5 * (await estimatedLoss(samples, searched, product)),
    );
  });

  it('looks only at what the loss depends on', async () => {
    // The first column of the product matters; only the second sees the huge first input.
    const left = tensor([1, 200, 4], (random, i) =>
      i % 4 === 0 ? 1000 * gaussian(random) : gaussian(random),
    );
    const right: FloatTensor = { shape: [4, 2], values: Float32Array.of(0, 1, 1, 0, -0.7, 0, 0.4, 0) };
    const of = (first: number, second: number) =>
      tensor([1, 200, 2], (_, i) => (i % 2 === 0 ? first : second));
    const samples = (gradient: FloatTensor) => ({
      left,
      right,
      gradient,
      elementsPerSample: 1,
      leftMax: maxOf(left),
      rightMax: 1,
    });
    const scale = async (gradient: FloatTensor) => {
      const scales = await searchScales(samples(gradient), { source: 'other', splitRanges: false }, product);
      return scales.left.kind === 'uniform' ? scales.left.scale : NaN;
    };
    expect(await scale(of(1, 0))).toBeLessThan(0.1 * (await scale(of(0, 1))));
  });

  it('has scales for factors of zeros', async () => {
    const zeros = (shape: number[]) => tensor(shape, () => 0);
    const samples = {
      left: zeros([1, 3, 4]),
      right: zeros([4, 2]),
      gradient: tensor([1, 3, 2], () => 1),
      elementsPerSample: 1,
      leftMax: 0,
      rightMax: 0,
    };
    const scales = await searchScales(samples, { source: 'other', splitRanges: true }, product);
    expect(await estimatedLoss(samples, scales, product)).toBe(0);
  });
});

it('draws gradients whose mean is 0 and whose square is the Fisher information', () => {
  const random = seededRandom(5);
  const logits = Float32Array.of(-2, 0, 1, 3);
  const predictedIous = Float32Array.of(0.2, 0.7);
  const draws = Array.from({ length: 20_000 }, () =>
    drawSeeds({ logits: [logits.subarray(0, 3), logits.subarray(3)], predictedIous }, random),
  );
  const check = (values: number[], information: number) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.05 * Math.sqrt(information));
    expect(square / information).toBeCloseTo(1, 1);
  };
  // Of a Bernoulli prediction p: p (1 - p) for its logit, 1 / (p (1 - p)) for itself.
  const variance = (p: number) => p * (1 - p);
  logits.forEach((logit, i) =>
    check(
      draws.map((draw) => draw.logits[i]!),
      variance(1 / (1 + Math.exp(-logit))) / logits.length,
    ),
  );
  predictedIous.forEach((iou, i) =>
    check(
      draws.map((draw) => draw.predictedIous[i]!),
      1 / variance(iou) / predictedIous.length,
    ),
  );
});

/** What a GELU gives, where the largest value of all is far beyond those of these rows. */
function activations(seed: number, right: FloatTensor): SiteSamples {
  const left = tensor(
    [1, 300, 24],
    (random) => {
      const x = gaussian(random);
      return (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
    },
    seed,
  );
  const gradient = tensor([1, 300, 10], gaussian, seed + 10);
  return { left, right, gradient, elementsPerSample: 1, leftMax: 20, rightMax: maxOf(right) };
}

const product: Product = (left, right) => {
  const [batch, rows, inner] = left.shape as [number, number, number];
  const columns = right.shape.at(-1)!;
  const result = new Float32Array(batch * rows * columns);
  for (let b = 0; b < batch; b++) {
    const offset = right.shape.length === 2 ? 0 : b * inner * columns;
    for (let row = b * rows; row < (b + 1) * rows; row++)
      for (let column = 0; column < columns; column++) {
        let sum = 0;
        for (let k = 0; k < inner; k++)
          sum += left.values[row * inner + k]! * right.values[offset + k * columns + column]!;
        result[row * columns + column] = sum;
      }
  }
  return Promise.resolve(result);
};

function tensor(
  shape: readonly number[],
  valueOf: (random: () => number, index: number) => number,
  seed = 3,
): FloatTensor {
  const random = seededRandom(seed);
  const length = shape.reduce((count, size) => count * size, 1);
  return { shape, values: Float32Array.from({ length }, (_, i) => valueOf(random, i)) };
}

/** Box and Muller. */
function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const maxOf = ({ values }: FloatTensor) => Math.max(...values.map(Math.abs));
