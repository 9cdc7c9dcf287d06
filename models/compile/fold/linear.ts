import { transposed, type FloatTensor } from '../../../src/inference/model/stored-tensor.ts';
import { reshaped, weightOf, type WeightSet } from '../weights.ts';

/** Tensors by the names that the graphs know them by. */
export type FoldedTensors = Map<string, FloatTensor>;

/** y = x W + b for rows x. */
export interface Linear {
  /** [inputs, outputs]. */
  readonly weight: FloatTensor;
  /** [outputs]; null for a layer without. */
  readonly bias: Float32Array | null;
}

/** The linear layer or 1 x 1 convolution `key`, both [outputs, inputs, ...] in a state dict. */
export function linearOf(weights: WeightSet, key: string): Linear {
  const weight = weightOf(weights, `${key}.weight`);
  const [outputs, inputs] = weight.shape as [number, number];
  return {
    weight: transposed(reshaped(weight, [outputs, inputs])),
    bias: weights.get(`${key}.bias`)?.values ?? null,
  };
}

export function setLinear(tensors: FoldedTensors, key: string, { weight, bias }: Linear): void {
  tensors.set(`${key}.weight`, weight);
  if (bias) tensors.set(`${key}.bias`, { shape: [bias.length], values: bias });
}

/** Takes the affine of a norm that feeds the layer into it: (n * gamma + beta) W + b = n (gamma W) + (beta W + b). */
export function foldNorm(weights: WeightSet, normKey: string, layer: Linear): Linear {
  const gamma = weightOf(weights, `${normKey}.weight`).values;
  const { shape } = layer.weight;
  const values = layer.weight.values.map((value, i) => gamma[Math.floor(i / shape[1]!)]! * value);
  const { bias } = foldInputBias(weightOf(weights, `${normKey}.bias`).values, layer);
  return { weight: { shape, values }, bias };
}

/** Takes a bias [inputs] that was to be added to the layer's inputs into its own: (x + c) W + b = x W + (c W + b). */
export function foldInputBias(inputBias: Float32Array, { weight, bias }: Linear): Linear {
  const [inputs, outputs] = weight.shape as [number, number];
  // Sums of hundreds of products: in double precision, rounded once.
  const sums = Float64Array.from({ length: outputs }, (_, output) => bias?.[output] ?? 0);
  for (let input = 0, i = 0; input < inputs; input++) {
    for (let output = 0; output < outputs; output++) sums[output]! += inputBias[input]! * weight.values[i++]!;
  }
  return { weight, bias: Float32Array.from(sums) };
}

/** Multiplies some outputs of a layer: all that follow `from`, up to `to`. */
export function scaleOutputs({ weight, bias }: Linear, factor: number, from: number, to: number): Linear {
  const outputs = weight.shape[1]!;
  const isScaled = (i: number) => i % outputs >= from && i % outputs < to;
  const scaled = (values: Float32Array) => values.map((value, i) => (isScaled(i) ? value * factor : value));
  return { weight: { shape: weight.shape, values: scaled(weight.values) }, bias: bias && scaled(bias) };
}
