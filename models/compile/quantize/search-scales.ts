import type { FloatTensor } from '../../../src/inference/model/stored-tensor.ts';
import { changeOfLoss, quantizedTensor, sum, type Product, type SiteScales } from './estimated-loss.ts';
import type { ProductSite } from './product-sites.ts';
import { HALF_LEVELS, MAX_LEVEL, quantizedColumns, type Quantizer } from './quantizer.ts';
import type { SiteSamples } from './site-samples.ts';

export interface SearchOptions {
  readonly source: ProductSite['source'];
  /** Whether what a GELU or a softmax gives has two ranges. */
  readonly splitRanges: boolean;
}

/** The least value of GELU: its negative range never changes (arXiv 2312.13789, section 3.3). */
const GELU_MINIMUM = -0.16997;
/** Shares of the scale that spans the largest magnitude. */
const STEPS = 100;
const SHARES = Array.from({ length: STEPS }, (_, i) => 0.01 + ((1.2 - 0.01) * i) / (STEPS - 1));
const ROUNDS = 3;

/** Scales by which the largest magnitude is the largest level. */
export function minMaxScales({ left, right, leftMax, rightMax }: SiteSamples): SiteScales {
  const isWeight = right.shape.length < left.shape.length;
  return {
    left: { kind: 'uniform', scale: spanning(leftMax) },
    right: isWeight
      ? { kind: 'columns', scales: columnMaxima(right).map(spanning) }
      : { kind: 'uniform', scale: spanning(rightMax) },
  };
}

const spanning = (max: number) => (max === 0 ? 1 : Math.fround(max / MAX_LEVEL));

/**
 * Alternating search (arXiv 2312.13789, section 3.3): the second factor's scales with the first one's fixed, then the other
 * way, three rounds, each scale the one of 100 that changes the task's loss least. The change is taken as (gradient x
 * change of the product)^2, summed over the samples. Begins with the min-max scales, so that it never ends above them.
 */
export async function searchScales(
  samples: SiteSamples,
  options: SearchOptions,
  product: Product,
): Promise<SiteScales> {
  const { left, right } = samples;
  const change = await changeOfLoss(samples, product);
  let scales: SiteScales = { ...minMaxScales(samples), left: firstLeft(samples, options) };
  for (let round = 0; round < ROUNDS; round++) {
    const before = scales;
    const roundedLeft = quantizedTensor(left, scales.left);
    scales = { ...scales, right: await bestRight(samples, scales.right, (b) => change(roundedLeft, b)) };
    const roundedRight = quantizedTensor(right, scales.right);
    scales = { ...scales, left: await bestLeft(samples, scales.left, (a) => change(a, roundedRight)) };
    if (scales.left === before.left && scales.right === before.right) break;
  }
  return scales;
}

async function bestRight(
  { right, rightMax }: SiteSamples,
  current: SiteScales['right'],
  change: (right: FloatTensor) => Promise<Float64Array>,
): Promise<SiteScales['right']> {
  if (current.kind !== 'columns') {
    const candidates = SHARES.map((share): Quantizer => ({
      kind: 'uniform',
      scale: shareOf(rightMax, share),
    }));
    return best(right, current, candidates, change);
  }
  const maxima = columnMaxima(right);
  const scales = current.scales.slice();
  const least = await change(quantizedTensor(right, current));
  for (const share of SHARES) {
    const candidate = maxima.map((max) => shareOf(max, share));
    const errors = await change({ ...right, values: quantizedColumns(right.values, candidate) });
    errors.forEach((error, column) => {
      if (error >= least[column]!) return;
      least[column] = error;
      scales[column] = candidate[column]!;
    });
  }
  return scales.every((scale, column) => scale === current.scales[column])
    ? current
    : { kind: 'columns', scales };
}

function bestLeft(
  { left, leftMax }: SiteSamples,
  current: Quantizer,
  change: (left: FloatTensor) => Promise<Float64Array>,
): Promise<Quantizer> {
  const candidates = SHARES.map((share): Quantizer => {
    const scale = shareOf(leftMax, share);
    if (current.kind === 'by-sign') return { ...current, positiveScale: scale };
    if (current.kind === 'by-size') return { ...current, smallScale: scale };
    return { kind: 'uniform', scale };
  });
  return best(left, current, candidates, change);
}

async function best(
  factor: FloatTensor,
  current: Quantizer,
  candidates: readonly Quantizer[],
  change: (factor: FloatTensor) => Promise<Float64Array>,
): Promise<Quantizer> {
  let found = { quantizer: current, error: sum(await change(quantizedTensor(factor, current))) };
  for (const quantizer of candidates) {
    const error = sum(await change(quantizedTensor(factor, quantizer)));
    if (error < found.error) found = { quantizer, error };
  }
  return found.quantizer;
}

function firstLeft({ leftMax }: SiteSamples, { source, splitRanges }: SearchOptions): Quantizer {
  const scale = spanning(leftMax);
  if (splitRanges && source === 'gelu')
    return { kind: 'by-sign', negativeScale: Math.fround(-GELU_MINIMUM / HALF_LEVELS), positiveScale: scale };
  if (splitRanges && source === 'softmax')
    return { kind: 'by-size', smallScale: scale, largeScale: Math.fround(1 / MAX_LEVEL) };
  return { kind: 'uniform', scale };
}

/** A factor of zeros has any scale. */
const shareOf = (max: number, share: number) => (max === 0 ? 1 : Math.fround((share * max) / HALF_LEVELS));

function columnMaxima({ shape, values }: FloatTensor): Float32Array {
  const maxima = new Float32Array(shape.at(-1)!);
  for (let i = 0, column = 0; i < values.length; i++) {
    maxima[column] = Math.max(maxima[column]!, Math.abs(values[i]!));
    if (++column === maxima.length) column = 0;
  }
  return maxima;
}
