import type { FloatTensor } from '../../../src/inference/model/stored-tensor.ts';
import { quantized, quantizedColumns, type Quantizer } from './quantizer.ts';
import type { SiteSamples } from './site-samples.ts';

/** How both factors of a product are quantised: a weight has a scale for each of its columns. */
export interface SiteScales {
  readonly left: Quantizer;
  readonly right: Quantizer | { readonly kind: 'columns'; readonly scales: Float32Array };
}

/** Multiplies [b, n, k] or [n, k] by [b, k, p] or [k, p]. */
export type Product = (left: FloatTensor, right: FloatTensor) => Promise<Float32Array>;

/** Estimated change of the task's loss on the calibration images, up to a factor that all sites share. */
export async function estimatedLoss(
  samples: SiteSamples,
  scales: SiteScales,
  product: Product,
): Promise<number> {
  const { left, right, elementsPerSample } = samples;
  const change = await changeOfLoss(samples, product);
  const ofSamples = await change(quantizedTensor(left, scales.left), quantizedTensor(right, scales.right));
  return sum(ofSamples) * elementsPerSample;
}

export type Change = (left: FloatTensor, right: FloatTensor) => Promise<Float64Array>;

/** Of each column of the sampled product, for factors that were rounded. */
export async function changeOfLoss(
  { left, right, gradient }: SiteSamples,
  product: Product,
): Promise<Change> {
  const exact = await product(left, right);
  const columns = gradient.shape.at(-1)!;
  return async (a, b) => {
    const rounded = await product(a, b);
    const errors = new Float64Array(columns);
    for (let i = 0, column = 0; i < exact.length; i++) {
      const error = gradient.values[i]! * (rounded[i]! - exact[i]!);
      errors[column]! += error * error;
      if (++column === columns) column = 0;
    }
    return errors;
  };
}

export function quantizedTensor(tensor: FloatTensor, by: SiteScales['right']): FloatTensor {
  const values =
    by.kind === 'columns' ? quantizedColumns(tensor.values, by.scales) : quantized(tensor.values, by);
  return { shape: tensor.shape, values };
}

export const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
